"""Remind of tasks that fall due, and tell managers of those left lying."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.notices import services as notices
from holdfast.records.timeline import rules
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.services.writing import DUE

LATE = "timeline.tasks_late"
AT_ONCE = 500


def remind(now: datetime | None = None, *, progress: Any = None) -> int:
    """Tell the assignees of tasks whose reminder has come, each due moment once; how many were told.

    A chunk's notices and its tasks' marks are one transaction: a kill in between loses and doubles nothing.
    """
    now, told = now or timezone.now(), 0
    while chunk := _reminded(now):
        told += chunk
        if progress is not None:
            progress.step(told)
    return told


@transaction.atomic
def _reminded(now: datetime) -> int:
    due = Task.objects.filter(done_at=None, remind_at__lte=now).order_by("remind_at", "pk")
    tasks = list(due.select_related("assignee").select_for_update(of=("self",))[:AT_ONCE])
    if tasks:
        notices.notify_many(_reminder(task) for task in tasks)
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(remind_at=None)
    return len(tasks)


def _reminder(task: Task) -> notices.NoticeRow:
    due = rules.due_moment(task.due_on, task.due_time)
    return {
        "user": task.assignee,
        "kind": DUE,
        "key": f"task:{task.pk}:{due:%Y-%m-%dT%H:%M}",
        "payload": {"task": task.pk},
        "url": reverse("timeline:task", args=[task.pk]),
        "at": due,
    }


@transaction.atomic
def escalate(now: datetime | None = None) -> int:
    """Tell each manager, once a task, whose open tasks are overdue by the days that the settings name; how many tasks.

    A manager's own, and those of people without a manager, go to the manager above; with nobody above, to nobody.
    """
    if settings.ESCALATE_DAYS <= 0:
        return 0
    day = timezone.localdate(now)
    late = Task.objects.filter(
        done_at=None, escalated_at=None, due_on__lte=day - timedelta(days=settings.ESCALATE_DAYS)
    )
    tasks = list(late.select_related("assignee__department").select_for_update(of=("self",)))
    managers = _managers()
    by_person: dict[int, list[Task]] = {}
    for task in tasks:
        by_person.setdefault(task.assignee_id, []).append(task)
    rows = [_late_row(some, managers, day.isoformat()) for some in by_person.values()]
    notices.notify_many(row for row in rows if row)
    for start in range(0, len(tasks), AT_ONCE):
        keys = [task.pk for task in tasks[start : start + AT_ONCE]]
        Task.objects.filter(pk__in=keys).update(escalated_at=now or timezone.now())
    return len(tasks)


def _managers() -> dict[str, User]:
    """Path of a department → its manager, where there is one in service."""
    found = Department.objects.filter(manager__is_active=True).select_related("manager")
    return {department.path: department.manager for department in found if department.manager}


def _late_row(tasks: list[Task], managers: dict[str, User], day: str) -> notices.NoticeRow | None:
    person = tasks[0].assignee
    manager = manager_of(person, managers)
    if manager is None:
        return None
    return {
        "user": manager,
        "kind": LATE,
        "key": f"late:{person.pk}:{day}",
        "payload": {"person": person.pk, "n": len(tasks), "days": settings.ESCALATE_DAYS},
        "url": f"{reverse('timeline:tasks')}?which=overdue&assignee={person.pk}",
    }


def manager_of(person: User, managers: dict[str, User]) -> User | None:
    """The manager of the person's department, else of the nearest one above; never the person."""
    steps = (person.department.path if person.department else "").strip("/").split("/")
    for depth in range(len(steps), 0, -1):
        manager = managers.get("/" + "/".join(steps[:depth]) + "/")
        if manager is not None and manager.pk != person.pk:
            return manager
    return None
