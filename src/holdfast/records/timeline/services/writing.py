"""What every writer of tasks shares: the lock, the change with its line in the journal, the reminder's moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.foundation.notices import services as notices
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.rules import reminder_at

# What moves the reminder when it is changed.
TIMES = {"due_on", "due_time", "remind_minutes"}
# What settles the reminder that was given.
SETTLING = {"done_at", "due_on", "assignee"}
DUE = "timeline.task_due"


def still_open(task: Task) -> Task:
    """The task, locked; refused when it is done."""
    locked = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.done_at is not None:
        raise Refusal(_("任务已经完成，请刷新后查看结果。"))
    return locked


def changed(task: Task, by: User | None, verb: str, *, batch: Batch | None = None, **values: Any) -> Task:
    """Write columns of a task, with its line in the journal; another day or time moves its reminder."""
    before = audit.snapshot(task)
    if SETTLING & values.keys():
        notices.settle(DUE, f"task:{task.pk}:", user=task.assignee)
    is_moved = any(getattr(task, name) != values[name] for name in TIMES & values.keys())
    for name, value in values.items():
        setattr(task, name, value)
    if is_moved:
        task.remind_at, task.escalated_at = remind_at(task), None
        values |= {"remind_at": None, "escalated_at": None}
    task.save(update_fields=[*values, "updated_at"])
    audit.record(
        actor=by,
        verb=verb,
        target=task,
        before=before,
        after=audit.snapshot(task),
        batch=batch,
        subject=subject_of(task),
    )
    return task


def remind_at(task: Task, now: datetime | None = None) -> datetime | None:
    """When this task is to remind."""
    return reminder_at(task.due_on, task.due_time, task.remind_minutes, now or timezone.now())


def subject_of(task: Task) -> str:
    return f"customers.customer:{task.customer_id}"
