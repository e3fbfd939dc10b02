"""The readers of this room."""

from holdfast.records.timeline.queries.interactions import (
    interactions_by_source,
    usual_minutes,
    visible_interactions,
)
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
    "interactions_by_source",
    "next_steps",
    "open_tasks",
    "tasks_by_source",
    "tasks_left",
    "tasks_of",
    "usual_minutes",
    "visible_interactions",
    "visible_tasks",
]
