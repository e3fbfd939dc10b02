"""Rules of this room that need no database."""

from holdfast.records.timeline.rules.icalendar import Event, calendar, escaped, folded
from holdfast.records.timeline.rules.reminding import DAY_BEGINS, REMINDERS, due_moment, reminder_at
from holdfast.records.timeline.rules.repeating import LAST_DAY, MOST_APART, Repeat, next_due, repeat_from, repeat_words
from holdfast.records.timeline.rules.tasks import GROUPS, WEEK, Due, group_of, grouped
from holdfast.records.timeline.rules.wording import EntryRow, Wording, register_wording, wording_of, wordings
from holdfast.records.timeline.rules.words import (
    CHANNEL_ICONS,
    CHANNELS,
    DIRECTIONS,
    ENTRY_KINDS,
    FOLDERS,
    MOST_MINUTES,
    SUMMARY_LENGTH,
    TOLD,
    USUAL_MINUTES,
)

__all__ = [
    "CHANNELS",
    "CHANNEL_ICONS",
    "DAY_BEGINS",
    "DIRECTIONS",
    "ENTRY_KINDS",
    "FOLDERS",
    "GROUPS",
    "LAST_DAY",
    "MOST_APART",
    "MOST_MINUTES",
    "REMINDERS",
    "SUMMARY_LENGTH",
    "TOLD",
    "USUAL_MINUTES",
    "WEEK",
    "Due",
    "EntryRow",
    "Event",
    "Repeat",
    "Wording",
    "calendar",
    "due_moment",
    "escaped",
    "folded",
    "group_of",
    "grouped",
    "next_due",
    "register_wording",
    "reminder_at",
    "repeat_from",
    "repeat_words",
    "wording_of",
    "wordings",
]
