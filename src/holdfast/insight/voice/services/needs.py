"""Needs out of what customers say, and what was decided about each; every write stands in the journal."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.quality import services as quality
from holdfast.insight.quality.models import Process
from holdfast.insight.voice import rules
from holdfast.insight.voice.models import Need

FIELDS = (
    "topic", "kind", "customer", "text", "driver", "decision", "reason", "process", "measure", "unit", "target", "limit",
    "owner", "review_on",
)  # fmt: skip
SETTLED = ("decision", "reason", "process", "measure", "unit", "target", "limit")
NAME_LENGTH = 60


@transaction.atomic
def keep_need(need: Need | None, *, by: User | None, **values: Any) -> Need:
    """Write a need down, or change one; fields as in `FIELDS`, those not given stay. Errors: Refusal naming the field."""
    row = Need.objects.select_for_update(of=("self",)).get(pk=need.pk) if need else Need(by=by)
    before = audit.snapshot(row) if need else None
    was = {name: getattr(row, name) for name in SETTLED}
    _check(row, values)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    _tidy(row)
    if not row.decision:
        row.decided_at = None
    elif {name: getattr(row, name) for name in SETTLED} != was or row.decided_at is None:
        row.decided_at = timezone.now()
    row.save()
    verb = "change" if need else "add"
    audit.record(actor=by, verb=verb, target=row, before=before, after=audit.snapshot(row), subject=subject_of(row))
    return row


def _check(row: Need, values: dict[str, Any]) -> None:
    given = {
        name: getattr(row, name, None) for name in ("text", "kind", "decision", "reason", "measure", "target", "limit")
    }
    given |= {"customer": row.customer if row.customer_id else None, "process": row.process if row.process_id else None}
    wanted = {**given, "review_on": row.review_on, "review_was": row.review_on, **values}
    if problem := rules.need_problem(wanted, today=today()):
        code, field = problem
        raise Refusal(str(rules.PROBLEMS[code]), field=field)


def _tidy(row: Need) -> None:
    """A need of many names no customer; a process is a measure by itself, and only a limit has one."""
    row.text, row.driver, row.reason, row.measure, row.unit = (
        text.strip() for text in (row.text, row.driver, row.reason, row.measure, row.unit)
    )
    if row.kind == "common":
        row.customer = None
    if row.decision == "declined":
        row.process = None
    if row.process_id or row.decision == "declined":
        row.measure, row.unit, row.target, row.limit = "", "", None, None


@transaction.atomic
def archive_need(need: Need, *, by: User | None) -> Need:
    """Take a need off the list; what was decided stays on record."""
    row = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    before = audit.snapshot(row)
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at", "updated_at"])
    audit.record(
        actor=by, verb="archive", target=row, before=before, after=audit.snapshot(row), subject=subject_of(row)
    )
    return row


@transaction.atomic
def promise_for(text: str, *, pair: str, target_days: float, limit_days: float, by: User) -> Process:
    """A promise about time for a need: the same one that is kept already, else a new one under the need's words."""
    same = Process.objects.filter(pair=pair, target_days=target_days, limit_days=limit_days, archived_at=None).first()
    if same:
        return same
    taken = set(Process.objects.filter(archived_at=None).values_list("name", flat=True))
    names = [text.strip()[:NAME_LENGTH], *(f"{text.strip()[: NAME_LENGTH - 4]} {n}" for n in range(2, 100))]
    name = next(name for name in names if name not in taken)
    return quality.keep_process(
        None, by=by, name=name, pair=pair, target_days=target_days, limit_days=limit_days, months=12, grey=[],
        changed_on=None,
    )  # fmt: skip


def subject_of(need: Need) -> str:
    return f"customers.customer:{need.customer_id}" if need.customer_id else ""
