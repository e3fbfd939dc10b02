"""Read what people type: about a customer and the people there, and about the company's own fields."""

from holdfast.records.customers.forms.customers import (
    AssignForm,
    ContactForm,
    CustomerForm,
    RevealForm,
    TagForm,
    ViewForm,
    contact_forms,
    contact_rows,
    focus_first_wrong,
    initial_of,
)
from holdfast.records.customers.forms.fields import FieldForm

__all__ = [
    "AssignForm",
    "ContactForm",
    "CustomerForm",
    "FieldForm",
    "RevealForm",
    "TagForm",
    "ViewForm",
    "contact_forms",
    "contact_rows",
    "focus_first_wrong",
    "initial_of",
]
