"""Birthdays as people write them: solar or lunar, with or without the year."""

from __future__ import annotations

import calendar
import re
import unicodedata
from typing import Any

from holdfast.common import sheets

_MONTHS = {name: number for number, name in enumerate("正二三四五六七八九十冬腊", 1)} | {
    "一": 1, "十一": 11, "十二": 12, "元": 1,
}  # fmt: skip
_FIGURES = {name: number for number, name in enumerate("一二三四五六七八九十", 1)}
_SHORT = re.compile(r"(\d{1,2}) ?[-/.月] ?(\d{1,2})[日号]?")
_LUNAR_FIGURES = re.compile(r"(?:(\d{4})[-/.年] ?)?(\d{1,2}) ?[-/.月] ?(\d{1,2})[日号]?")
_LUNAR_WORDS = re.compile(
    r"(?:(\d{4})年?)?([正元一二三四五六七八九十冬腊]{1,2})月([初十廿二三一四五六七八九]{1,3})[日号]?"
)


def parse_birthday(text: str) -> dict[str, Any] | None:
    """calendar, year (or None), month, day and leap month; None if it is no day of any calendar."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    lunar = re.search("农历|阴历|旧历", plain)
    leap = "闰" in plain
    plain = re.sub("农历|阴历|旧历|公历|阳历|闰|[()]", "", plain)
    found = _lunar(plain) if lunar else _solar(plain) or _lunar_words(plain)
    if found is None:
        return None
    is_lunar = bool(lunar) or found[3]
    return _checked(found[0], found[1], found[2], is_lunar, leap)


def _solar(plain: str) -> tuple[int | None, int, int, bool] | None:
    if match := _SHORT.fullmatch(plain):
        return None, int(match[1]), int(match[2]), False
    try:
        day = sheets.parse_date(plain, order="ymd")
    except sheets.CellError:
        return None
    return (day.year, day.month, day.day, False) if day else None


def _lunar(plain: str) -> tuple[int | None, int, int, bool] | None:
    if match := _LUNAR_FIGURES.fullmatch(plain):
        return int(match[1]) if match[1] else None, int(match[2]), int(match[3]), True
    return _lunar_words(plain)


def _lunar_words(plain: str) -> tuple[int | None, int, int, bool] | None:
    match = _LUNAR_WORDS.fullmatch(plain)
    if not match or match[2] not in _MONTHS:
        return None
    day = _day_of(match[3])
    return (int(match[1]) if match[1] else None, _MONTHS[match[2]], day, True) if day else None


def _day_of(words: str) -> int:
    """初五 5, 十五 15, 二十 20, 廿三 23, 三十 30; 0 if it is none."""
    if words.startswith("初"):
        return _FIGURES.get(words[1:], 0)
    if words.startswith("廿"):
        return 20 + _FIGURES.get(words[1:], 0)
    tens, ten, ones = words.partition("十")
    if not ten:
        return _FIGURES.get(words, 0)
    return _FIGURES.get(tens, 1) * 10 + _FIGURES.get(ones, 0)


def _checked(year: int | None, month: int, day: int, lunar: bool, leap: bool) -> dict[str, Any] | None:
    longest = 30 if lunar else calendar.monthrange(year or 2024, month)[1] if 1 <= month <= 12 else 0
    if not (1 <= month <= 12 and 1 <= day <= longest):
        return None
    return {
        "birth_calendar": "lunar" if lunar else "solar",
        "birth_year": year,
        "birth_month": month,
        "birth_day": day,
        "birth_is_leap_month": lunar and leap,
    }
