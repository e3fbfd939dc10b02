"""Whether an order of the file says anything other than the order on file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Order, OrderLine

HEADER = ("ordered_on", "kind", "currency", "rate", "note")


def order_differs(order: Order, row: Mapping[str, Any]) -> bool:
    """True if the file names another customer, day, note …, or other lines; what it does not say is the same."""
    if row["customer"] is not None and row["customer"].pk != order.customer_id:
        return True
    if any(name in row and row[name] != getattr(order, name) for name in HEADER):
        return True
    lines = list(order.lines.all())
    if len(lines) != len(row["lines"]):
        return True
    pairs = zip(lines, row["lines"], strict=True)
    return any(_line_differs(line, said, order.kind) for line, said in pairs)


def _line_differs(line: OrderLine, said: Mapping[str, Any], kind: str) -> bool:
    product = said["product"]
    if (product.pk if product else None) != line.product_id:
        return True
    if product is None and said["text"] != line.text:
        return True
    for name, value in said.items():
        if name in ("product", "text") or value is None:
            continue
        kept = rules.signed(value, kind) if name == "quantity" else value
        if kept != getattr(line, name):
            return True
    return False
