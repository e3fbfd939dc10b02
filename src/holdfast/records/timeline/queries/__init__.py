"""The readers of this room."""

from holdfast.records.timeline.queries.documents import (
    all_folders,
    deleted_of,
    documents_of,
    open_folders,
    visible_documents,
    visible_version,
)
from holdfast.records.timeline.queries.feeds import calendar_tasks, feed_of, feed_of_digest
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
    CHANGE_DAYS,
    colleagues_of,
    interactions_by_source,
    may_change,
    share_estimated,
    usual_minutes,
    visible_interactions,
)
from holdfast.records.timeline.queries.interactions import SOURCE as INTERACTION
from holdfast.records.timeline.queries.task_entries import is_contact
from holdfast.records.timeline.queries.tasks import (
    count_overdue,
    done_tasks,
    hand_overs,
    next_steps,
    nobody,
    open_tasks,
    people_with_tasks,
    tasks_by_source,
    tasks_left,
    tasks_of,
    visible_tasks,
)

__all__ = [
    "CHANGE_DAYS",
    "INTERACTION",
    "HistoryPage",
    "Line",
    "all_folders",
    "calendar_tasks",
    "colleagues_of",
    "count_overdue",
    "deleted_of",
    "documents_of",
    "done_tasks",
    "earliest",
    "entries_of",
    "feed_of",
    "feed_of_digest",
    "hand_overs",
    "history_page",
    "interactions_by_source",
    "is_contact",
    "kinds_of",
    "may_change",
    "next_steps",
    "nobody",
    "open_folders",
    "open_tasks",
    "people_with_tasks",
    "share_estimated",
    "tasks_by_source",
    "tasks_left",
    "tasks_of",
    "told",
    "usual_minutes",
    "visible_documents",
    "visible_interactions",
    "visible_tasks",
    "visible_version",
]
