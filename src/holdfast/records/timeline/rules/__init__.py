"""Rules of this room that need no database."""

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
    "DIRECTIONS",
    "ENTRY_KINDS",
    "FOLDERS",
    "GROUPS",
    "MOST_MINUTES",
    "SUMMARY_LENGTH",
    "TOLD",
    "USUAL_MINUTES",
    "WEEK",
    "Due",
    "EntryRow",
    "Wording",
    "group_of",
    "grouped",
    "register_wording",
    "wording_of",
    "wordings",
]
