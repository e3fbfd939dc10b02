"""Products of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.writers.base import Writer, write_around
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Product
from holdfast.records.commerce.queries import products_by_code


class ProductWriter(Writer):
    def look_up(self, items: Sequence[Item]) -> None:
        live = [item for item in items if item.is_open]
        known = products_by_code([item.fields["code"] for item in live])
        for item in live:
            item.target = known.get(item.fields["code"])
            if item.target is None:
                item.settle("new")
            else:
                self._decide(item)

    def _decide(self, item: Item) -> None:
        action = self.options["on_duplicate"]
        item.changes = differing(item.target, item.fields, fill=action == "fill")
        if action == "skip" or not item.changes:
            code = "exists" if item.changes else "identical"
            item.note("code", code, text=item.target.name, on="code")
            item.settle("skip")
        else:
            item.settle("update")

    def write(self, items: Sequence[Item]) -> Counter[str]:
        new = [item for item in items if item.status == "new"]
        changed = [item for item in items if item.status == "update"]
        return Counter(products=write_around(new, self._add), updated=write_around(changed, self._change))

    def _add(self, items: Sequence[Item]) -> int:
        rows: Any = [item.fields for item in items]
        return len(commerce.add_products(rows, by=self.by, batch=self.batch))

    def _change(self, items: Sequence[Item]) -> int:
        pairs = [(item.target, item.changes) for item in items]
        return len(commerce.change_products(pairs, by=self.by, batch=self.batch))


def differing(product: Product, fields: dict[str, Any], *, fill: bool) -> dict[str, Any]:
    """What the file says otherwise; with `fill` only where the product says nothing yet."""
    changes = {}
    for name, value in fields.items():
        current = getattr(product, name)
        if current != value and not (fill and current not in (None, "")):
            changes[name] = value
    return changes
