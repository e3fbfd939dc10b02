"""Say that parts of a record are still right, set what they weigh, and keep the figures by which lists are filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.models import Address, ArchiveRule, Contact, Customer, Need, PartCheck, Upkeep
from holdfast.records.customers.queries.upkeep import parts_changed, present_parts, weights
from holdfast.records.customers.rules.upkeep import PARTS, upkept
from holdfast.records.customers.services.rows import subject_of

CHUNK = 2_000
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # figures made by day before any night


@transaction.atomic
def confirm_parts(customer: Customer, parts: Iterable[str], *, by: User | None, on: date | None = None) -> int:
    """Write down that these parts of the record are still right; how many."""
    wanted, day = [part for part in dict.fromkeys(parts) if part in PARTS], on or today()
    if not wanted:
        raise Refusal(_("请选要确认的项目。"), field="parts")
    known = {row.part: row for row in PartCheck.objects.select_for_update().filter(customer=customer)}
    entries = []
    for part in wanted:
        row = known.get(part) or PartCheck(customer=customer, part=part)
        before = audit.snapshot(row) if row.pk else None
        row.on, row.by = day, by
        row.save()
        entries.append((row, before, audit.snapshot(row), subject_of(customer.pk)))
    audit.record_many(entries, actor=by, verb="confirm")
    refresh_upkeep([customer.pk])
    return len(wanted)


@transaction.atomic
def set_weights(values: Mapping[str, tuple[int, int]], *, by: User | None) -> int:
    """Set part → (weight 0–100, days until stale, 0 = never); how many rules differ now."""
    changed = 0
    for part, (weight, days) in values.items():
        if part not in PARTS or not 0 <= weight <= 100 or not 0 <= days <= 3650:
            raise Refusal(_("权重填 0 到 100，天数填 0 到 3650。"), field=part)
        row = ArchiveRule.objects.filter(part=part).first()
        before = audit.snapshot(row) if row else None
        row = row or ArchiveRule(part=part)
        if before is None or (row.weight, row.stale_days) != (weight, days):
            row.weight, row.stale_days = weight, days
            row.save()
            audit.record(actor=by, verb="change", target=row, before=before, after=audit.snapshot(row))
            changed += 1
    return changed


@transaction.atomic
def refresh_upkeep(customer_ids: Iterable[int], *, at: datetime | None = None) -> int:
    """Make the figures of these customers anew; how many. `at`: the nightly reading they belong to, none by day."""
    rows = list(Customer.objects.filter(pk__in=list(customer_ids)).order_by("pk"))
    present, known, day = present_parts(rows), weights(), today()
    states = [(row, upkept(row.kind, present[row.pk], known, day)) for row in rows]
    read = at or _last_reading() or NEVER
    Upkeep.objects.bulk_create(
        [
            Upkeep(customer=row, completeness=state.completeness, stale_on=state.stale_on, at=read)
            for row, state in states
        ],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["completeness", "stale_on", *(["at"] if at else [])],
    )
    return len(rows)


def _last_reading() -> datetime | None:
    """When the journal was read last."""
    return Upkeep.objects.filter(at__gt=NEVER).order_by("-at").values_list("at", flat=True).first()


def read_journal(since: datetime | None) -> int:
    """Parts that were written anew since a moment count as found right on that day; how many entries were read."""
    changes = Change.objects.filter(model__in=["customers.customer", "customers.contact"]).exclude(subject="")
    changes = changes.filter(at__gt=since) if since else changes
    newest: dict[tuple[int, str], date] = {}
    read = 0
    for change in changes.order_by("pk").iterator(chunk_size=CHUNK):
        read += 1
        customer = int(change.subject.rpartition(":")[2])
        for part in parts_changed(change):
            newest[customer, part] = timezone.localtime(change.at).date()
    _note(newest)
    return read


def _note(newest: Mapping[tuple[int, str], date]) -> None:
    """One upsert; a check of a later day stays."""
    pairs = sorted(newest.items())
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        here = set(Customer.objects.filter(pk__in={pk for (pk, _part), _on in chunk}).values_list("pk", flat=True))
        rows = {
            (row.customer_id, row.part): row
            for row in PartCheck.objects.filter(customer__in=here)
            if row.on is not None
        }
        fresh = [
            PartCheck(customer_id=pk, part=part, on=on)
            for (pk, part), on in chunk
            if pk in here and ((pk, part) not in rows or rows[pk, part].on < on)
        ]
        PartCheck.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["customer", "part"], update_fields=["on", "by", "updated_at"]
        )


def keep_up(progress: Any = None) -> dict[str, int]:
    """The nightly work: read the journal since the last time, then make the figures of changed records anew."""
    started, last = timezone.now(), _last_reading()
    read = read_journal(last)
    keys = _changed_since(last)
    for start in range(0, len(keys), CHUNK):
        refresh_upkeep(keys[start : start + CHUNK], at=started)
        if progress is not None:
            progress.step(min(start + CHUNK, len(keys)), len(keys))
    return {"entries": read, "customers": len(keys)}


def _changed_since(last: datetime | None) -> list[int]:
    """Customers whose figures may differ: all of them the first time and after the weights were changed."""
    every = Customer.objects.order_by("pk")
    if last is None or ArchiveRule.objects.filter(updated_at__gt=last).exists():
        return list(every.values_list("pk", flat=True))
    keys = set(every.filter(Q(updated_at__gt=last) | Q(upkeep=None)).values_list("pk", flat=True))
    for model in (Contact, Need, Address, PartCheck):
        keys.update(model._base_manager.filter(updated_at__gt=last).order_by().values_list("customer_id", flat=True))
    return sorted(keys)
