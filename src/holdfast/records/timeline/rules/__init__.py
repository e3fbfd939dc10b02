"""Rules of this room that need no database."""

from holdfast.records.timeline.rules.tasks import GROUPS, WEEK, Due, group_of, grouped

__all__ = ["GROUPS", "WEEK", "Due", "group_of", "grouped"]
