"""Finished tasks as lines of the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.records.timeline.models import Task
from holdfast.records.timeline.rules import EntryRow

TASK_SOURCE = "timeline.task"
CONTACT_TASKS = ("call", "visit")  # done, they are contacts with the customer


def is_contact(task: Task) -> bool:
    """Whether doing this task means talking with the customer."""
    return task.kind in CONTACT_TASKS


def task_rows(tasks: Iterable[Task]) -> Iterator[EntryRow]:
    """The lines that tell of finished tasks."""
    for task in tasks:
        if task.done_at is not None:
            yield {
                "customer_id": task.customer_id, "source": TASK_SOURCE, "source_id": task.pk, "at": task.done_at,
                "kind": "contact" if is_contact(task) else "service", "payload": {"kind": task.kind},
                "text": f"{task.title}\n{task.outcome}", "author_id": task.done_by_id,
            }  # fmt: skip


def all_task_rows() -> Iterator[EntryRow]:
    """Every finished task that no contact tells of; for the doctor."""
    done = Task.objects.exclude(done_at=None).filter(interactions=None)
    return task_rows(done.order_by("pk").iterator(2000))
