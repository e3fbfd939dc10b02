"""Days and moments as people write them; whether 5/1/2026 is May or January is settled per column."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from holdfast.common.sheets.errors import CellError
from holdfast.common.sheets.values.texts import is_missing, text_of

FIRST_YEAR, LAST_YEAR = 1900, 2199
_EXCEL_ZERO = datetime(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 110_000)  # 1927 to 2201: five and six figures, never a year
_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split("|"), start=1)}
_CLOCK = (
    r"(?:[t ,]*(?P<half>上午|下午|中午|晚上|凌晨|早上|傍晚|am|pm)? *"
    r"(?P<hour>[0-9]{1,2}) *[:时点] *(?P<minute>[0-9]{1,2})(?: *分)?"
    r"(?: *:? *(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]{1,9}))? *秒?)? *(?P<half2>am|pm)?"
    r" *(?P<zone>z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4}) *[-/.年] *(?P<m>[0-9]{1,2}) *[-/.月] *(?P<d>[0-9]{1,2}) *[日号]?" + _CLOCK)
_COMPACT = re.compile(
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:[t ]?(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2}):?(?P<second>[0-9]{2})?(?P<zone>z)?)?"
)
_THREE = re.compile(r"(?P<a>[0-9]{1,2}) ?[-/.] ?(?P<b>[0-9]{1,2}) ?[-/.] ?(?P<c>[0-9]{4}|[0-9]{2})" + _CLOCK)
_DAY_NAME = re.compile(
    rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[- ./]*(?P<name>{_NAMES})[a-z]*\.?[- ./,]*(?P<y>[0-9]{{4}}|[0-9]{{2}})"
    + _CLOCK
)
_NAME_DAY = re.compile(
    rf"(?P<name>{_NAMES})[a-z]*\.?[- ./]*(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[- ./,]+(?P<y>[0-9]{{4}}|[0-9]{{2}})"
    + _CLOCK
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+|[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
_SERIAL = re.compile(r"[0-9]{5,6}(?:\.[0-9]+)?")
_ORDERS = {"dmy": ("b", "a", "c"), "mdy": ("a", "b", "c"), "ymd": ("b", "c", "a")}  # month, day, year


def parse_date(value: object, *, order: str | None = None) -> date | None:
    """A day as written, in the zone it was written in; None when empty. `order` is needed for 5/1/2026 only.

    Raises CellError("date_order") where day and month could change places, CellError("date") if unreadable.
    """
    moment = parse_moment(value, order=order)
    return None if moment is None else moment.date()


def parse_moment(value: object, *, order: str | None = None) -> datetime | None:
    """As parse_date, with the clock; aware only if the text names a zone."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    text = text_of(value)
    if text is None or is_missing(text):
        return None
    return _from_text(text, order)


def _from_text(text: str, order: str | None) -> datetime:
    try:
        moment = _from_plain(_plain(text), order)
    except (ValueError, OverflowError) as error:
        if isinstance(error, CellError):
            raise CellError(error.code, text=text[:60]) from None
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CellError("date", text=text[:60])
    return moment


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return re.sub(r"\s+", " ", _WEEKDAY.sub(" ", plain)).strip()


def _from_plain(plain: str, order: str | None) -> datetime | None:
    for shape in (_YEAR_FIRST, _COMPACT):
        if match := shape.fullmatch(plain):
            return _moment(match, int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _THREE.fullmatch(plain):
        return _three(match, order)
    if match := _DAY_NAME.fullmatch(plain) or _NAME_DAY.fullmatch(plain):
        return _moment(match, _year(match["y"]), _MONTHS[match["name"]], int(match["d"]))
    return _from_serial(plain) if _SERIAL.fullmatch(plain) else None


def _from_serial(plain: str) -> datetime | None:
    """Excel's days since 1899-12-30, the clock to the second."""
    days = Decimal(plain)
    if int(days) not in _EXCEL_DAYS:
        return None
    return _EXCEL_ZERO + timedelta(seconds=round(days * 86_400))


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _readings(match: re.Match[str]) -> dict[str, date]:
    """Every order in which three figures make a day."""
    readings = {}
    for order, (m, d, y) in _ORDERS.items():
        if order == "ymd" and len(match["c"]) == 4:
            continue
        try:
            readings[order] = date(_year(match[y].zfill(2)), int(match[m]), int(match[d]))
        except ValueError:
            continue
    return readings


def _three(match: re.Match[str], order: str | None) -> datetime | None:
    readings = _readings(match)
    if order in ("dmy", "mdy") or (order == "ymd" and len(match["c"]) == 2):
        day = readings.get(order or "")
    elif len(set(readings.values())) == 1:
        day = next(iter(readings.values()))
    elif readings:
        raise CellError("date_order")
    else:
        day = None
    return None if day is None else _moment(match, day.year, day.month, day.day)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    parts = match.groupdict()
    if not parts.get("hour"):
        return datetime(year, month, day)
    clock = timedelta(hours=_hour(parts), minutes=int(parts["minute"]), seconds=int(parts.get("second") or 0))
    if int(parts["minute"]) > 59 or int(parts.get("second") or 0) > 60 or clock > timedelta(days=1):
        raise ValueError("no such time of day")
    zone = _zone(parts.get("zone"))
    fraction = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    return datetime(year, month, day, tzinfo=zone) + clock + timedelta(microseconds=fraction)


def _hour(parts: dict[str, str | None]) -> int:
    hour, half = int(parts["hour"] or 0), parts.get("half") or parts.get("half2")
    if half in ("pm", "下午", "晚上", "傍晚", "中午") and hour < 12:
        return hour + 12 if not (half == "中午" and hour > 9) else hour
    return 0 if half in ("am", "上午", "凌晨") and hour == 12 else hour


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


class DateOrder:
    """Settles for one column in which order day, month and year stand.

    The order that explains most cells wins; where several explain all of them the column is ambiguous and the
    rule is day first (year first where the first figures hardly change, as in 26/01/05, 26/01/06).
    """

    def __init__(self) -> None:
        self.seen = 0
        self.examples: list[str] = []
        self._votes = dict.fromkeys(_ORDERS, 0)
        self._firsts: set[str] = set()
        self._lasts: set[str] = set()

    def add(self, value: object, times: int = 1) -> None:
        """Look at one cell that stands `times` over; only texts like 5/1/2026 or 26-1-5 say anything."""
        if not isinstance(value, str) or (text := text_of(value)) is None:
            return
        match = _THREE.fullmatch(_plain(text))
        if match is None or not (readings := _readings(match)):
            return
        self.seen += times
        for order in readings:
            self._votes[order] += times
        self._remember(match, text, set(readings.values()))

    def add_all(self, values: Iterable[object]) -> "DateOrder":
        """Look at many cells."""
        for value in values:
            self.add(value)
        return self

    def _remember(self, match: re.Match[str], text: str, days: set[date]) -> None:
        if len(self._firsts) < 40:
            self._firsts.add(match["a"])
        if len(self._lasts) < 40:
            self._lasts.add(match["c"])
        if len(days) > 1 and len(self.examples) < 3 and text not in self.examples:
            self.examples.append(text)

    @property
    def order(self) -> str:
        """`dmy`, `mdy` or `ymd` (also when no cell needs an order)."""
        if not self.seen:
            return "ymd"
        best = max(self._votes.values())
        possible = [order for order, votes in self._votes.items() if votes == best]
        if "ymd" in possible and (len(possible) == 1 or len(self._firsts) < len(self._lasts)):
            return "ymd"
        return possible[0]

    @property
    def ambiguous(self) -> bool:
        """True if more than one order explains every such cell and they mean different days."""
        return bool(self.examples) and sum(v == max(self._votes.values()) for v in self._votes.values()) > 1

    @property
    def conflict(self) -> bool:
        """True if no single order explains every such cell."""
        return self.seen > 0 and max(self._votes.values()) < self.seen
