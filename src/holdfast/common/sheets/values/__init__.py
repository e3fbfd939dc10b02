"""Cells read as what their column holds: ids, dates, numbers, money, yes and no.

Scalar forms; `vector` gives the same answers for whole columns.
Words: *settle* = decide something once for a whole column (date order, decimal comma, the `.0` of ids).
"""

from holdfast.common.sheets.values.dates import DateOrder, parse_date, parse_moment
from holdfast.common.sheets.values.numbers import (
    NumberStyle,
    line_minor,
    minor_exponent,
    parse_minor,
    parse_number,
    to_minor,
)
from holdfast.common.sheets.values.texts import (
    MISSING_WORDS,
    IdShape,
    is_missing,
    parse_bool,
    parse_id,
    text_of,
)

__all__ = [
    "MISSING_WORDS",
    "DateOrder",
    "IdShape",
    "NumberStyle",
    "is_missing",
    "line_minor",
    "minor_exponent",
    "parse_bool",
    "parse_date",
    "parse_id",
    "parse_minor",
    "parse_moment",
    "parse_number",
    "text_of",
    "to_minor",
]
