"""What a product and an order with its lines look like from outside."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from pydantic import Field

from holdfast.common.api import Asked, Day, Decimals, In, Key, Line, Out, Problem, Room, Text
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce.models import Order, OrderLine, Product

router = Room("commerce")
VIEW = Permission.CUSTOMER_VIEW
Positive = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, lt=1, max_digits=6, decimal_places=4, allow_inf_nan=False)]
Rate = Annotated[Decimal, Field(gt=0, lt=10**9, max_digits=18, decimal_places=8, allow_inf_nan=False)]
Quantity = Annotated[Decimal, Field(gt=-(10**9), lt=10**9, max_digits=12, decimal_places=3, allow_inf_nan=False)]


class ProductOut(Out):
    id: int
    code: str = ""
    name: str = ""
    category: str = ""
    unit: str = ""
    price: str | None = None
    cost: str | None = None
    grade: int | None = None
    is_active: bool = True
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ProductPatch(In):
    """`cost` and `grade` need `see_profit`."""

    code: Text(60, 1) = ""  # type: ignore[valid-type]
    name: Text(200, 1) = ""  # type: ignore[valid-type]
    category: Text(80) = ""  # type: ignore[valid-type]
    unit: Text(20) = ""  # type: ignore[valid-type]
    price: Positive | None = None
    cost: Positive | None = None
    grade: Annotated[int, Field(ge=1, le=4)] | None = None
    is_active: bool = True


class ProductIn(ProductPatch):
    code: Text(60, 1)  # type: ignore[valid-type]
    name: Text(200, 1)  # type: ignore[valid-type]


class OrderLineOut(Out):
    id: int
    position: int = 0
    product_id: int | None = None
    product_code: str | None = None
    text: str = ""
    quantity: str = ""
    list_price: str | None = None
    price: str = ""
    cost_price: str | None = None
    tax_rate: str = ""
    is_tax_included: bool = True
    amount_minor: int = 0
    revenue_minor: int = 0
    cost_minor: int | None = None
    promised_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    shipped_quantity: str | None = None
    delivered_quantity: str | None = None


class OrderOut(Out):
    id: int
    number: str = ""
    customer_id: int = 0
    kind: str = ""
    ordered_on: date | None = None
    returns_id: int | None = None
    currency: str = ""
    rate: str = ""
    amount_minor: int = 0
    revenue_minor: int = 0
    cost_minor: int | None = None
    profit_minor: int | None = None
    note: str = ""
    voided_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    lines: list[OrderLineOut] = []


class LineIn(In):
    """A product (by `product_id` or `product_code`) or a text; without `price` the product's price of today."""

    product_id: Key | None = None
    product_code: Text(60) = ""  # type: ignore[valid-type]
    text: Line = ""
    quantity: Quantity
    price: Decimals | None = None
    list_price: Decimals | None = None
    cost_price: Positive | None = None
    tax_rate: Share = Decimal(0)
    is_tax_included: bool = True
    promised_on: Day | None = None
    shipped_on: Day | None = None
    delivered_on: Day | None = None
    shipped_quantity: Quantity | None = None
    delivered_quantity: Quantity | None = None


class OrderPatch(In):
    """Only what is sent changes; `lines` replaces the lines, matched by their position."""

    number: Text(60, 1) = ""  # type: ignore[valid-type]
    customer_id: Key = 1
    ordered_on: Day = date(2000, 1, 1)
    kind: Literal["sale", "return"] = "sale"
    returns_id: Key | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = ""
    rate: Rate = Decimal(1)
    note: Line = ""
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)] = []


class OrderIn(OrderPatch):
    customer_id: Key
    ordered_on: Day
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]


def product_out(viewer: User, product: Product) -> dict[str, Any]:
    return _shown(viewer, product, ProductOut)


def _shown(viewer: User, row: Any, shape: type[Out], *without: str) -> dict[str, Any]:
    """The columns of a shape; costs only for who may see profit."""
    hidden = frozenset() if viewer.sees_profit else row.profit_fields
    return {name: getattr(row, name) for name in shape.model_fields if name not in hidden and name not in without}


def order_out(viewer: User, order: Order, *, with_lines: bool) -> dict[str, Any]:
    """An order; its lines where `with_lines`, then prefetched with their products."""
    row = _shown(viewer, order, OrderOut, "lines", "profit_minor")
    if viewer.sees_profit:
        row["profit_minor"] = order.profit_minor
    if with_lines:
        row["lines"] = [_line_out(viewer, line) for line in order.lines.all()]
    return row


def _line_out(viewer: User, line: OrderLine) -> dict[str, Any]:
    row = _shown(viewer, line, OrderLineOut, "product_code")
    return {**row, "product_code": line.product.code if line.product else None}


def refuse_costs(viewer: User, given: dict[str, Any], names: tuple[str, ...]) -> None:
    """Who may not see a cost may not write one either."""
    if not viewer.sees_profit and (sent := [name for name in names if name in given]):
        raise Problem("no_right", 403, field=sent[0], words=str(Permission.SEE_PROFIT))


def or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def columns_of(row: Any, shape: type[Out], *without: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name not in without}


def narrowed(found: Any, asked: Asked, names: dict[str, str]) -> Any:
    return found.filter(**{names[name]: value for name, value in asked.values.items() if name in names})
