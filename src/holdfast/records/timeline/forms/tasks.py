"""What people type about tasks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.records.timeline.forms.base import ForCustomer, day_input
from holdfast.records.timeline.forms.interactions import MinutesMixin
from holdfast.records.timeline.forms.times import TimesMixin, past_refused
from holdfast.records.timeline.models import TASK_KINDS, Task
from holdfast.records.timeline.queries import is_contact


class TaskForm(ForCustomer, TimesMixin):
    """Something to do for a customer."""

    kind = forms.ChoiceField(label=gettext_lazy("做什么"), choices=lambda: list(TASK_KINDS.items()))
    title = forms.CharField(
        label=gettext_lazy("写明白"), max_length=200, help_text=gettext_lazy("例如：致电王建国，为 11 天维修致歉")
    )
    assignee = forms.ModelChoiceField(label=gettext_lazy("负责人"), queryset=User.objects.none(), empty_label=None)
    due_on = forms.DateField(label=gettext_lazy("到期日"), widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = assignable_users(self.viewer)  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        return past_refused(self.cleaned_data["due_on"], today())

    def fields_for_service(self) -> dict[str, Any]:
        names = ("kind", "title", "assignee", "due_on")
        given = {name: self.cleaned_data[name] for name in names}
        return {"customer": self.given or self.cleaned_data["customer"], **given, **self.values_of_times()}


class FinishForm(MinutesMixin):
    """What came of a task; of a call or a visit also how long it took."""

    outcome = forms.CharField(
        label=gettext_lazy("结果"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("谈成了什么、对方怎么说、下次注意什么"),
    )  # fmt: skip
    on = forms.DateField(label=gettext_lazy("哪天完成"), required=False, widget=day_input())
    is_last = forms.BooleanField(label=gettext_lazy("这是最后一次，不再重复"), required=False)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not task.repeat:
            del self.fields["is_last"]
        if not is_contact(task):
            del self.fields["minutes"], self.fields["other_minutes"]

    def fields_for_service(self) -> dict[str, Any]:
        return {
            "outcome": self.cleaned_data["outcome"], "on": self.cleaned_data["on"], "minutes": self.the_minutes(),
            "is_last": self.cleaned_data.get("is_last", False),
        }  # fmt: skip


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("交给"), queryset=User.objects.none(), empty_label=None)
    due_on = forms.DateField(label=gettext_lazy("到期日"), widget=day_input())

    def __init__(self, *args: Any, viewer: User, task: Task, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"to": task.assignee_id, "due_on": task.due_on})
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = assignable_users(viewer)  # type: ignore[attr-defined]
