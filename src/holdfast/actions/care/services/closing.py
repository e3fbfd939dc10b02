"""Close what is over, for good."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models.functions import TruncMonth
from django.utils import timezone

from holdfast.actions.care.models import Duty, DutyTask, Tally
from holdfast.actions.care.queries.cells import counted_cells
from holdfast.actions.care.queries.duties import GRACE, closing_duties, with_done
from holdfast.actions.care.rules.kinds import KINDS, SERVED_KINDS
from holdfast.common.months import Month
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task

CHUNK = 5_000


def close_duties(on: date) -> int:
    """Keep what was done in windows that ended more than the days of grace ago, withdraw their open tasks, sum up months."""
    closed = sum(_close_kind(kind, on) for kind in KINDS)
    _withdraw_late(on)
    _tally(on)
    return closed


def _tally(on: date) -> None:
    """Sum up the months that are closed whole and have no sums yet."""
    closed = Duty.objects.filter(closed_at__isnull=False, kind__in=SERVED_KINDS)
    ends = closed.order_by().annotate(ended=TruncMonth("ends_on")).values_list("ended", flat=True).distinct()
    known = set(Tally.objects.order_by().values_list("month", flat=True).distinct())
    for month in sorted({Month.of(day) for day in ends}):
        if str(month) not in known and month.last < on - GRACE:
            _sum_up(month)


@transaction.atomic
def _sum_up(month: Month) -> None:
    found = Duty.objects.filter(ends_on__range=(month.first, month.last))
    if found.filter(closed_at=None).exists():
        return
    rows = [
        Tally(month=str(month), owner_id=cell.pop("owner"), department_id=cell.pop("department"), **cell)
        for cell in counted_cells(found)
    ]
    Tally.objects.bulk_create(rows, batch_size=1000)


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
