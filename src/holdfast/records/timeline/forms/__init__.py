"""What people type about a customer's history and plans."""

from holdfast.records.timeline.forms.base import CustomerField, ForCustomer, day_input
from holdfast.records.timeline.forms.interactions import CONTACT_KINDS, ContactForm
from holdfast.records.timeline.forms.tasks import FinishForm, ReassignForm, TaskForm

__all__ = [
    "CONTACT_KINDS",
    "ContactForm",
    "CustomerField",
    "FinishForm",
    "ForCustomer",
    "ReassignForm",
    "TaskForm",
    "day_input",
]
