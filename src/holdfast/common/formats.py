"""How figures and dates read in Chinese and in English. Plain functions; the language is the reader's unless given.

Amounts are integer minor units. A minus is −. Nothing known is —.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from holdfast.common.masking import mask_phone

DASH = "—"
MINUS = "−"
EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
EN_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ZH_DAYS = "一二三四五六日"
# (from this many yuan, divisor, decimals, unit)
ZH_UNITS = ((Decimal(10**8), Decimal(10**8), 2, " 亿"), (Decimal(10**4), Decimal(10**4), 1, " 万"))
EN_UNITS = (
    (Decimal(10**9), Decimal(10**9), 2, "B"),
    (Decimal(10**6), Decimal(10**6), 2, "M"),
    (Decimal(10**5), Decimal(10**3), 0, "K"),
    (Decimal(10**3), Decimal(10**3), 1, "K"),
)
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}
NO_CENTS = {"JPY", "KRW"}


def is_chinese(language: str | None = None) -> bool:
    return (language or get_language() or "zh").startswith("zh")


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and value != value)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _grouped(value: Decimal, decimals: int) -> str:
    return f"{_rounded(abs(value), decimals):,.{decimals}f}"


def _sign(value: Decimal, decimals: int, *, plus: bool = False) -> str:
    rounded = _rounded(value, decimals)
    if rounded < 0:
        return MINUS
    return "+" if plus and rounded > 0 else ""


def number(value: Any, decimals: int = 0, *, plus: bool = False) -> str:
    """1234.5 -> 1,235; with plus, a rise carries its +."""
    if _is_missing(value):
        return DASH
    exact = Decimal(str(value))
    return _sign(exact, decimals, plus=plus) + _grouped(exact, decimals)


def percent(value: Any, decimals: int = 1, *, plus: bool = False) -> str:
    """A share (0.312) as 31.2%."""
    if _is_missing(value):
        return DASH
    return number(Decimal(str(value)) * 100, decimals, plus=plus) + "%"


def _yuan(minor: Any, currency: str) -> Decimal:
    value = Decimal(str(minor))
    return value if currency in NO_CENTS else value / 100


def _panel_parts(yuan: Decimal, language: str | None) -> tuple[str, str]:
    """Digits and unit of an amount on a panel; rounding never leaves 10,000.0 万 standing."""
    for floor, divisor, decimals, unit in ZH_UNITS if is_chinese(language) else EN_UNITS:
        if abs(_rounded(yuan / divisor, decimals) * divisor) >= floor:
            return _grouped(yuan / divisor, decimals), unit
    return _grouped(yuan, 0), ""


def money_parts(
    minor: Any, *, currency: str = "CNY", language: str | None = None, plus: bool = False
) -> tuple[str, str]:
    """(¥312.6, 万): the two sizes of one big figure."""
    if _is_missing(minor):
        return DASH, ""
    yuan = _yuan(minor, currency)
    digits, unit = _panel_parts(yuan, language)
    is_zero = not digits.strip("0,.")
    sign = MINUS if yuan < 0 and not is_zero else "+" if plus and yuan > 0 and not is_zero else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{digits}", unit


def money(
    minor: Any, style: str = "exact", *, currency: str = "CNY", language: str | None = None, plus: bool = False
) -> str:
    """An amount in minor units: exact ¥124,000.00 · panel ¥68.2 万 / ¥682K · whole ¥124,000 · table 124,000."""
    if _is_missing(minor):
        return DASH
    if style == "panel":
        return "".join(money_parts(minor, currency=currency, language=language, plus=plus))
    yuan = _yuan(minor, currency)
    decimals = 2 if style == "exact" and currency not in NO_CENTS else 0
    symbol = "" if style == "table" else SYMBOLS.get(currency, currency + " ")
    return f"{_sign(yuan, decimals, plus=plus)}{symbol}{_grouped(yuan, decimals)}"


def money_delta(minor: Any, *, currency: str = "CNY", language: str | None = None) -> str:
    """A change in words: 多 ¥75.4 万, 少 ¥8.0 万, 持平 / ¥754K more, ¥80.0K less, unchanged."""
    if _is_missing(minor):
        return DASH
    amount = money(abs(Decimal(str(minor))), "panel", currency=currency, language=language)
    is_more, is_less = Decimal(str(minor)) > 0, Decimal(str(minor)) < 0
    if is_chinese(language):
        return f"多 {amount}" if is_more else f"少 {amount}" if is_less else "持平"
    return f"{amount} more" if is_more else f"{amount} less" if is_less else "unchanged"


def _as_day(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value)[:10])


def day(value: Any, style: str = "", *, today: dt.date | None = None, language: str | None = None) -> str:
    """11-23, 今天, 昨天, 2025-11-23 / 23 Nov, today, 23 Nov 2025. Styles: plain (no 今天), full (always the year)."""
    if _is_missing(value):
        return DASH
    on, today = _as_day(value), today or timezone.localdate()
    if not style and (word := _near_word((on - today).days, language)):
        return word
    with_year = style == "full" or on.year != today.year
    if is_chinese(language):
        return on.isoformat() if with_year else f"{on:%m-%d}"
    return f"{on.day} {EN_MONTHS[on.month - 1][:3]}" + (f" {on.year}" if with_year else "")


def _near_word(distance: int, language: str | None) -> str:
    zh = {0: "今天", -1: "昨天", 1: "明天"}
    en = {0: "today", -1: "yesterday", 1: "tomorrow"}
    return (zh if is_chinese(language) else en).get(distance, "")


def moment(value: dt.datetime | None, *, today: dt.date | None = None, language: str | None = None) -> str:
    """11-14 10:20 / 14 Nov 10:20: a day and the clock, in the company's time zone."""
    if _is_missing(value) or value is None:
        return DASH
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local.date(), 'plain', today=today, language=language)} {local:%H:%M}"


def lunar_day(value: Any) -> str:
    """农历十月十五."""
    from lunar_python import Solar

    on = _as_day(value)
    lunar = Solar.fromYmd(on.year, on.month, on.day).getLunar()
    return f"农历{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def long_day(value: Any, *, language: str | None = None) -> str:
    """11月23日 星期一 · 农历十月十五 / Monday, 23 November 2026."""
    if _is_missing(value):
        return DASH
    on = _as_day(value)
    if is_chinese(language):
        return f"{on.month}月{on.day}日 星期{ZH_DAYS[on.weekday()]} · {lunar_day(on)}"
    return f"{EN_DAYS[on.weekday()]}, {on.day} {EN_MONTHS[on.month - 1]} {on.year}"


def weekday(value: Any, *, language: str | None = None) -> str:
    """周三 / Wed."""
    on = _as_day(value)
    return f"周{ZH_DAYS[on.weekday()]}" if is_chinese(language) else EN_DAYS[on.weekday()][:3]


def _year_month(value: Any) -> tuple[int, int]:
    if hasattr(value, "year"):
        return value.year, getattr(value, "number", None) or value.month
    if isinstance(value, str):
        year, month_number = re.split(r"[-/.]", value)[:2]
        return int(year), int(month_number)
    year, month_number = value
    return int(year), int(month_number)


def month(value: Any, style: str = "", *, language: str | None = None) -> str:
    """2026 年 10 月 / October 2026; short 10 月 / Oct. From a date, '2026-10' or (2026, 10)."""
    if _is_missing(value):
        return DASH
    year, number_ = _year_month(value)
    if is_chinese(language):
        return f"{number_} 月" if style == "short" else f"{year} 年 {number_} 月"
    name = EN_MONTHS[number_ - 1]
    return name[:3] if style == "short" else f"{name} {year}"


def days(value: Any, *, language: str | None = None) -> str:
    """41 天 / 41 days, 1 day."""
    if _is_missing(value):
        return DASH
    exact = Decimal(str(value))
    text = number(exact, 0 if exact == exact.to_integral_value() else 1)
    if is_chinese(language):
        return f"{text} 天"
    return f"{text} day" if text in ("1", MINUS + "1") else f"{text} days"


def length(minutes: Any, *, language: str | None = None) -> str:
    """18 分钟, 7.4 小时, 41 天 / 18 min, 7.4 h, 41 days."""
    if _is_missing(minutes):
        return DASH
    value = Decimal(str(minutes))
    if abs(value) < 60:
        return number(value) + (" 分钟" if is_chinese(language) else " min")
    if abs(value) < 1440:
        return number(value / 60, 1) + (" 小时" if is_chinese(language) else " h")
    return days(_rounded(value / 1440, 0), language=language)


def phone_masked(value: str | None) -> str:
    """138****6621; a short or foreign number keeps its last four digits at most."""
    return mask_phone(value) or DASH


def initials(name: str | None) -> str:
    """林晚秋 -> 晚秋, 王芳 -> 王芳, 苏州… -> 苏州, John Smith -> JS: the letters of an avatar."""
    text = (name or "").strip()
    if not text:
        return "?"
    if re.search(r"[\u3400-\u9fff]", text):
        return text[-2:] if len(text) <= 4 else text[:2]
    words = text.split()
    return "".join(word[0] for word in (words[0], words[-1]))[: min(2, len(words))].upper()


def listed(words: Iterable[str], *, language: str | None = None) -> str:
    """甲、乙和丙 / a, b and c."""
    items = [str(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    comma, last = ("、", "和") if is_chinese(language) else (", ", " and ")
    return comma.join(items[:-1]) + last + items[-1]


def file_size(size: int) -> str:
    """2.4 MB."""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1024:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} GB"
