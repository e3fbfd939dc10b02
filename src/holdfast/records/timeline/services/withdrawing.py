"""Tasks that a room of its own accord opened and no longer wants."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.timeline.models import Task


@transaction.atomic
def withdraw_tasks(tasks: QuerySet[Task], *, by: User | None) -> int:
    """Delete open tasks that something else than a person opened; the journal keeps them. How many were withdrawn."""
    found = list(tasks.filter(done_at=None).exclude(source="").select_for_update(of=("self",)))
    entries = [(task, audit.snapshot(task), None, f"customers.customer:{task.customer_id}") for task in found]
    audit.record_many(entries, actor=by, verb="withdraw")
    Task.objects.filter(pk__in=[task.pk for task in found]).delete()
    return len(found)
