"""Open tasks pass on with the customers of a colleague who leaves (`customers.services.hand_over`)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.services.writing import subject_of

CHUNK = 500


def count_open_tasks(user: User) -> int:
    """Tasks somebody still has to do."""
    return Task.objects.filter(assignee=user, done_at=None).count()


def pass_on_tasks(user: User, to: Callable[[int | None], User | None], *, by: User | None, batch: Batch) -> int:
    """Give a leaver's open tasks to whoever takes the task's customer, within the batch; how many moved."""
    entries, moving = [], []
    for task in Task.objects.select_for_update(of=("self",)).filter(assignee=user, done_at=None).order_by("pk"):
        taker = to(task.customer_id)
        if taker is not None:
            before = audit.snapshot(task)
            task.assignee, task.updated_at, task.escalated_at = taker, timezone.now(), None
            entries.append((task, before, audit.snapshot(task), subject_of(task)))
            moving.append(task)
    Task.objects.bulk_update(moving, ["assignee", "updated_at", "escalated_at"], batch_size=CHUNK)
    return audit.record_many(entries, actor=by, verb="reassign", batch=batch)
