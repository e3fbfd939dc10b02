"""The writers of this room."""

from holdfast.records.timeline.services.collecting import collect_customer
from holdfast.records.timeline.services.defaults import ensure_defaults
from holdfast.records.timeline.services.entries import (
    push_entries,
    push_entry,
    rebuild_entries,
    remove_entries,
    remove_entry,
)
from holdfast.records.timeline.services.interactions import (
    InteractionRow,
    add_interaction,
    add_interactions,
    change_interaction,
    remove_interaction,
)
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
    "InteractionRow",
    "TaskRow",
    "add_interaction",
    "add_interactions",
    "change_interaction",
    "collect_customer",
    "ensure_defaults",
    "finish_task",
    "log_contact",
    "open_task",
    "open_tasks",
    "push_entries",
    "push_entry",
    "reassign_task",
    "rebuild_entries",
    "remove_entries",
    "remove_entry",
    "remove_interaction",
    "reopen_task",
]
