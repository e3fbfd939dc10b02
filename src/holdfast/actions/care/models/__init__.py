"""Standards, what is owed by them, and what was given."""

from holdfast.actions.care.models.duties import Counting, Duty, DutyTask, Tally
from holdfast.actions.care.models.focus import Focus
from holdfast.actions.care.models.gifts import Gift
from holdfast.actions.care.models.standards import Standard, StandardVersion, Switches

__all__ = ["Counting", "Duty", "DutyTask", "Focus", "Gift", "Standard", "StandardVersion", "Switches", "Tally"]
