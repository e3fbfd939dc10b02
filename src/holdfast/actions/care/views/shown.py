"""Figures in words, and the address of the rows behind each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from holdfast.actions.care.queries import Line
from holdfast.common.months import Month, today

TONES = {"done": "good", "open": "", "soon": "watch", "missed": "act"}
BAR_TONES = {"done": "g", "open": "", "soon": "w", "missed": "a"}


def month_of(request: HttpRequest) -> Month:
    """The month that the address asks for, else the running one; nothing beyond it."""
    now = Month.of(today())
    try:
        asked = Month.parse(request.GET.get("month", ""))
    except ValueError:
        return now
    return min(asked, now)


def months_beside(month: Month) -> dict[str, str]:
    """The months before and after for the arrows; none beyond the running one."""
    following = "" if month == Month.of(today()) else str(month.next)
    return {"previous": str(month.previous), "next": following}


def months_back(count: int = 24) -> list[Month]:
    now = Month.of(today())
    return [now.plus(-step) for step in range(count)]


def rows_url(month: Month, **asked: Any) -> str:
    """The address of the rows behind a figure."""
    named = {name: value for name, value in asked.items() if value not in (None, "")}
    return f"{reverse('care:rows')}?{urlencode({'month': str(month), **named})}"


def elapsed(month: Month) -> float:
    """The share of a month's days that is over, today included; 1 for a past one."""
    day = today()
    return day.day / month.last.day if month.holds(day) else 1.0


def tone_of(rate: float | None, pace: float = 1.0) -> str:
    """How a rate is drawn beside the share of days that are over: kept, nearly, behind, far behind."""
    if rate is None:
        return "s"
    ahead = rate / pace
    return "g" if rate >= 0.95 else "" if ahead >= 0.8 else "w" if ahead >= 0.5 else "a"


def line_row(month: Month, line: Line, **asked: Any) -> dict[str, Any]:
    """One line of a table with the addresses of its figures."""
    return {
        "line": line,
        "kinds": [
            {"due": due, "kept": kept, "url": rows_url(month, kind=kind, **asked)}
            for kind, (due, kept) in line.by_kind.items()
        ],
        "tone": tone_of(line.rate, elapsed(month)),
        "url": rows_url(month, **asked),
        "missing_url": rows_url(month, missing=1, **asked),
    }
