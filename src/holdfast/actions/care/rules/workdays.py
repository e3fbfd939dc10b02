"""Working days in China: weekends, the published holidays with their make-up days, else the days fixed by law."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, Solar
from lunar_python.util import HolidayUtil

SATURDAY = 5
DAY = timedelta(days=1)
FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
FIXED_LUNAR = {(1, 1), (1, 2), (1, 3), (5, 5), (8, 15)}


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether people work; a Sunday that makes up for a holiday is a working day."""
    if _is_published(day.year):
        told = HolidayUtil.getHoliday(day.isoformat())
        return bool(told.isWork()) if told else day.weekday() < SATURDAY
    return day.weekday() < SATURDAY and not _is_fixed_holiday(day)


@lru_cache(maxsize=64)
def _is_published(year: int) -> bool:
    return bool(HolidayUtil.getHolidays(year))


def _is_fixed_holiday(day: date) -> bool:
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return (
        (day.month, day.day) in FIXED
        or (lunar.getMonth(), lunar.getDay()) in FIXED_LUNAR
        or lunar.getJieQi() == "清明"
        or _is_new_years_eve(lunar)
    )


def _is_new_years_eve(lunar: Lunar) -> bool:
    following = lunar.next(1)
    return (following.getMonth(), following.getDay()) == (1, 1)


def workdays(start: date, end: date) -> list[date]:
    """Working days from start to end, both included."""
    days = (start + number * DAY for number in range((end - start).days + 1))
    return [day for day in days if is_workday(day)]


def workday_on_or_before(day: date) -> date:
    while not is_workday(day):
        day -= DAY
    return day
