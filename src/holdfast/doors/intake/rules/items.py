"""Rows of one record put together: a customer with contacts, a product, an order with lines. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.kinds import KINDS
from holdfast.doors.intake.rules.problems import error, remark, warning
from holdfast.doors.intake.rules.rows import DUPLICATE, Row

MOST_ROWS = 10_000
"""Rows of one record: more is a column that is no key at all."""
CONTACT_FIELDS = {
    "contact_name": "name", "contact_title": "title", "contact_phone": "phone", "contact_email": "email",
    "contact_wechat": "wechat", "contact_note": "note",
}  # fmt: skip
LINE_FIELDS = (
    "quantity", "price", "list_price", "cost_price", "tax_rate", "is_tax_included", "promised_on", "shipped_on",
    "delivered_on", "shipped_quantity", "delivered_quantity",
)  # fmt: skip
HEADER_FIELDS = (
    "number",
    "customer_code",
    "customer_name",
    "ordered_on",
    "kind",
    "returns",
    "currency",
    "rate",
    "note",
)
_DATES = frozenset(f.name for kind in KINDS.values() for f in kind.fields if f.reads == "date")
_DECIMALS = frozenset(
    f.name for kind in KINDS.values() for f in kind.fields if f.reads in ("quantity", "price", "percent", "rate")
) | {"paid"}


@dataclass(slots=True)
class Item:
    """One record to be: its fields, its parts (contacts or lines) and the rows it came from.

    `status`: "" until looked up, then new | update | skip | rejected. `target` is the record it was found to be.
    """

    rows: list[Row]
    fields: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)
    status: str = ""
    target: Any = None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return self.rows[0].number

    @property
    def is_open(self) -> bool:
        """Still to be written, as far as its own rows tell."""
        return self.status != "rejected"

    def live_rows(self) -> list[Row]:
        return [row for row in self.rows if row.status not in ("rejected", "held", "duplicate")]

    def settle(self, status: str) -> None:
        """Give this outcome to the record and to every row that is not kept out already."""
        self.status = status
        for row in self.live_rows():
            row.status = status

    def reject(self, name: str, code: str, **facts: Any) -> None:
        """Keep the whole record out; the reason stands on its first row that was still in."""
        live = self.live_rows() or self.rows[:1]
        live[0].problems.append(error(name, code, **facts))
        for row in live:
            row.status = "rejected" if row is live[0] else "held"
            if row is not live[0]:
                row.problems.append(error("", "held", row=live[0].number))
        self.status = "rejected"

    def note(self, name: str, code: str, **facts: Any) -> None:
        """A remark with nothing to act on."""
        live = self.live_rows() or self.rows[:1]
        live[0].problems.append(remark(name, code, **facts))

    def warn(self, name: str, code: str, **facts: Any) -> None:
        live = self.live_rows() or self.rows[:1]
        live[0].problems.append(warning(name, code, **facts))


def decoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields from their stored form: days and decimals out of text."""
    return {name: _decoded(name, value) for name, value in fields.items()}


def _decoded(name: str, value: Any) -> Any:
    if value.__class__ is str:
        if name in _DATES:
            return date.fromisoformat(value)
        if name in _DECIMALS:
            return Decimal(value)
    return value


def build(kind: str, rows: Sequence[Row], options: Mapping[str, str]) -> Item:
    """The record that these rows of one key make."""
    item = Item(list(rows))
    for row in item.rows:
        row.status = "rejected" if row.is_wrong else ""
    {"customers": _customer, "products": _product, "orders": _order}.get(kind, _one_row)(item, options)
    if not item.live_rows():
        item.status = "rejected"
    return item


# --- customers ----------------------------------------------------------------------------------------------------


def _customer(item: Item, _options: Mapping[str, str]) -> None:
    seen: dict[str, Row] = {}
    contacts: dict[tuple[str, str], dict[str, Any]] = {}
    for row in item.live_rows():
        if not _is_repeat(row, seen):
            _merge(item.fields, row, item.rows[0])
            contact = _contact(row.fields, item.fields)
            if contact:
                contacts.setdefault((contact["name"], searchkeys.phone_key(contact.get("phone", ""))), contact)
    item.parts = list(contacts.values())


def _is_repeat(row: Row, seen: dict[str, Row]) -> bool:
    """Mark a row that says the same as an earlier one of this record."""
    said = repr(sorted(row.fields.items(), key=lambda pair: pair[0]))
    if said not in seen:
        seen[said] = row
        return False
    row.status = "duplicate"
    row.flags |= DUPLICATE
    row.problems.append(remark("", "same_row", row=seen[said].number))
    return True


def _merge(fields: dict[str, Any], row: Row, first: Row) -> None:
    """Take over what is not known yet; what differs is told, the earlier row counts."""
    said = {name: value for name, value in row.fields.items() if not name.startswith("contact_")}
    differing = [f"customers.{name}" for name, value in said.items() if fields.setdefault(name, value) != value]
    if differing:
        row.problems.append(warning("", "differs", row=first.number, fields=differing))


def _contact(fields: Mapping[str, Any], customer: dict[str, Any]) -> dict[str, Any] | None:
    """The contact of one row; a number without a person is the customer's own."""
    contact = {kept: fields[name] for name, kept in CONTACT_FIELDS.items() if name in fields}
    contact |= fields.get("contact_birthday") or {}
    if not contact:
        return None
    if "name" not in contact:
        if set(contact) == {"phone"} and not customer.get("phone"):
            customer["phone"] = contact["phone"]
            return None
        contact["name"] = customer["name"][:80]
    return contact


# --- products -----------------------------------------------------------------------------------------------------


def _product(item: Item, _options: Mapping[str, str]) -> None:
    seen: dict[str, Row] = {}
    for row in item.live_rows():
        if _is_repeat(row, seen):
            continue
        if item.fields:
            row.status = "rejected"
            row.problems.append(error("code", "same_key", row=item.first))
        else:
            item.fields = dict(row.fields)


def _one_row(item: Item, _options: Mapping[str, str]) -> None:
    """A record of one row; others of its key say the same, or contradict it."""
    seen: dict[str, Row] = {}
    for row in item.live_rows():
        if _is_repeat(row, seen):
            continue
        if item.fields:
            row.status = "rejected"
            row.problems.append(error(_named_by(row), "same_key", row=item.first))
        else:
            item.fields = dict(row.fields)


def _named_by(row: Row) -> str:
    return next((name for name in ("number", "reference") if name in row.fields), "name")


# --- orders -------------------------------------------------------------------------------------------------------


def _order(item: Item, options: Mapping[str, str]) -> None:
    _mark_repeats(item, drop=options.get("drop_duplicates") == "yes")
    _take_header(item)
    for row in item.rows:
        row.status = "rejected" if row.is_wrong else row.status
    _use_amounts(item)
    wrong = next((row for row in item.rows if row.status == "rejected"), None)
    if wrong is not None:
        for row in item.live_rows():
            row.status = "held"
            row.problems.append(error("", "held", row=wrong.number))
    item.parts = [_line(row.fields) for row in item.live_rows()]
    if not any(line["text"] for line in item.parts):
        _name_bare_lines(item)
    _name_kind(item)


def _mark_repeats(item: Item, *, drop: bool) -> None:
    """Flag rows equal in every recognised column to an earlier one; equal rows can be real purchases."""
    seen: dict[int, Row] = {}
    for row in item.rows:
        first = seen.setdefault(row.mark, row)
        if first is row:
            continue
        row.flags |= DUPLICATE
        if row.status == "":
            row.problems.append(remark("", "same_row", row=first.number))
            row.status = "duplicate" if drop else ""


def _take_header(item: Item) -> None:
    """Order fields repeat on every line, or stand on the first only; two customers in one order cannot be."""
    header = item.fields
    source: dict[str, Row] = {}
    for row in item.rows:
        for name in HEADER_FIELDS:
            value = row.fields.get(name)
            if value is None:
                continue
            if name not in header:
                header[name], source[name] = value, row
            elif header[name] != value:
                _told_apart(row, name, header, source[name])
    first = item.rows[0]
    if not header.get("customer_code") and not header.get("customer_name"):
        for row in item.rows:
            row.problems.append(error("customer_code", "no_customer"))
    if "ordered_on" not in header and not any(p.field == "ordered_on" for p in first.problems):
        first.problems.append(error("ordered_on", "missing", field="orders.ordered_on"))


def _told_apart(row: Row, name: str, header: Mapping[str, Any], first: Row) -> None:
    if name == "customer_code" or (name == "customer_name" and not header.get("customer_code")):
        row.problems.append(error(name, "order_customer", row=first.number, text=str(header[name])[:40]))
    elif name == "ordered_on":
        row.problems.append(warning(name, "order_day", row=first.number, text=str(header[name])))


def _use_amounts(item: Item) -> None:
    """Where amount and quantity × price disagree, what was paid counts, unless it is the whole order's sum."""
    told = [row for row in item.live_rows() if "paid" in row.fields]
    if not told:
        return
    lines = [row.fields for row in item.live_rows() if "amount" in row.fields]
    total = sum(line["quantity"] * line["price"] for line in lines)
    amounts = {line["amount"] for line in lines}
    is_total = len(lines) > 1 and len(amounts) == 1 and abs(total - amounts.pop()) <= Decimal("0.02") * len(lines)
    for row in told:
        row.problems.append(warning("amount", "order_total" if is_total else "amount_differs"))
        if is_total:
            del row.fields["paid"]


def _line(fields: Mapping[str, Any]) -> dict[str, Any]:
    line = {name: fields[name] for name in LINE_FIELDS if name in fields}
    if "paid" in fields:
        line["price"] = fields["paid"]
        line.setdefault("list_price", fields["price"])
    line["code"] = fields.get("product_code")
    line["text"] = fields.get("product_name") or fields.get("product_code") or ""
    return line


def _name_bare_lines(item: Item) -> None:
    """A file of order totals names no product: the line is called by its order's number."""
    for line in item.parts:
        line["text"], line["is_bare"] = str(item.fields.get("number", "")), True


def _name_kind(item: Item) -> None:
    """A return is named so in the file, or has nothing but negative quantities."""
    quantities = [line["quantity"] for line in item.parts if "quantity" in line]
    if "kind" not in item.fields:
        item.fields["kind"] = "return" if quantities and all(quantity < 0 for quantity in quantities) else "sale"
