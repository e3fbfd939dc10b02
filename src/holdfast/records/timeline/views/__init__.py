"""Pages of a customer's history and plans."""

from holdfast.records.timeline.views.history import history
from holdfast.records.timeline.views.interactions import (
    interaction,
    interaction_edit,
    interaction_remove,
    log,
    usual_minutes,
)
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
    "interaction",
    "interaction_edit",
    "interaction_remove",
    "log",
    "task",
    "task_finish",
    "task_new",
    "task_reassign",
    "task_reopen",
    "tasks",
    "usual_minutes",
]
