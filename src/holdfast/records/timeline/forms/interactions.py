"""What people type about contacts that have taken place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.records.timeline.forms.base import ForCustomer, day_input
from holdfast.records.timeline.models import TASK_KINDS

CONTACT_KINDS = ("call", "visit", "other")


class ContactForm(ForCustomer):
    """A contact that has taken place, and perhaps what comes next."""

    kind = forms.ChoiceField(
        label=gettext_lazy("方式"), choices=lambda: [(code, TASK_KINDS[code]) for code in CONTACT_KINDS]
    )
    on = forms.DateField(label=gettext_lazy("哪一天"), widget=day_input())
    title = forms.CharField(label=gettext_lazy("谈了什么"), max_length=200)
    outcome = forms.CharField(
        label=gettext_lazy("结果"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_title = forms.CharField(label=gettext_lazy("下一步"), max_length=200, required=False)
    next_on = forms.DateField(label=gettext_lazy("哪天之前"), required=False, widget=day_input())

    def clean_on(self) -> Any:
        if (day := self.cleaned_data["on"]) > today():
            raise forms.ValidationError(_("联系日期在未来；还没做的事请派成任务。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("next_title") and not data.get("next_on"):
            self.add_error("next_on", _("下一步要有日期，请选哪天之前。"))
        return data
