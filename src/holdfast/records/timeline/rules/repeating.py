"""How tasks repeat: a rule, and the day after a day on which it falls. Pure; no database."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats

UNITS: dict[str, Promise] = {"day": gettext_lazy("天"), "week": gettext_lazy("周"), "month": gettext_lazy("个月")}
MOST_APART = 60
LAST_DAY = 31
A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Repeat:
    """Every `n` days, weeks or months, counted from `start`.

    `weekdays` (0 = Monday) are those of a weekly rule. `day` is that of a monthly one: where a month is shorter its last
    day stands for it, so that 31 means the last day of every month, and 29 February comes back in leap years.
    """

    unit: str
    n: int
    start: date
    weekdays: tuple[int, ...] = ()
    day: int = 0

    def __post_init__(self) -> None:
        if self.unit not in UNITS or not 1 <= self.n <= MOST_APART:
            raise ValueError(f"no rule: every {self.n} {self.unit}")
        if self.unit == "week" and (not self.weekdays or not set(self.weekdays) <= set(range(7))):
            raise ValueError(f"a weekly rule names days of the week, unlike {self.weekdays}")
        if self.unit == "month" and not 1 <= self.day <= LAST_DAY:
            raise ValueError(f"a monthly rule names a day of the month, unlike {self.day}")

    def as_json(self) -> dict[str, Any]:
        """What the task's column keeps."""
        return {
            "unit": self.unit, "n": self.n, "start": self.start.isoformat(), "weekdays": list(self.weekdays), "day": self.day,
        }  # fmt: skip


def repeat_from(kept: dict[str, Any] | None) -> Repeat | None:
    """The rule that a task's column keeps."""
    if not kept:
        return None
    start = date.fromisoformat(kept["start"])
    return Repeat(kept["unit"], kept["n"], start, tuple(kept.get("weekdays", ())), kept.get("day", 0))


def next_due(rule: Repeat, day: date) -> date:
    """The first day after `day` on which the rule falls; never before its start."""
    if day < rule.start:
        day = rule.start - timedelta(days=1)
    return {"day": _next_day, "week": _next_week, "month": _next_month}[rule.unit](rule, day)


def _next_day(rule: Repeat, day: date) -> date:
    steps = (day - rule.start).days // rule.n + 1
    return rule.start + timedelta(days=steps * rule.n)


def _next_week(rule: Repeat, day: date) -> date:
    first = rule.start - timedelta(days=rule.start.weekday())
    for ahead in range(1, 7 * rule.n + 8):
        found = day + timedelta(days=ahead)
        if found >= rule.start and found.weekday() in rule.weekdays and (found - first).days // 7 % rule.n == 0:
            return found
    raise AssertionError(f"{rule} falls on no day")


def _next_month(rule: Repeat, day: date) -> date:
    months = (day.year - rule.start.year) * 12 + day.month - rule.start.month
    steps = max(months // rule.n, 0)
    while (found := _in_month(rule, steps)) <= day or found < rule.start:
        steps += 1
    return found


def _in_month(rule: Repeat, steps: int) -> date:
    month = rule.start.month - 1 + steps * rule.n
    year, month = rule.start.year + month // 12, month % 12 + 1
    return date(year, month, min(rule.day, monthrange(year, month)[1]))


# --- in words -----------------------------------------------------------------------------------------------------
def repeat_words(rule: Repeat) -> str:
    """「每 2 周的周三、周五」, "every 2 weeks on Wed, Fri"."""
    if rule.unit == "week":
        return _("%(every)s的%(days)s") % {"every": _every(rule), "days": _weekday_words(rule.weekdays)}
    if rule.unit == "month":
        return _month_words(rule)
    return _every(rule)


def _every(rule: Repeat) -> str:
    if rule.n == 1:
        return {"day": _("每天"), "week": _("每周"), "month": _("每月")}[rule.unit]
    if rule.unit == "month" and rule.n == 3:
        return _("每季度")
    return _("每 %(n)s %(unit)s") % {"n": rule.n, "unit": UNITS[rule.unit]}


def _month_words(rule: Repeat) -> str:
    if rule.n == 12:
        return _("%(every)s的%(days)s") % {"every": _("每年"), "days": _day_of_year(rule.start.month, rule.day)}
    if rule.day == LAST_DAY:
        return _("%(every)s，月末最后一天") % {"every": _every(rule)}
    return _("%(every)s，%(day)s 日") % {"every": _every(rule), "day": rule.day}


def _day_of_year(month: int, day: int) -> str:
    """「1 月 15 日」, "15 January"."""
    return f"{month} 月 {day} 日" if formats.is_chinese() else f"{day} {formats.EN_MONTHS[month - 1]}"


def _weekday_words(weekdays: tuple[int, ...]) -> str:
    return formats.listed(formats.weekday(A_MONDAY + timedelta(days=number)) for number in sorted(weekdays))
