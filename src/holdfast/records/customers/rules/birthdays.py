"""On which day a birthday is kept, solar or lunar.

A 29 February is kept on the 28th in other years. In the lunar calendar a leap month that the year does not have becomes
the plain month of the same number, and a 30th that the month does not have becomes the 29th.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lunar_python import LunarMonth

WINTER_MONTHS = 2  # a lunar year's last months fall into the next solar year


@dataclass(frozen=True)
class Birth:
    """A birthday as it was entered."""

    month: int
    day: int
    calendar: str = "solar"
    is_leap_month: bool = False
    year: int | None = None


def birthday_in(birth: Birth, year: int) -> dt.date | None:
    """The day it is kept that begins in this solar (or, for a lunar birthday, lunar) year; None before the birth."""
    if birth.year is not None and year < birth.year:
        return None
    if birth.calendar == "lunar":
        return _lunar_day(year, birth.month, birth.day, birth.is_leap_month)
    is_missing = birth.month == 2 and birth.day == 29 and not _is_leap_year(year)
    return dt.date(year, birth.month, 28 if is_missing else birth.day)


def birthdays_between(birth: Birth, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Every day from start to end, both included, on which it is kept."""
    for year in range(start.year - (birth.calendar == "lunar"), end.year + 1):
        day = birthday_in(birth, year)
        if day is not None and start <= day <= end:
            yield day


def _is_leap_year(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=4096)
def _lunar_day(year: int, month: int, day: int, is_leap_month: bool) -> dt.date:
    from lunar_python import LunarMonth, LunarYear

    leap = LunarYear.fromYear(year).getLeapMonth()
    number = -month if is_leap_month and leap == month else month
    found = LunarMonth.fromYm(year, number)
    first = _first_day(found)
    return first + dt.timedelta(days=min(day, found.getDayCount()) - 1)


def _first_day(month: LunarMonth) -> dt.date:
    """`getFirstJulianDay` counts from noon; the solar day of it begins the month."""
    from lunar_python import Solar

    solar = Solar.fromJulianDay(month.getFirstJulianDay())
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
