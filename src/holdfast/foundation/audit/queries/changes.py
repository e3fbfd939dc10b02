"""Read the journal: newest first, by key, masked for who reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from holdfast.common import formats
from holdfast.foundation.audit import rules
from holdfast.foundation.audit.models import Change
from holdfast.foundation.audit.rules import words

PAGE = 50
LONGEST = 300


@dataclass(frozen=True)
class Difference:
    """One column before and after, as this reader may see it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One journal entry for reading."""

    change: Change
    verb: str
    thing: str
    differences: list[Difference]


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    next_before: int | None
    """Key to continue before, or None at the end."""


def journal(
    viewer: Any,
    *,
    who: str = "",
    verb: str = "",
    model: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    before: int | None = None,
) -> Page:
    """All entries that this person may read, newest first; `who` is part of a name or a login."""
    changes = between(Change.objects.all(), since, until)
    if who:
        actors = get_user_model().objects.filter(name__icontains=who) | get_user_model().objects.filter(login=who)
        changes = changes.filter(actor__in=list(actors.values_list("pk", flat=True)[:200]))
    if verb:
        changes = changes.filter(verb=verb)
    if model:
        changes = changes.filter(model=model)
    return _page(viewer, changes, before, narrowed=viewer.scope != "all")


def history(viewer: Any, subject: str, *, before: int | None = None, size: int = 20) -> Page | None:
    """What happened to one subject such as `customers.customer:12`; None for who may not see it."""
    if not rules.may_see_subject(viewer, subject):
        return None
    return _page(viewer, Change.objects.filter(subject=subject), before, narrowed=False, size=size)


def between(changes: QuerySet[Any], since: dt.date | None, until: dt.date | None) -> QuerySet[Any]:
    """Whole days in the company's time zone."""
    if since:
        changes = changes.filter(at__gte=_midnight(since))
    if until:
        changes = changes.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
    return changes


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _page(viewer: Any, changes: QuerySet[Change], before: int | None, *, narrowed: bool, size: int = PAGE) -> Page:
    if before:
        changes = changes.filter(pk__lt=before)
    rows = list(changes.select_related("actor", "batch").order_by("-pk")[: size + 1])
    shown = [row for row in rows[:size] if not narrowed or _in_scope(viewer, row)]
    names = _names(shown, is_wide=viewer.scope == "all")
    lines = [line_of(viewer, change, names) for change in shown]
    return Page(lines, rows[size - 1].pk if len(rows) > size else None)


def _in_scope(viewer: Any, change: Change) -> bool:
    """For a reader whose scope is narrower than the company: one's own entries and subjects within reach."""
    if change.actor_id == viewer.pk:
        return True
    return bool(change.subject) and rules.may_see_subject(viewer, change.subject)


def line_of(viewer: Any, change: Change, names: dict[tuple[str, Any], str]) -> Line:
    """One entry with costs hidden from who may not see profit, and phones and addresses masked for everybody."""
    hidden = frozenset() if viewer.sees_profit else rules.profit_fields(change.model)
    pairs = rules.differences(change.before, change.after).items()
    shown: list[Difference] = []
    for field, pair in pairs:
        if expand := rules.expander_of(change.model, field):
            told = expand(viewer, *pair)
            shown += [Difference(label, words.value_text(old), words.value_text(new)) for label, old, new in told]
        elif not (change.before is None and pair[1] in (None, "", [], {}, False)):
            texts = (_text(field, value, hidden, change, names) for value in pair)
            shown.append(Difference(words.field_name(field), *texts))
    return Line(change, words.verb_name(change.verb), words.model_name(change.model), shown)


def _text(field: str, value: Any, hidden: frozenset[str], change: Change, names: dict[tuple[str, Any], str]) -> str:
    if field in hidden:
        return rules.HIDDEN
    target = _target(change.model, field)
    if target and isinstance(value, int | list):
        keys = value if isinstance(value, list) else [value]
        return "、".join(_name(target, key, names) for key in keys)[:LONGEST] or "—"
    named = _named(change.model, field, value)
    return words.value_text(rules.mask_personal(field, named))[:LONGEST]


def _name(target: str, key: Any, names: dict[tuple[str, Any], str]) -> str:
    return names.get((target, key), f"#{key}") if isinstance(key, int) else str(key)


def _named(label: str, field: str, value: Any) -> Any:
    """Stored codes, moments, days and amounts as the pages show them."""
    if isinstance(value, str | int) and not isinstance(value, bool) and (shown := _shaped(label, field, value)):
        return shown
    names = words.value_names(label, field) or rules.choice_names(label, field)
    if names and isinstance(value, list):
        return [str(names.get(one, one)) for one in value]
    return str(names[value]) if isinstance(value, str) and value in names else value


def _shaped(label: str, field: str, value: Any) -> str:
    column = rules.column_of(label, field)
    if isinstance(column, models.DateTimeField):
        return formats.moment(parse_datetime(str(value)))
    if isinstance(column, models.DateField):
        return formats.day(parse_date(str(value)), "full")
    if isinstance(column, models.DecimalField):
        return f"{Decimal(str(value)).normalize():f}"
    return formats.money(value) if field.endswith("_minor") else ""


def _target(label: str, field: str) -> str | None:
    """The model a column points to."""
    model = rules.model_of(label)
    for column in [*model._meta.concrete_fields, *model._meta.many_to_many] if model else ():
        if field in (column.attname, column.name) and column.related_model:
            return column.related_model._meta.label_lower
    return None


def _names(changes: list[Change], *, is_wide: bool) -> dict[tuple[str, Any], str]:
    """(model, key) → name; for a narrower reader people, departments and roles alone: the rest may be out of scope."""
    wanted: dict[str, set[Any]] = {}
    for change in changes:
        for field, pair in rules.differences(change.before, change.after).items():
            target = _target(change.model, field)
            if target and (is_wide or target.startswith("accounts.")):
                for value in pair:
                    keys = value if isinstance(value, list) else [value]
                    wanted.setdefault(target, set()).update(key for key in keys if isinstance(key, int))
    return {(target, pk): str(row) for target, keys in wanted.items() for pk, row in _rows(target, keys).items()}


def _rows(target: str, keys: set[Any]) -> dict[Any, Any]:
    model = rules.model_of(target)
    return model._base_manager.in_bulk(keys) if model and keys else {}
