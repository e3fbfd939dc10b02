"""When a task is due, when it reminds, and how it repeats."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats
from holdfast.records.timeline import rules
from holdfast.records.timeline.forms.interactions import ManyPicks
from holdfast.records.timeline.models import Task

# What a person chooses → unit and months or weeks apart.
REPEATS = {
    "": gettext_lazy("不重复"),
    "day": gettext_lazy("按天"),
    "week": gettext_lazy("按周"),
    "month": gettext_lazy("按月，每月这一天"),
    "month_last": gettext_lazy("按月，月末最后一天"),
    "quarter": gettext_lazy("每季度"),
    "year": gettext_lazy("每年"),
}
MONTHS = {"month": 1, "month_last": 1, "quarter": 3, "year": 12}
NO_REMINDER = "none"


def clock_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def reminder_choices() -> list[tuple[str, Any]]:
    return [(NO_REMINDER if minutes is None else str(minutes), words) for minutes, words in rules.REMINDERS.items()]


def weekday_choices() -> list[tuple[str, str]]:
    return [(str(day), formats.weekday(date(2024, 1, 1 + day))) for day in range(7)]


class TimesMixin(forms.Form):
    """The boxes beside the due day; `values_of_times()` gives what the services take."""

    due_time = forms.TimeField(label=gettext_lazy("几点"), required=False, widget=clock_input())
    remind = forms.ChoiceField(label=gettext_lazy("提醒"), choices=reminder_choices, required=False)
    repeat = forms.ChoiceField(label=gettext_lazy("重复"), choices=lambda: list(REPEATS.items()), required=False)
    repeat_n = forms.IntegerField(
        label=gettext_lazy("每隔几个"), min_value=1, max_value=rules.MOST_APART, required=False,
        help_text=gettext_lazy("填 2 就是每 2 天、每 2 周或每 2 个月"),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("按周时，星期几"), choices=weekday_choices, required=False, widget=ManyPicks,
        help_text=gettext_lazy("不选就是到期日那一天"),
    )  # fmt: skip

    def values_of_times(self) -> dict[str, Any]:
        data = self.cleaned_data
        remind = data.get("remind") or "0"
        return {
            "due_time": data.get("due_time"),
            "remind_minutes": None if remind == NO_REMINDER else int(remind),
            "repeat": rule_of(data),
        }


def rule_of(data: dict[str, Any]) -> dict[str, Any] | None:
    """The rule that was chosen, counted from the due day."""
    chosen, start, n = data.get("repeat") or "", data["due_on"], data.get("repeat_n") or 1
    if not chosen:
        return None
    if chosen == "day":
        rule = rules.Repeat("day", n, start)
    elif chosen == "week":
        days = tuple(sorted(int(day) for day in data.get("weekdays") or [start.weekday()]))
        rule = rules.Repeat("week", n, start, days)
    else:
        day = rules.LAST_DAY if chosen == "month_last" else start.day
        rule = rules.Repeat("month", MONTHS[chosen] * (1 if chosen in ("quarter", "year") else n), start, (), day)
    return rule.as_json()


def initial_times(task: Task) -> dict[str, Any]:
    """What the boxes show for a task."""
    remind = NO_REMINDER if task.remind_minutes is None else str(task.remind_minutes)
    shown: dict[str, Any] = {"due_time": task.due_time, "remind": remind, "repeat": ""}
    rule = rules.repeat_from(task.repeat)
    if rule is None:
        return shown
    code = rule.unit
    if rule.unit == "month":
        code = {3: "quarter", 12: "year"}.get(rule.n) or ("month_last" if rule.day == rules.LAST_DAY else "month")
    return {**shown, "repeat": code, "repeat_n": rule.n, "weekdays": [str(day) for day in rule.weekdays]}


def past_refused(day: date, today: date) -> date:
    """A day from today on."""
    if day < today:
        raise forms.ValidationError(_("到期日已经过去，请选今天或以后。"))
    return day
