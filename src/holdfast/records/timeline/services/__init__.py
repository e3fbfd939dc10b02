"""The writers of this room."""

from holdfast.records.timeline.services.tasks import (
    OUTCOME_LENGTH,
    TITLE_LENGTH,
    TaskRow,
    finish_task,
    log_contact,
    open_task,
    open_tasks,
    reassign_task,
    reopen_task,
)

__all__ = [
    "OUTCOME_LENGTH",
    "TITLE_LENGTH",
    "TaskRow",
    "finish_task",
    "log_contact",
    "open_task",
    "open_tasks",
    "reassign_task",
    "reopen_task",
]
