"""Comments of a file: what customers said, wrote, and answered in surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.rules.owned import moment_of
from holdfast.doors.intake.writers.owned import (
    OwnedWriter,
    authors_of,
    contact_of,
    people_of,
    warn_of_lost_people,
)
from holdfast.records.commerce.models import Order
from holdfast.records.commerce.queries import orders_by_number
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.queries import comments_by_source
from holdfast.records.feedback.rules import FACTORS


class CommentWriter(OwnedWriter):
    what = "comments"

    def decide(self, items: Sequence[Item]) -> None:
        known = comments_by_source(source_of(item) for item in items if item.target is not None)
        orders = _orders_of(items)
        for item in items:
            if item.target is not None and source_of(item) in known:
                item.note("text", "on_file")
                item.settle("skip")
                continue
            item.settle("new")
            if "order" in item.fields and _order_of(item, orders) is None:
                item.warn("order", "lost_order_said", text=item.fields["order"])
        warn_of_lost_people(items)

    def add(self, items: Sequence[Item]) -> int:
        people, authors, orders = people_of(items), authors_of(items), _orders_of(items)
        rows: list[dict[str, Any]] = [
            {
                "customer": item.target, "said_at": moment_of(item.fields["said_at"]),
                **{name: item.fields.get(name) for name in ("text", "channel", "csat", "nps", *FACTORS)},
                "order": _order_of(item, orders), "contact": contact_of(item, people), "source": source_of(item),
                "author": authors.get(item.fields.get("author", 0)),
            }
            for item in items
        ]  # fmt: skip
        return len(feedback.add_comments(rows, by=self.by, batch=self.batch))


def source_of(item: Item) -> str:
    """The same thing said by the same customer at the same moment is one, whichever file brings it."""
    said = "\x1f".join(str(item.fields.get(name, "")) for name in ("said_at", "channel", "text", "csat", "nps"))
    return f"intake:{item.target.pk}:{blake2b(said.encode(errors='replace'), digest_size=16).hexdigest()}"


def _orders_of(items: Sequence[Item]) -> Mapping[str, Order]:
    wanted = {item.fields["order"] for item in items if "order" in item.fields}
    return orders_by_number(wanted) if wanted else {}


def _order_of(item: Item, orders: Mapping[str, Order]) -> Order | None:
    """The order that the row names, if it is this customer's."""
    order = orders.get(item.fields.get("order", ""))
    return order if order is not None and item.target is not None and order.customer_id == item.target.pk else None
