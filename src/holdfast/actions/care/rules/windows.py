"""The time in which something is owed, and the share of a standard that a part of it bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from holdfast.common.months import Month

MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True, order=True)
class Window:
    """Days from `starts_on` to `ends_on`, both included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def days_left(self, today: date) -> int:
        """Days to work in, today included; 0 once it is over, all of them before it begins."""
        return max(0, (self.ends_on - max(today, self.starts_on)).days + 1)


def window_of(every: str, day: date) -> Window:
    """The calendar month or quarter that holds the day. Errors: KeyError for another `every`."""
    months, month = MONTHS[every], Month.of(day)
    first = month.plus(-((month.number - 1) % months))
    return Window(first.first, first.plus(months).first - timedelta(days=1))


def owed(count: int, every: str, starts_on: date, ends_on: date) -> int:
    """The share of `count` per `every` that falls on the days from start to end, rounded half up.

    Both days lie in one calendar window; the whole window owes the whole count.
    """
    whole, part = window_of(every, starts_on), Window(starts_on, ends_on)
    return (2 * count * part.days + whole.days) // (2 * whole.days)
