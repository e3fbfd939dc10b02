"""What happened to a customer and what is planned, table by table."""

from holdfast.records.timeline.models.documents import Document, Folder, Version, files_home
from holdfast.records.timeline.models.entries import Entry, entry_kinds
from holdfast.records.timeline.models.feeds import CalendarFeed
from holdfast.records.timeline.models.interactions import Interaction, Participant, UsualMinutes, channels, directions
from holdfast.records.timeline.models.tasks import SOURCES, TASK_KINDS, Task, TaskQuerySet, task_kinds

__all__ = [
    "SOURCES",
    "TASK_KINDS",
    "CalendarFeed",
    "Document",
    "Entry",
    "Folder",
    "Interaction",
    "Participant",
    "Task",
    "TaskQuerySet",
    "UsualMinutes",
    "Version",
    "channels",
    "directions",
    "entry_kinds",
    "files_home",
    "task_kinds",
]
