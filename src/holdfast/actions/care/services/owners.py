"""Running duties follow their customer: to a new owner, out of the house's hands, into the archive."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from holdfast.actions.care.models import Duty, DutyTask
from holdfast.actions.care.queries.duties import running_duties
from holdfast.foundation.accounts.models import User
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task

CHUNK = 2_000


def follow_owners(on: date) -> int:
    """Give running duties to the customer's present owner and department, with their open tasks; how many moved.

    A task that somebody else was given by hand stays with that person. Without an owner, open tasks are withdrawn;
    those of archived customers too, together with the duties.
    """
    _drop_archived(on)
    moved, last = 0, 0
    while page := list(_strayed(on).filter(pk__gt=last).order_by("pk")[:CHUNK].values(*COLUMNS)):
        last = page[-1]["pk"]
        moved += _follow(page)
    return moved


COLUMNS = ("pk", "owner", "department", "customer__owner", "customer__department")


def _strayed(on: date) -> Any:
    differs = Q()
    for name in ("owner", "department"):
        now = f"customer__{name}"
        differs |= ~Q(**{name: F(now)}) | Q(**{f"{name}__isnull": True, f"{now}__isnull": False})
        differs |= Q(**{f"{name}__isnull": False, f"{now}__isnull": True})
    return running_duties(on).filter(differs)


@transaction.atomic
def _follow(rows: list[dict[str, Any]]) -> int:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        key = tuple(row[name] for name in COLUMNS[1:])
        groups.setdefault(key, []).append(row["pk"])
    for (before, _department, owner, department), keys in groups.items():
        Duty.objects.filter(pk__in=keys).update(owner=owner, department=department)
        if before != owner:
            _hand_over(keys, before, owner)
    return len(rows)


def _hand_over(duties: list[int], before: int | None, after: int | None) -> None:
    if before is None:
        return
    tasks = Task.objects.filter(duty_link__duty__in=duties, done_at=None, assignee=before)
    to = User.objects.filter(pk=after, is_active=True).first() if after else None
    if to is None:
        timeline.withdraw_tasks(tasks, by=None)
        return
    for task in tasks:
        timeline.reassign_task(task, to=to, by=None)


def _drop_archived(on: date) -> None:
    gone = running_duties(on).filter(customer__archived_at__isnull=False)
    links = DutyTask.objects.filter(duty__in=gone, task__done_at=None)
    timeline.withdraw_tasks(Task.objects.filter(pk__in=links.values("task")), by=None)
    gone.delete()
