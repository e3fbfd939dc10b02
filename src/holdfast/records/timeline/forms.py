"""What people type about tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import TASK_KINDS, Task

CONTACT_KINDS = ("call", "visit", "other")
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
        seen = Customer.objects.visible_to(self.viewer)
        found = list(seen.filter(code__iexact=text.split(" ")[0])[:1]) or list(seen.filter(name=text)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("有几位客户叫这个名字，请改填客户编号。"))
        raise forms.ValidationError(_("没有找到「%(text)s」，请填客户编号或全名。") % {"text": text})


class _ForCustomer(forms.Form):
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


class TaskForm(_ForCustomer):
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

    def clean_due_on(self) -> Any:
        if (day := self.cleaned_data["due_on"]) < today():
            raise forms.ValidationError(_("到期日已经过去，请选今天或以后。"))
        return day


class ContactForm(_ForCustomer):
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


class FinishForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("结果"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("谈成了什么、对方怎么说、下次注意什么"),
    )  # fmt: skip
    on = forms.DateField(label=gettext_lazy("哪天完成"), required=False, widget=day_input())


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("交给"), queryset=User.objects.none(), empty_label=None)
    due_on = forms.DateField(label=gettext_lazy("到期日"), widget=day_input())

    def __init__(self, *args: Any, viewer: User, task: Task, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"to": task.assignee_id, "due_on": task.due_on})
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = assignable_users(viewer)  # type: ignore[attr-defined]
