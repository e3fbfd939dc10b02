"""What people type: which month, an action, a comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.common.months import Month, today
from holdfast.doors.reports.models import Action, MonthlyReport
from holdfast.doors.reports.queries import candidates
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import User

MONTHS_BACK = 24


class DraftForm(forms.Form):
    """One of the last two years' finished months."""

    month = forms.ChoiceField(label=_("月份"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Month.of(today()).previous
        months = [str(newest.plus(-back)) for back in range(MONTHS_BACK)]
        self.fields["month"].choices = [(month, month) for month in months]  # type: ignore[attr-defined]

    def clean_month(self) -> Month:
        return Month.parse(self.cleaned_data["month"])


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("起草人的话"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class ActionForm(forms.ModelForm):
    """An action for a customer of the lists, or for the company."""

    class Meta:
        model = Action
        fields = ["customer", "kind", "text", "assignee", "due_on"]
        labels = {
            "customer": _("客户"), "kind": _("类型"), "text": _("做什么"), "assignee": _("责任人"), "due_on": _("期限"),
        }  # fmt: skip
        help_texts = {"customer": _("不选客户，就是公司的事")}
        widgets = {"due_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, report: MonthlyReport, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = accounts.assignable_users(viewer)  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["customer"]
        else:
            self.fields["customer"].queryset = candidates(report, viewer)  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("结果"), max_length=400)
