"""What people type about a customer's history and plans."""

from holdfast.records.timeline.forms.base import CustomerField, ForCustomer, day_input
from holdfast.records.timeline.forms.interactions import (
    ChangeForm,
    InteractionForm,
    LogForm,
    MinutesMixin,
    UsualMinutesForm,
)
from holdfast.records.timeline.forms.tasks import FinishForm, ReassignForm, TaskForm

__all__ = [
    "ChangeForm",
    "CustomerField",
    "FinishForm",
    "ForCustomer",
    "InteractionForm",
    "LogForm",
    "MinutesMixin",
    "ReassignForm",
    "TaskForm",
    "UsualMinutesForm",
    "day_input",
]
