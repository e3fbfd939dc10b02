"""The writers of this room."""

from holdfast.records.timeline.services.collecting import collect_customer
from holdfast.records.timeline.services.defaults import ensure_defaults, set_usual_minutes
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
    refresh_interactions,
    remove_interaction,
)
from holdfast.records.timeline.services.tasks import (
    OUTCOME_LENGTH,
    TITLE_LENGTH,
    TaskRow,
    finish_task,
    open_task,
    open_tasks,
    reassign_task,
    reopen_task,
)
from holdfast.records.timeline.services.withdrawing import withdraw_tasks

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
    "open_task",
    "open_tasks",
    "push_entries",
    "push_entry",
    "reassign_task",
    "rebuild_entries",
    "refresh_interactions",
    "remove_entries",
    "remove_entry",
    "remove_interaction",
    "reopen_task",
    "set_usual_minutes",
    "withdraw_tasks",
]
