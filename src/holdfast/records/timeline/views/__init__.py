"""Pages of a customer's history and plans."""

from holdfast.records.timeline.views.history import history
from holdfast.records.timeline.views.interactions import log
from holdfast.records.timeline.views.tasks import (
    customer_tasks,
    task,
    task_finish,
    task_new,
    task_reassign,
    task_reopen,
    tasks,
)

__all__ = [
    "customer_tasks",
    "history",
    "log",
    "task",
    "task_finish",
    "task_new",
    "task_reassign",
    "task_reopen",
    "tasks",
]
