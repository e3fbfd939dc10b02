"""Due work becomes dated tasks: never more than the standard, spread over the working days, level for each person."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils import translation
from django.utils.translation import gettext as _

from holdfast.actions.care.models import Duty, DutyTask
from holdfast.actions.care.queries.duties import running_duties, with_done
from holdfast.actions.care.queries.standards import switches
from holdfast.actions.care.rules import TASK_KIND_OF, spread, workdays
from holdfast.actions.care.rules.kinds import CHANNELS_OF, SERVED_KINDS, TASK_KINDS_OF
from holdfast.common import formats
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Interaction, Task

SOURCE = "care.due"


def plan_tasks(on: date) -> dict[str, int]:
    """Bring the open tasks of everybody's running duties in line with what is missing.

    Opens what lacks a task (unless switched off), closes tasks whose work was done without them, and withdraws what is
    more than the standard. Returns {"opened", "finished", "withdrawn"}. Safe to run twice.
    """
    told: Counter[str] = Counter(opened=0, finished=0, withdrawn=0)
    is_on = switches().open_tasks
    owners = running_duties(on).filter(kind__in=SERVED_KINDS, due__gt=0, owner__is_active=True)
    for owner in User.objects.filter(pk__in=owners.order_by().values("owner")).order_by("pk"):
        told.update(_plan_for(owner, on, is_on))
    return dict(told)


@transaction.atomic
def _plan_for(owner: User, on: date, is_on: bool) -> Counter[str]:
    """One person's duties: five questions to the database, however many customers."""
    duties = _duties(owner, on)
    links = _links(duties)
    told: Counter[str] = Counter()
    wanted: list[tuple[Any, list[int]]] = []
    for duty in duties:
        mine = links.get(duty.pk, [])
        still_open = [link for link in mine if link.task.done_at is None]
        surplus = len(still_open) - max(0, duty.due - duty.done_now)
        if surplus > 0:
            told.update(_take_back(duty, mine, still_open, surplus, owner))
        elif surplus < 0 and is_on:
            wanted.append((duty, _free_numbers(duty, mine, -surplus)))
    told["opened"] += _open(wanted, owner, on)
    return told


def _duties(owner: User, on: date) -> list[Any]:
    found = with_done(running_duties(on).filter(owner=owner, kind__in=SERVED_KINDS))
    return list(found.select_related("customer").order_by("ends_on", "-stars", "customer", "kind"))


def _links(duties: list[Any]) -> dict[int, list[DutyTask]]:
    keys = [duty.pk for duty in duties]
    found: dict[int, list[DutyTask]] = {}
    for start in range(0, len(keys), 500):
        some = DutyTask.objects.filter(duty__in=keys[start : start + 500]).select_related("task")
        for link in some.order_by("task__due_on", "number"):
            found.setdefault(link.duty_id, []).append(link)
    return found


def _free_numbers(duty: Any, links: list[DutyTask], missing: int) -> list[int]:
    """The last numbers not used yet: after one of two visits was made, the second is what remains."""
    used = {link.number for link in links}
    free = [number for number in range(1, duty.due + 1) if number not in used]
    return free[-missing:]


def _take_back(duty: Any, links: list[DutyTask], still_open: list[DutyTask], surplus: int, owner: User) -> Counter[str]:
    """What was done without a task closes the nearest ones; what is still too much is withdrawn, the furthest first."""
    finished = len(links) - len(still_open)
    closing = still_open[: min(surplus, max(0, duty.done_now - finished))]
    day = _last_day(duty) if closing else None
    for link in closing:
        timeline.finish_task(link.task, outcome=_done_words(owner, day), by=owner, on=day)
    rest = still_open[len(closing) :]
    gone = rest[len(rest) - (surplus - len(closing)) :]
    timeline.withdraw_tasks(Task.objects.filter(pk__in=[link.task_id for link in gone]), by=None)
    return Counter(finished=len(closing), withdrawn=len(gone))


def _last_day(duty: Any) -> date:
    """The day of the last contact of this kind in the window."""
    window = (duty.starts_on, duty.ends_on)
    met = Interaction.objects.filter(customer=duty.customer_id, channel__in=CHANNELS_OF[duty.kind], on__range=window)
    done = Task.objects.filter(customer=duty.customer_id, kind__in=TASK_KINDS_OF[duty.kind], done_at__isnull=False)
    within = Q(day__gte=duty.starts_on, day__lte=duty.ends_on)
    days = [
        met.aggregate(day=Max("on"))["day"],
        done.annotate(day=TruncDate("done_at")).filter(within).aggregate(last=Max("day"))["last"],
    ]
    return max(day for day in days if day)


def _done_words(owner: User, day: date | None) -> str:
    with translation.override(owner.language or "zh-hans"):
        return _("%(day)s 已另行完成，不必再做。") % {"day": formats.day(day, "full")}


def _open(wanted: list[tuple[Any, list[int]]], owner: User, on: date) -> int:
    if not wanted:
        return 0
    load = _load(owner, on, max(duty.ends_on for duty, _numbers in wanted))
    rows: list[timeline.TaskRow] = []
    places: list[tuple[Any, int]] = []
    for duty, numbers in wanted:
        days = workdays(max(on, duty.starts_on), duty.ends_on) or [duty.ends_on]
        for number, day in zip(numbers, spread(len(numbers), days, load), strict=True):
            places.append((duty, number))
            rows.append(_row(duty, number, day, owner))
    tasks = timeline.open_tasks(rows, by=None)
    DutyTask.objects.bulk_create(
        [DutyTask(duty=duty, number=number, task=task) for (duty, number), task in zip(places, tasks, strict=True)],
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(tasks)


def _load(owner: User, start: date, end: date) -> dict[date, int]:
    tasks = Task.objects.filter(assignee=owner, done_at=None, due_on__range=(start, end)).order_by()
    return {row["due_on"]: row["n"] for row in tasks.values("due_on").annotate(n=Count("pk"))}


def _row(duty: Any, number: int, day: date, owner: User) -> timeline.TaskRow:
    return {
        "customer": duty.customer, "kind": TASK_KIND_OF[duty.kind], "title": _title(duty, number, owner),
        "assignee": owner, "due_on": day, "source": source_of(duty, number),
    }  # fmt: skip


def source_of(duty: Duty, number: int) -> str:
    """What opened the task: `care.due:<customer>:<first day>:<kind>:<number>`, once only."""
    return f"{SOURCE}:{duty.customer_id}:{duty.starts_on}:{duty.kind}:{number}"


def _title(duty: Duty, number: int, owner: User) -> str:
    with translation.override(owner.language or "zh-hans"):
        told = {"stars": duty.stars, "period": period_words(duty), "n": number, "due": duty.due}
        if duty.kind == "visit":
            return _("按 %(stars)s 星标准拜访：%(period)s第 %(n)s 次，共 %(due)s 次") % told
        return _("按 %(stars)s 星标准回访：%(period)s第 %(n)s 次，共 %(due)s 次") % told


def period_words(duty: Duty) -> str:
    """「11 月」 for a month, 「11 月到 12 月」 for what is longer."""
    first, last = Month.of(duty.starts_on), Month.of(duty.ends_on)
    if first == last:
        return formats.month(first, "short")
    return _("%(first)s到 %(last)s") % {"first": formats.month(first, "short"), "last": formats.month(last, "short")}
