"""Close what is over, for good."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from holdfast.actions.care.models import Duty, DutyTask
from holdfast.actions.care.queries.duties import closing_duties, with_done
from holdfast.actions.care.rules.kinds import KINDS
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task

CHUNK = 5_000


def close_duties(on: date) -> int:
    """Keep what was done in windows that ended more than the days of grace ago, and withdraw their open tasks."""
    closed = sum(_close_kind(kind, on) for kind in KINDS)
    _withdraw_late(on)
    return closed


def _close_kind(kind: str, on: date) -> int:
    """In pages, so that nobody waits long for the database."""
    closed = 0
    while keys := list(closing_duties(on).filter(kind=kind).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        counted = dict(with_done(Duty.objects.filter(pk__in=keys)).values_list("pk", "done_now"))
        closed += _keep(counted)
    return closed


@transaction.atomic
def _keep(counted: dict[int, int]) -> int:
    by_count: dict[int, list[int]] = {}
    for key, done in counted.items():
        by_count.setdefault(done, []).append(key)
    now = timezone.now()
    return sum(Duty.objects.filter(pk__in=keys).update(done=done, closed_at=now) for done, keys in by_count.items())


def _withdraw_late(on: date) -> None:
    """A task whose window is closed is no work any more: the gap stands in the figures."""
    links = DutyTask.objects.filter(task__done_at=None, duty__closed_at__isnull=False)
    while keys := list(links.order_by("pk").values_list("task", flat=True)[:500]):
        timeline.withdraw_tasks(Task.objects.filter(pk__in=keys), by=None)
