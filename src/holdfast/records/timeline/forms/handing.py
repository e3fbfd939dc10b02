"""What people type to put tasks off, change them, or treat many at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.records.timeline.forms.base import day_input
from holdfast.records.timeline.forms.times import TimesMixin, clock_input, initial_times, past_refused
from holdfast.records.timeline.models import TASK_KINDS, Task

QUICK_DAYS = (1, 3, 7)


class EditTaskForm(TimesMixin):
    """What an open task says. A rule that was not touched goes on from where it began."""

    kind = forms.ChoiceField(label=gettext_lazy("做什么"), choices=lambda: list(TASK_KINDS.items()))
    title = forms.CharField(label=gettext_lazy("写明白"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("到期日"), widget=day_input())

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        self.task, times = task, initial_times(task)
        kwargs.setdefault("initial", {"kind": task.kind, "title": task.title, "due_on": task.due_on, **times})
        super().__init__(*args, **kwargs)

    def clean_due_on(self) -> date:
        day = self.cleaned_data["due_on"]
        return day if day == self.task.due_on else past_refused(day, today())

    def fields_for_service(self) -> dict[str, Any]:
        names = ("kind", "title", "due_on")
        values = {**{name: self.cleaned_data[name] for name in names}, **self.values_of_times()}
        if not {"repeat", "repeat_n", "weekdays"} & set(self.changed_data):
            values["repeat"] = self.task.repeat
        return values


class SnoozeForm(forms.Form):
    """Another day; or a number of days from today on a button."""

    due_on = forms.DateField(label=gettext_lazy("推迟到"), widget=day_input())
    due_time = forms.TimeField(label=gettext_lazy("几点"), required=False, widget=clock_input())

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        days = data.get("days", "") if data else ""
        if days.isdecimal() and int(days) in QUICK_DAYS:
            data = data.copy()
            data["due_on"] = (today() + timedelta(days=int(days))).isoformat()
        super().__init__(data, **kwargs)

    def clean_due_on(self) -> date:
        return past_refused(self.cleaned_data["due_on"], today())


class HandOverForm(forms.Form):
    """To whom."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("交给"), queryset=User.objects.none(), empty_label=gettext_lazy("请选一位同事")
    )
    note = forms.CharField(
        label=gettext_lazy("为什么"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("例如：周琪离职。会留在变更日志里。"),
    )

    def __init__(self, *args: Any, viewer: User, without: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = assignable_users(viewer)
        self.fields["to"].queryset = people.exclude(pk=without.pk) if without else people  # type: ignore[attr-defined]


class FinishManyForm(forms.Form):
    """One outcome for all."""

    outcome = forms.CharField(
        label=gettext_lazy("结果"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("同一句话写到每一项任务里"),
    )  # fmt: skip
