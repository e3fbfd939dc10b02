"""What the forms of this room share: a day, a customer by code or name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import named_customer

# Suggestions while typing; without a script the code or the full name does as well.
PICKER = {
    "list": "customer-options", "autocomplete": "off", "hx-get": "/search/?part=options", "hx-target": "#customer-options",
    "hx-trigger": "input changed delay:200ms", "hx-sync": "this:replace", "hx-swap": "innerHTML",
}  # fmt: skip


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CustomerField(forms.CharField):
    """A customer by code or full name, among those the viewer sees."""

    viewer: User

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("客户"),
            max_length=240,
            help_text=gettext_lazy("客户编号或全名，输入两个字就有提示"),
            **kwargs,
        )
        self.widget.attrs.update(PICKER)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return named_customer(self.viewer, text)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class ForCustomer(forms.Form):
    """A form about a customer; with one given, the box is not asked."""

    customer = CustomerField()

    def __init__(self, *args: Any, viewer: User, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.given = viewer, customer
        if customer is None:
            self.fields["customer"].viewer = viewer  # type: ignore[attr-defined]
        else:
            del self.fields["customer"]

    def fields_for_service(self) -> dict[str, Any]:
        return {"customer": self.given, **self.cleaned_data}
