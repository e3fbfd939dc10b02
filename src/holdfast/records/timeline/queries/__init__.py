"""The readers of this room."""

from holdfast.records.timeline.queries.tasks import (
    count_overdue,
    done_tasks,
    next_steps,
    open_tasks,
    tasks_by_source,
    tasks_left,
    tasks_of,
    visible_tasks,
)

__all__ = [
    "count_overdue",
    "done_tasks",
    "next_steps",
    "open_tasks",
    "tasks_by_source",
    "tasks_left",
    "tasks_of",
    "visible_tasks",
]
