"""What callers hand in, and how it becomes rows of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict

from django.conf import settings

from holdfast.common.refusals import Refusal
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import DIRECT_COSTS, Order, OrderLine, Product
from holdfast.records.customers.models import Customer


class ProductRow(TypedDict, total=False):
    """code and name required; price and cost per unit in the company's currency; grade 1–4."""

    code: str
    name: str
    category: str
    unit: str
    price: Decimal | None
    cost: Decimal | None
    grade: int | None
    is_active: bool


class LineRow(TypedDict, total=False):
    """quantity required, and product or text. `price` empty: the product's; `cost_price` empty: the product's cost."""

    product: Product | None
    text: str
    quantity: Decimal
    price: Decimal | None
    list_price: Decimal | None
    cost_price: Decimal | None
    tax_rate: Decimal
    is_tax_included: bool
    promised_on: date | None
    shipped_on: date | None
    delivered_on: date | None
    shipped_quantity: Decimal | None
    delivered_quantity: Decimal | None


class OrderRow(TypedDict, total=False):
    """number, customer (or customer_id), ordered_on and lines required; rate: one unit of currency in the company's.

    Direct costs (freight, rebate, service) in the company's minor units, without tax."""

    number: str
    customer: Customer
    customer_id: int
    ordered_on: date
    kind: str
    returns: Order | None
    currency: str
    rate: Decimal
    note: str
    freight_minor: int | None
    rebate_minor: int | None
    service_cost_minor: int | None
    lines: Sequence[LineRow]


ZERO, ONE = Decimal(0), Decimal(1)
LINE_DEFAULTS: dict[str, Any] = {
    "product": None, "text": "", "price": None, "list_price": None, "cost_price": None, "tax_rate": ZERO,
    "is_tax_included": True, "promised_on": None, "shipped_on": None, "delivered_on": None,
    "shipped_quantity": None, "delivered_quantity": None,
}  # fmt: skip
LINE_FIELDS = (
    "position", "product_id", "text", "quantity", "list_price", "price", "cost_price", "tax_rate", "is_tax_included",
    "amount_minor", "revenue_minor", "cost_minor", "list_minor", "direct_minor", "promised_on", "shipped_on", "delivered_on",
    "shipped_quantity", "delivered_quantity",
)  # fmt: skip
PRICE, QUANTITY, RATE = Decimal("0.000001"), Decimal("0.001"), Decimal("0.0001")
DAY_RATE = Decimal("0.00000001")
STEPS = {
    "price": PRICE, "list_price": PRICE, "cost_price": PRICE, "tax_rate": RATE,
    "quantity": QUANTITY, "shipped_quantity": QUANTITY, "delivered_quantity": QUANTITY,
}  # fmt: skip


def refuse(problem: str | None, *, number: str = "", line: int = 0, field: str | None = None) -> None:
    """Raise the refusal of a problem code, naming order and line."""
    if problem is None:
        return
    where = " · ".join(part for part in (number, f"#{line}" if line else "") if part)
    sentence = str(rules.PROBLEMS[problem])
    raise Refusal(f"{where}: {sentence}" if where else sentence, field)


def built_order(row: Mapping[str, Any]) -> Order:
    """An unsaved order without totals."""
    customer_id = row["customer"].pk if row.get("customer") is not None else row["customer_id"]
    return Order(
        number=row["number"].strip(),
        customer_id=customer_id,
        ordered_on=row["ordered_on"],
        kind=row.get("kind") or "sale",
        returns=row.get("returns"),
        currency=row.get("currency") or settings.CURRENCY,
        rate=Decimal(row.get("rate") or ONE).quantize(DAY_RATE, ROUND_HALF_UP),
        note=row.get("note") or "",
        **{name: row.get(name) for name in DIRECT_COSTS},
    )


def built_lines(order: Order, rows: Sequence[Mapping[str, Any]]) -> list[OrderLine]:
    """The order's lines, checked and reckoned, unsaved; sets the order's totals."""
    for position, row in enumerate(rows, 1):
        problem = rules.line_problem(row, ordered_on=order.ordered_on)
        refuse(problem, number=order.number, line=position, field="lines")
    lines = [_built_line(order, position, row) for position, row in enumerate(rows, 1)]
    set_totals(order, lines)
    return lines


def _built_line(order: Order, position: int, row: Mapping[str, Any]) -> OrderLine:
    values = {**LINE_DEFAULTS, **row}
    product = values.pop("product")
    values["text"] = values["text"] or ""
    if product is not None:
        _take_from_product(values, product, order.rate)
    values["quantity"] = rules.signed(values["quantity"], order.kind)
    _round(values)
    figures = rules.amounts(values, rate=order.rate, currency=settings.CURRENCY)
    return OrderLine(
        order=order,
        position=position,
        product_id=None if product is None else product.pk,
        amount_minor=figures.amount_minor,
        revenue_minor=figures.revenue_minor,
        cost_minor=figures.cost_minor,
        list_minor=figures.list_minor,
        **values,
    )


def _take_from_product(values: dict[str, Any], product: Product, rate: Decimal) -> None:
    """Price and cost of that moment; the product's price is in the company's currency."""
    if values["price"] is None and product.price is not None:
        values["price"] = product.price / rate
    if values["cost_price"] is None:
        values["cost_price"] = product.cost


def _round(values: dict[str, Any]) -> None:
    """To the places the database keeps, so that amounts, rows and journal always agree."""
    for name, step in STEPS.items():
        if values[name] is not None:
            values[name] = Decimal(values[name]).quantize(step, ROUND_HALF_UP)


def set_totals(order: Order, lines: Sequence[OrderLine]) -> None:
    """Sum the lines; the cost is known only where every line has one."""
    order.amount_minor = sum(line.amount_minor for line in lines)
    order.revenue_minor = sum(line.revenue_minor for line in lines)
    costs = [line.cost_minor for line in lines]
    order.cost_minor = None if None in costs or not costs else sum(cost for cost in costs if cost is not None)
    _spread_direct(order, lines)


def _spread_direct(order: Order, lines: Sequence[OrderLine]) -> None:
    """Every line bears its share of the direct costs, by revenue."""
    if (total := order.direct_cost_minor) is None:
        return
    for line, share in zip(lines, rules.shares(total, [line.revenue_minor for line in lines]), strict=True):
        line.direct_minor = share
