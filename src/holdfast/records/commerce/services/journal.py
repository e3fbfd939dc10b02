"""How products, orders and lines stand in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from holdfast.foundation.audit import services as audit
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.commerce.services.rows import LINE_FIELDS

Entry = tuple[Any, dict[str, Any] | None, dict[str, Any] | None, str]


def subject_of(order: Order) -> str:
    """An order belongs to its customer's history."""
    return f"customers.customer:{order.customer_id}"


def order_facts(order: Order) -> dict[str, Any]:
    return audit.snapshot(order)


def line_facts(line: OrderLine) -> dict[str, Any]:
    return audit.snapshot(line)


def created(order: Order, lines: Iterable[OrderLine]) -> Entry:
    """A new order with its lines in one entry: undoing it removes both."""
    return order, None, {**order_facts(order), "lines": [_compact(line) for line in lines]}, subject_of(order)


def _compact(line: OrderLine) -> dict[str, Any]:
    """Only what was said, as JSON: a big import writes millions of these."""
    values = line.__dict__
    return {name: _plain(values[name]) for name in LINE_FIELDS if values[name] not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
