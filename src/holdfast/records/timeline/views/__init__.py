"""Pages of a customer's history and plans."""

from holdfast.records.timeline.views.calendar import calendar, calendar_file
from holdfast.records.timeline.views.documents import (
    document,
    document_add,
    document_move,
    document_remove,
    document_restore,
    documents,
    download,
    folder,
    folders,
    preview,
)
from holdfast.records.timeline.views.handing import hand_over, hand_over_undo, task_bulk, task_edit, task_snooze
from holdfast.records.timeline.views.history import history, notes
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
    "calendar",
    "calendar_file",
    "customer_tasks",
    "document",
    "document_add",
    "document_move",
    "document_remove",
    "document_restore",
    "documents",
    "download",
    "folder",
    "folders",
    "hand_over",
    "hand_over_undo",
    "history",
    "interaction",
    "interaction_edit",
    "interaction_remove",
    "log",
    "notes",
    "preview",
    "task",
    "task_bulk",
    "task_edit",
    "task_finish",
    "task_new",
    "task_reassign",
    "task_reopen",
    "task_snooze",
    "tasks",
    "usual_minutes",
]
