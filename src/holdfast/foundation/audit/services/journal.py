"""Journal entries: one row before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Field, Model

from holdfast.foundation.audit.models import Batch, Change

Entry = tuple[Model, dict | None, dict | None, str]
NEVER_KEPT = ("password",)
CHUNK = 500


def snapshot(instance: Model, many: Iterable[str] = ()) -> dict[str, Any]:
    """The row's columns as JSON can hold them: dates ISO, decimals as text; `many` names many-to-many fields to add.

    Passwords are never kept.
    """
    values = {
        field.attname: _plain(field, getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.attname not in NEVER_KEPT
    }
    for name in many:
        values[name] = sorted(getattr(instance, name).values_list("pk", flat=True))
    return values


def _plain(field: Field, value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Decimal) or isinstance(field, DecimalField):
        return f"{Decimal(str(value)):.{getattr(field, 'decimal_places', 6)}f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bool | int | float | list | dict):
        return value
    return str(value)


def record(
    *,
    actor: Model | None,
    verb: str,
    target: Model,
    before: dict | None = None,
    after: dict | None = None,
    batch: Batch | None = None,
    subject: str = "",
    label: str = "",
) -> Change:
    """Write one entry; `before` null = created, `after` null = deleted. `subject` as "customers.customer:12"."""
    change = _change(target, before, after, subject, actor=actor, verb=verb, batch=batch)
    change.label = (label or change.label)[:200]
    change.save(force_insert=True)
    return change


def record_many(entries: Iterable[Entry], *, actor: Model | None, verb: str, batch: Batch | None = None) -> int:
    """Write many entries (instance, before, after, subject) at once; how many were written."""
    changes = [_change(*entry, actor=actor, verb=verb, batch=batch) for entry in entries]
    Change.objects.bulk_create(changes, batch_size=CHUNK)
    return len(changes)


def _change(
    target: Model,
    before: dict | None,
    after: dict | None,
    subject: str,
    *,
    actor: Model | None,
    verb: str,
    batch: Batch | None,
) -> Change:
    return Change(
        actor_id=actor.pk if actor else None,
        verb=verb,
        batch=batch,
        model=target._meta.label_lower,
        object_id=str(target.pk),
        subject=subject,
        label=str(target)[:200],
        before=before,
        after=after,
    )


def open_batch(kind: str, *, by: Model | None, note: str = "") -> Batch:
    """Begin an action that writes many rows and can be undone whole."""
    return Batch.objects.create(kind=kind, actor_id=by.pk if by else None, note=note[:200])
