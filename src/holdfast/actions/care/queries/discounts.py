"""What discount a customer got, beside the ceiling of its star."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from holdfast.records.commerce.models import OrderLine
from holdfast.records.customers.models import Customer

LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Discount:
    """Of the orders of twelve months with list prices: the average discount 0–1, and how many went beyond the ceiling."""

    average: float
    orders: int
    beyond: int


def discount_of(customer: Customer, on: date, ceiling: Decimal) -> Discount | None:
    """None where no order of the last twelve months has list prices; one question to the database."""
    lines = OrderLine.objects.filter(
        order__customer=customer, order__kind="sale", order__voided_at=None, list_minor__gt=0,
        order__ordered_on__gt=on - LOOKED_BACK, order__ordered_on__lte=on,
    )  # fmt: skip
    orders = list(lines.order_by().values("order").annotate(listed=Sum("list_minor"), agreed=Sum("revenue_minor")))
    if not orders:
        return None
    listed, agreed = sum(row["listed"] for row in orders), sum(row["agreed"] for row in orders)
    # half a unit of the first decimal is rounding, no discount
    most = float(ceiling) / 100 + 0.0005
    beyond = sum(1 - row["agreed"] / row["listed"] > most for row in orders)
    return Discount(average=1 - agreed / listed, orders=len(orders), beyond=beyond)
