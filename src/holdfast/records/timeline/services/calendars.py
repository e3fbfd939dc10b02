"""Write a person's open tasks as a calendar."""

from __future__ import annotations

from django.utils.translation import gettext as _

from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices.rules import without_phones
from holdfast.records.timeline import queries, rules
from holdfast.records.timeline.models import Task


def calendar_of(user: User, *, address: str) -> str:
    """iCalendar text; telephone numbers are masked, since whoever has the address can read it."""
    events = [_event(task, address) for task in queries.calendar_tasks(user)]
    return rules.calendar(_("守客任务 · %(name)s") % {"name": user.name}, events)


def _event(task: Task, address: str) -> rules.Event:
    return rules.Event(
        uid=f"task-{task.pk}@holdfast",
        title=without_phones(task.title),
        at=rules.due_moment(task.due_on, task.due_time) if task.due_time else task.due_on,
        changed=task.updated_at,
        detail=task.customer.name,
        url=f"{address}/tasks/{task.pk}/",
        alarm_minutes=task.remind_minutes,
    )
