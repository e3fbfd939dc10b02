"""Tasks that repeat: when one is finished the next is opened, so that what was missed never piles up."""

from __future__ import annotations

from django.utils import timezone

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.timeline import rules
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.services.writing import remind_at, subject_of


def follow(task: Task, by: User) -> Task | None:
    """Open the next of a series after one is done: on the first day of the rule after its own day and after today."""
    rule = rules.repeat_from(task.repeat)
    if rule is None or Task.objects.filter(follows=task).exists():
        return None
    coming = Task(
        customer=task.customer,
        kind=task.kind,
        title=task.title,
        assignee=task.assignee if task.assignee.is_active else by,
        due_on=rules.next_due(rule, max(task.due_on, today())),
        due_time=task.due_time,
        remind_minutes=task.remind_minutes,
        repeat=task.repeat,
        follows=task,
        opened_by=by,
    )
    coming.remind_at = remind_at(coming, timezone.now())
    coming.save(force_insert=True)
    audit.record(actor=by, verb="open", target=coming, after=audit.snapshot(coming), subject=subject_of(coming))
    return coming


def take_back_next(task: Task, by: User) -> None:
    """Remove the next of the series, opened when this one was finished by mistake; one that is done stays."""
    for coming in Task.objects.filter(follows=task, done_at=None):
        before = audit.snapshot(coming)
        audit.record(actor=by, verb="delete", target=coming, before=before, after=None, subject=subject_of(coming))
        coming.delete()
