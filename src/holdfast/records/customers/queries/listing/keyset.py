"""Pages by key: the next page begins behind the last row's value and key, however deep; nothing is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from django.db.models import Q, QuerySet

from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries.listing.sorts import ANNOTATED, Sort


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind a row with this value (None: among those without one) and key, `place` rows in."""

    value: Any
    pk: int
    place: int

    def __str__(self) -> str:
        kind, text = _written(self.value)
        return f"{kind}{text}~{self.pk}~{self.place}"


def _written(value: Any) -> tuple[str, str]:
    if value is None:
        return "n", ""
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, float):
        return "f", repr(value)
    return ("i", str(value)) if isinstance(value, int) else ("t", value)


LARGEST = 2**62  # what a column can hold
READERS: dict[str, Callable[[str], Any]] = {
    "n": lambda _text: None,
    "d": date.fromisoformat,
    "f": float,
    "i": int,
    "t": str,
}


KINDS = {"name_key": "t", "standing__last_on": "d", "standing__score": "f"}  # of a column's values; others are whole


def read_cursor(text: str | None, sort: Sort) -> Cursor | None:
    """The cursor of an address; None for nothing, nonsense, or one of another order."""
    parts = (text or "").replace("\x00", "").rsplit("~", 2)
    kinds = KINDS.get(sort.column, "i") + ("n" if sort.has_rest else "")
    if len(parts) != 3 or not parts[0] or parts[0][0] not in kinds:
        return None
    try:
        value, pk, place = READERS[parts[0][0]](parts[0][1:]), int(parts[1]), max(int(parts[2]), 0)
    except (ValueError, OverflowError):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    is_too_large = any(isinstance(number, int) and abs(number) > LARGEST for number in (value, pk, place))
    return None if is_too_large else Cursor(value, pk, place)


def fetch(
    customers: QuerySet[Customer], sort: Sort, *, after: Cursor | None, before: Cursor | None, limit: int
) -> list[Customer]:
    """Up to `limit` customers behind `after` (or, backwards, ahead of `before`): those with a value, then the rest."""
    cursor, is_back = before or after, before is not None
    if sort.column in ANNOTATED:
        customers = customers.annotate(**{sort.column: ANNOTATED[sort.column]})
    parts = [_with_value(customers, sort)] + ([_rest(customers, sort)] if sort.has_rest else [])
    here = 1 if cursor is not None and cursor.value is None and sort.has_rest else 0
    if is_back:
        parts, here = parts[::-1], len(parts) - 1 - here
    rows: list[Customer] = []
    for number, (part, has_value) in enumerate(parts):
        if cursor is not None and number < here:
            continue
        if len(rows) < limit:
            at = cursor if number == here else None
            rows += _slice(part, sort, at, has_value, is_back)[: limit - len(rows)]
    return rows[::-1] if is_back else rows


def _with_value(customers: QuerySet[Customer], sort: Sort) -> tuple[QuerySet[Customer], bool]:
    if sort.is_on_standing:
        customers = customers.filter(standing__isnull=False)
    return (customers.filter(**{f"{sort.column}__isnull": False}) if sort.is_nullable else customers), True


def _rest(customers: QuerySet[Customer], sort: Sort) -> tuple[QuerySet[Customer], bool]:
    column = sort.column if sort.is_nullable else "standing"
    return customers.filter(**{f"{column}__isnull": True}), False


def _slice(
    part: QuerySet[Customer], sort: Sort, cursor: Cursor | None, has_value: bool, is_back: bool
) -> QuerySet[Customer]:
    """One part in its order, behind the cursor; `is_back` turns the order round."""
    if not has_value or sort.column == "pk":
        down = (sort.is_descending if has_value else True) != is_back
        if cursor is not None:
            part = part.filter(**{f"pk__{'lt' if down else 'gt'}": cursor.pk})
        return part.order_by("-pk" if down else "pk")
    down = sort.is_descending != is_back
    ties_down = down != sort.are_ties_reversed
    key = "standing__customer_id" if sort.is_on_standing else "pk"
    if cursor is not None:
        part = part.filter(_behind(sort.column, key, cursor, down, ties_down))
    return part.order_by(f"{'-' if down else ''}{sort.column}", f"{'-' if ties_down else ''}{key}")


def _behind(column: str, key: str, cursor: Cursor, down: bool, ties_down: bool) -> Q:
    """value ≤ v and (value < v or key < k): the first half lets the index begin at the right place."""
    way, tie = "lt" if down else "gt", "lt" if ties_down else "gt"
    at_most = Q(**{f"{column}__{way}e": cursor.value})
    return at_most & (Q(**{f"{column}__{way}": cursor.value}) | Q(**{f"{key}__{tie}": cursor.pk}))
