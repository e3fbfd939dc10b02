"""The writers of this room."""

from holdfast.records.timeline.services.calendars import calendar_of
from holdfast.records.timeline.services.collecting import collect_customer
from holdfast.records.timeline.services.defaults import ensure_defaults, set_usual_minutes
from holdfast.records.timeline.services.documents import (
    add_document,
    delete_document,
    erase_documents,
    erase_files,
    missing_files,
    move_document,
    record_reading,
    restore_document,
    save_folder,
    sweep_files,
)
from holdfast.records.timeline.services.entries import (
    push_entries,
    push_entry,
    push_rows,
    rebuild_entries,
    remove_entries,
    remove_entry,
)
from holdfast.records.timeline.services.feeds import digest_of, make_feed, remove_feed
from holdfast.records.timeline.services.handing import (
    HAND_OVER,
    change_task,
    finish_tasks,
    hand_over_tasks,
    snooze_task,
    snooze_tasks,
    undo_hand_over,
)
from holdfast.records.timeline.services.interactions import (
    InteractionRow,
    add_interaction,
    add_interactions,
    change_interaction,
    refresh_interactions,
    remove_interaction,
)
from holdfast.records.timeline.services.notice_words import due_text
from holdfast.records.timeline.services.reminding import escalate, remind
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
    "HAND_OVER",
    "OUTCOME_LENGTH",
    "TITLE_LENGTH",
    "InteractionRow",
    "TaskRow",
    "add_document",
    "add_interaction",
    "add_interactions",
    "calendar_of",
    "change_interaction",
    "change_task",
    "collect_customer",
    "delete_document",
    "digest_of",
    "due_text",
    "ensure_defaults",
    "erase_documents",
    "erase_files",
    "escalate",
    "finish_task",
    "finish_tasks",
    "hand_over_tasks",
    "make_feed",
    "missing_files",
    "move_document",
    "open_task",
    "open_tasks",
    "push_entries",
    "push_entry",
    "push_rows",
    "reassign_task",
    "rebuild_entries",
    "record_reading",
    "refresh_interactions",
    "remind",
    "remove_entries",
    "remove_entry",
    "remove_feed",
    "remove_interaction",
    "reopen_task",
    "restore_document",
    "save_folder",
    "set_usual_minutes",
    "snooze_task",
    "snooze_tasks",
    "sweep_files",
    "undo_hand_over",
    "withdraw_tasks",
]
