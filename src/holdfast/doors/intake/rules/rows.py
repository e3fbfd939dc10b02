"""One row at a time: cells → fields, remarks, the key that groups rows of one record, and its quirks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b
from typing import Any

from holdfast.common import searchkeys, sheets
from holdfast.doors.intake.rules.cells import STEPS, Read, Readers, Settled, Wrong
from holdfast.doors.intake.rules.fields import Field
from holdfast.doors.intake.rules.kinds import KINDS
from holdfast.doors.intake.rules.problems import Problem, error

NO_CUSTOMER, CANCELLED, NEGATIVE, NONPOSITIVE, DUPLICATE = 1, 2, 4, 8, 16
FLAGS = {
    "no_customer": NO_CUSTOMER, "cancelled": CANCELLED, "duplicates": DUPLICATE, "negative_quantity": NEGATIVE,
    "nonpositive_price": NONPOSITIVE,
}  # fmt: skip
_CANCEL_NUMBER = re.compile(r"C\d")
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "totals", "subtotal", "grand total"})
PERSON_HEADINGS = frozenset({"姓名", "会员姓名", "客户姓名", "顾客姓名", "fullname", "personname"})
_WITHOUT_TAX = re.compile(r"不含税|未税|除税|excl|net of tax|without tax", re.IGNORECASE)
_MEMO = 50_000


@dataclass(slots=True)
class Row:
    """A row of the file as we understand it; `key` groups the rows of one record, None where it cannot be told.

    `mark` is equal for rows that are equal in every recognised column, as written; `was` is what the work file holds.
    """

    number: int
    cells: list[Any]
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    key: str | None = None
    flags: int = 0
    status: str = ""
    mark: int = 0
    was: tuple[str, str, int] | None = None

    @property
    def is_wrong(self) -> bool:
        return any(problem.is_error for problem in self.problems)


class RowReader:
    """Reads the rows of one file; knows its columns and what was settled for each."""

    def __init__(
        self,
        kind: str,
        columns: Mapping[str, str],
        settled: Mapping[str, Settled],
        staff: Mapping[str, int | None],
        fields: Sequence[Field] | None = None,
    ) -> None:
        readers = Readers(staff)
        self.kind = kind
        self._columns: list[tuple[str, str, Read]] = [
            (known.name, columns[known.name], _remembering(readers.of(known, settled.get(known.name, Settled()))))
            for known in fields or KINDS[kind].fields
            if known.name in columns
        ]
        self._finish = self._finisher(kind, columns)
        self._defaults = _defaults(kind, columns)

    @staticmethod
    def _finisher(kind: str, columns: Mapping[str, str]) -> Callable[[Row], None]:
        from holdfast.doors.intake.rules.owned import finish_of

        if kind == "orders":
            return _Orders(columns)
        return FINISH[kind] if kind in FINISH else finish_of(kind)

    def read(self, number: int, values: Mapping[str, Any], cells: list[Any]) -> Row:
        row = Row(number, cells)
        said = []
        for name, heading, read in self._columns:
            value = values.get(heading)
            said.append(value)
            if value is None:
                continue
            try:
                kept = read(value)
            except sheets.CellError as wrong:
                row.problems.append(error(name, wrong.code, **wrong.numbers))
            except Wrong as wrong:
                row.problems.append(Problem(name, wrong.code, wrong.facts, "w" if wrong.warn else "e"))
            else:
                if kept is not None:
                    row.fields[name] = kept
        for name, value in self._defaults.items():
            row.fields.setdefault(name, value)
        self._finish(row)
        row.mark = int.from_bytes(blake2b(repr(said).encode(errors="replace"), digest_size=7).digest())
        return row


def _defaults(kind: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """What headings say of every row: 姓名 lists persons, 不含税单价 has no tax in it."""
    if kind == "customers" and "kind" not in columns:
        is_persons = sheets.normal_heading(columns.get("name", "")) in PERSON_HEADINGS
        return {"kind": "person"} if is_persons else {}
    if kind == "orders" and "is_tax_included" not in columns:
        heading = columns.get("price") or columns.get("amount") or ""
        return {"is_tax_included": False} if _WITHOUT_TAX.search(heading) else {}
    return {}


def _remembering(read: Read) -> Read:
    """The reader with a memory: columns repeat the same days, prices and names over and over."""
    known: dict[str, Any] = {}

    def remembering(value: Any) -> Any:
        if value.__class__ is not str:
            return read(value)
        if value in known:
            return known[value]
        kept = read(value)
        if len(known) >= _MEMO:
            known.clear()
        known[value] = kept
        return kept

    return remembering


def unread(number: int, cells: list[Any], found: int, expected: int) -> Row:
    """A row whose cells cannot be told apart."""
    return Row(number, cells, problems=[error("", "ragged_row", found=found, expected=expected)])


# --- customers and products ---------------------------------------------------------------------------------------


def finish_customer(row: Row) -> None:
    fields = row.fields
    if "name" not in fields and not any(problem.field == "name" for problem in row.problems):
        row.problems.append(error("name", "missing", field="customers.name"))
    row.key = customer_key(fields)


def customer_key(fields: Mapping[str, Any]) -> str | None:
    """By code, else by credit code, else by name; two persons of one name are told apart by phone."""
    if fields.get("code"):
        return f"c:{fields['code']}"
    if fields.get("uscc"):
        return f"u:{fields['uscc']}"
    if not fields.get("name"):
        return None
    name = searchkeys.company_key(fields["name"])
    if fields.get("kind") == "person":
        name += "|" + searchkeys.phone_key(fields.get("contact_phone") or fields.get("phone") or "")
    return f"n:{name}"


def finish_product(row: Row) -> None:
    for name in ("code", "name"):
        if name not in row.fields and not any(problem.field == name for problem in row.problems):
            row.problems.append(error(name, "missing", field=f"products.{name}"))
    for name in ("price", "cost"):
        if row.fields.get(name, 0) < 0:
            row.problems.append(error(name, "negative_price"))
    row.key = row.fields.get("code")


FINISH: Mapping[str, Callable[[Row], None]] = {"customers": finish_customer, "products": finish_product}


# --- order lines --------------------------------------------------------------------------------------------------


class _Orders:
    """Finishes order lines: merged cells filled from above, amounts settled, quirks noted."""

    HEADER = ("number", "customer_code", "customer_name", "ordered_on")

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._has_number = "number" in columns
        self._above: dict[str, Any] | None = None

    def __call__(self, row: Row) -> None:
        self._fill_down(row)
        row.flags = quirks(row.fields)
        row.key = self._number(row)
        settle_amount(row)

    def _fill_down(self, row: Row) -> None:
        """Merged cells: the lines under an order's first line leave number, customer and day empty."""
        fields = row.fields
        if not self._has_number:
            return
        if any(name in fields for name in self.HEADER) or row.is_wrong:
            self._above = {name: fields[name] for name in self.HEADER if name in fields} if "number" in fields else None
            return
        product = fields.get("product_name") or fields.get("product_code")
        if product and product.strip("：: ").lower() in _TOTALS:
            row.problems.append(error("product_name", "total_row"))
        elif product and self._above:
            fields.update(self._above)

    def _number(self, row: Row) -> str | None:
        fields = row.fields
        if self._has_number:
            if "number" not in fields and not row.is_wrong:
                row.problems.append(error("number", "missing", field="orders.number"))
            return fields.get("number")
        customer = fields.get("customer_code") or fields.get("customer_name")
        day: date | None = fields.get("ordered_on")
        if customer and day:
            fields["number"] = f"{customer[:50]}-{day:%Y%m%d}"
        return fields.get("number")


def quirks(fields: Mapping[str, Any]) -> int:
    """What is odd about a line, each counted alone and allowed to overlap."""
    flags = 0
    if not fields.get("customer_code") and not fields.get("customer_name"):
        flags |= NO_CUSTOMER
    if _CANCEL_NUMBER.match(fields.get("number") or ""):
        flags |= CANCELLED
    quantity, price = fields.get("quantity"), fields.get("price")
    if quantity is not None and quantity < 0:
        flags |= NEGATIVE
    if price is not None and price <= 0:
        flags |= NONPOSITIVE
    return flags


def settle_amount(row: Row) -> None:
    """Quantity, price and amount: any two give the third; where all three are said, what was paid counts."""
    fields = row.fields
    quantity, price, amount = fields.get("quantity"), fields.get("price"), fields.get("amount")
    _settle_cost(fields)
    if amount is None:
        if quantity is None and not any(problem.field == "quantity" for problem in row.problems):
            row.problems.append(error("quantity", "no_quantity_amount"))
        return
    if quantity is None:
        fields["quantity"] = quantity = Decimal(-1 if amount < 0 else 1)
        price = None
    if not quantity:
        return
    paid = (amount / quantity).quantize(STEPS["price"], ROUND_HALF_UP)
    if price is None:
        fields["price"] = paid
    elif abs(quantity * price - amount) > max(Decimal("0.02"), abs(amount) / 200):
        fields["paid"] = paid


def _settle_cost(fields: dict[str, Any]) -> None:
    """A line's whole cost gives the cost of one."""
    cost, quantity = fields.get("cost_amount"), fields.get("quantity")
    if cost is not None and quantity and "cost_price" not in fields:
        fields["cost_price"] = abs(cost / quantity).quantize(STEPS["price"], ROUND_HALF_UP)
