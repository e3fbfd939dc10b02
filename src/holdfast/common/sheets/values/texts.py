"""Cells as text, as identifiers, and as yes or no."""

import math
import re
from datetime import date, datetime, time
from decimal import Decimal

from holdfast.common.sheets.errors import CellError

BLANKS = " \t\r\n\x0b\x0c\x00\xa0\u2000\u2001\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u202f\u2060\u3000\ufeff"
"""What is trimmed from both ends of a cell: ordinary, full-width and invisible blanks."""

MISSING_WORDS = frozenset(
    {"", "nan", "null", "none", "n/a", "#n/a", "na", "<na>", "nat", "\\n", "-", "--", "—", "——", "/", "无", "空"}
)
"""Lower-case cells that programs and people write where nothing is known (ids, dates, numbers)."""

_NEUTRALISED = re.compile(r"'[=+@\t\r-]")
_POINT_ZERO = re.compile(r"[0-9]+\.0")
_YES = frozenset({"是", "有", "对", "真", "y", "yes", "true", "t", "1", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "没有", "不是", "假", "n", "no", "false", "f", "0", "×", "x", "✗"})


def text_of(value: object) -> str | None:
    """A cell as trimmed text; None when nothing is left. A whole float is written without its `.0`.

    The apostrophe that our own writing sets before `=`, `+`, `-`, `@` comes off again.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip(BLANKS)
        return (text[1:] if _NEUTRALISED.match(text) else text) or None
    return _written(value).strip(BLANKS) or None


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _written_float(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time.min and value.tzinfo is None
        return value.date().isoformat() if whole_day else value.isoformat(" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _written_float(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def is_missing(text: str | None) -> bool:
    """True for an empty cell and for the words that stand for nothing."""
    return text is None or text.lower() in MISSING_WORDS


def parse_id(value: object, *, drop_point_zero: bool = False) -> str | None:
    """An identifier as text, leading zeros kept; `17850.0` loses its tail only when the column says so."""
    text = text_of(value)
    if text is None or is_missing(text):
        return None
    return text[:-2] if drop_point_zero and _POINT_ZERO.fullmatch(text) else text


class IdShape:
    """Settles for one column whether every identifier looks like `17850.0`."""

    def __init__(self) -> None:
        self.seen = 0
        self._with_tail = 0

    def add(self, value: object) -> None:
        """Look at one cell; empty cells say nothing."""
        text = parse_id(value)
        if text is not None:
            self.seen += 1
            self._with_tail += bool(_POINT_ZERO.fullmatch(text))

    @property
    def drop_point_zero(self) -> bool:
        """True only if the whole column has that shape."""
        return self.seen > 0 and self._with_tail == self.seen


def parse_bool(value: object) -> bool | None:
    """Yes or no in either language; None when empty. Raises CellError("yes_no")."""
    if isinstance(value, bool):
        return value
    text = text_of(value)
    if text is None:
        return None
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError("yes_no", text=text)
