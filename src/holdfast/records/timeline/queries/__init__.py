"""The readers of this room."""

from holdfast.records.timeline.queries.history import (
    HistoryPage,
    Line,
    earliest,
    entries_of,
    history_page,
    kinds_of,
    told,
)
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
    "HistoryPage",
    "Line",
    "count_overdue",
    "done_tasks",
    "earliest",
    "entries_of",
    "history_page",
    "interactions_by_source",
    "kinds_of",
    "next_steps",
    "open_tasks",
    "tasks_by_source",
    "tasks_left",
    "tasks_of",
    "told",
    "usual_minutes",
    "visible_interactions",
    "visible_tasks",
]
