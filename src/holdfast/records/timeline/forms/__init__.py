"""What people type about a customer's history and plans."""

from holdfast.records.timeline.forms.base import CustomerField, ForCustomer, day_input
from holdfast.records.timeline.forms.documents import FolderForm, MoveForm, UploadForm
from holdfast.records.timeline.forms.handing import QUICK_DAYS, EditTaskForm, FinishManyForm, HandOverForm, SnoozeForm
from holdfast.records.timeline.forms.interactions import (
    ChangeForm,
    InteractionForm,
    LogForm,
    MinutesMixin,
    UsualMinutesForm,
)
from holdfast.records.timeline.forms.tasks import FinishForm, ReassignForm, TaskForm

__all__ = [
    "QUICK_DAYS",
    "ChangeForm",
    "CustomerField",
    "EditTaskForm",
    "FinishForm",
    "FinishManyForm",
    "FolderForm",
    "ForCustomer",
    "HandOverForm",
    "InteractionForm",
    "LogForm",
    "MinutesMixin",
    "MoveForm",
    "ReassignForm",
    "SnoozeForm",
    "TaskForm",
    "UploadForm",
    "UsualMinutesForm",
    "day_input",
]
