"""What every room's `api.py` is made of: routers, parameters, keyset pages, shapes and problems.

A room says which word an address needs, which parameters it knows, and hands out plain JSON values;
the door `doors.api` adds tokens, limits, kept answers, the error shape and the description.
"""

from holdfast.common.api.paging import Page, Sort, page_of, read_cursor, write_cursor
from holdfast.common.api.params import Asked, Param, choice, day, flag, moment, number, text, whole
from holdfast.common.api.problems import Problem
from holdfast.common.api.routes import Room, Token, Whole
from holdfast.common.api.rows import bulk, rows_of
from holdfast.common.api.shapes import (
    Day,
    Decimals,
    In,
    Key,
    Line,
    Minor,
    Out,
    Text,
    etag_of,
    iso,
    listed,
    plain_decimal,
    seen,
)

__all__ = [
    "Asked", "Day", "Decimals", "In", "Key", "Line", "Minor", "Out", "Page", "Param", "Problem", "Room", "Sort",
    "Text", "Token", "Whole", "bulk", "choice", "day", "etag_of", "flag", "iso", "listed", "moment", "number",
    "page_of", "plain_decimal", "read_cursor", "rows_of", "seen", "text", "whole", "write_cursor",
]  # fmt: skip
