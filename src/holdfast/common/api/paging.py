"""Keyset pages: the next page begins behind the last row's value and key, however deep; nothing is counted."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from holdfast.common.api.params import BIGGEST
from holdfast.common.api.problems import Problem

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)
LONGEST_CURSOR = 600


@dataclass(frozen=True)
class Sort:
    """An order by one column that is never empty, ties by key."""

    name: str
    column: str
    is_falling: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and the cursor of the next page; empty at the end."""

    rows: list[Row]
    next: str = ""


def write_cursor(*parts: Any) -> str:
    """An opaque text out of JSON values."""
    data = json.dumps(parts, default=_text, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def read_cursor(cursor: str, kind: str, parts: int) -> list[Any] | None:
    """The values of a cursor behind its first one, `kind`; None for no cursor, Problem 400 for one of another list."""
    if not cursor:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
            raise ValueError
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != parts + 1 or values[0] != kind:
            raise ValueError
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Problem("bad_cursor", 400, field="cursor") from error
    return values[1:]


def page_of(rows: QuerySet[M], sort: Sort, cursor: str, limit: int) -> Page[M]:
    """One page of a queryset in the order of `sort`."""
    key = _key(rows.model, sort, cursor)
    if key is not None:
        rows = rows.filter(_behind(sort, *key))
    sign = "-" if sort.is_falling else ""
    found = list(rows.order_by(f"{sign}{sort.column}", f"{sign}pk")[: limit + 1])
    if len(found) <= limit:
        return Page(found)
    last = found[limit - 1]
    return Page(found[:limit], write_cursor(sort.name, _json(getattr(last, sort.column)), last.pk))


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _key(model: type[Model], sort: Sort, cursor: str) -> tuple[Any, int] | None:
    parts = read_cursor(cursor, sort.name, 2)
    if parts is None:
        return None
    value, pk = parts
    try:
        column: Any = model._meta.pk if sort.column == "pk" else model._meta.get_field(sort.column)
        read = column.to_python(value)
        if read is None or isinstance(pk, bool) or not isinstance(pk, int) or not 0 < pk <= BIGGEST:
            raise ValueError
        if isinstance(read, int) and abs(read) > BIGGEST:
            raise ValueError
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise Problem("bad_cursor", 400, field="cursor") from error
    return read, pk


def _behind(sort: Sort, value: Any, pk: int) -> Q:
    """value ≥ v and (value > v or key > k): the first half lets an index begin at the right place."""
    if sort.column == "pk":
        return Q(**{f"pk__{'lt' if sort.is_falling else 'gt'}": pk})
    word = "lt" if sort.is_falling else "gt"
    beyond = Q(**{f"{sort.column}__{word}": value}) | Q(**{f"pk__{word}": pk})
    return Q(**{f"{sort.column}__{word}e": value}) & beyond
