"""What a customer brought in, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear

from holdfast.common.months import Month, today
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.customers.models import Customer

# Of a line: less its cost and its share of the order's direct costs; null without a cost.
PROFIT = F("revenue_minor") - F("cost_minor") - Coalesce("direct_minor", 0)


@dataclass(frozen=True)
class MonthMoney:
    """One month of one customer, without tax, returns taken off. Profit is over the lines whose cost is known."""

    month: Month
    revenue_minor: int = 0
    profit_minor: int | None = None
    orders: int = 0


@dataclass(frozen=True)
class Money:
    """A customer's figures: the twelve calendar months up to `until`, and all time; without tax."""

    since: date
    until: date
    revenue_12m_minor: int
    previous_12m_minor: int
    profit_12m_minor: int | None
    costed_share: float | None
    orders_12m: int
    revenue_minor: int
    orders: int
    first_on: date | None
    last_on: date | None

    @property
    def mean_order_minor(self) -> int | None:
        return round(self.revenue_12m_minor / self.orders_12m) if self.orders_12m else None

    @property
    def margin(self) -> float | None:
        known = self.profit_12m_minor is not None and self.revenue_12m_minor > 0 and self.costed_share
        return self.profit_12m_minor / (self.revenue_12m_minor * self.costed_share) if known else None  # type: ignore[operator]

    @property
    def change(self) -> float | None:
        """Against the same twelve months a year before."""
        before = self.previous_12m_minor
        return (self.revenue_12m_minor - before) / before if before > 0 else None


def month_revenue(customer: Customer, months: int = 12, until: date | None = None) -> list[MonthMoney]:
    """The last `months` months up to the one of `until` (today), oldest first; months without orders are zero."""
    last = Month.of(until or today())
    first = last.plus(1 - months)
    lines = OrderLine.objects.filter(
        order__customer=customer, order__voided_at=None,
        order__ordered_on__gte=first.first, order__ordered_on__lte=last.last,
    )  # fmt: skip
    rows = lines.order_by().values(year=ExtractYear("order__ordered_on"), number=ExtractMonth("order__ordered_on"))
    found = {
        Month(row["year"], row["number"]): row
        for row in rows.annotate(
            revenue=Sum("revenue_minor"),
            profit=Sum(PROFIT, filter=Q(cost_minor__isnull=False)),
            orders=Count("order", distinct=True, filter=Q(order__kind="sale")),
        )
    }
    return [_month_money(month, found.get(month)) for month in _run(first, months)]


def _run(first: Month, months: int) -> Sequence[Month]:
    return [first.plus(step) for step in range(months)]


def _month_money(month: Month, row: Mapping[str, Any] | None) -> MonthMoney:
    if row is None:
        return MonthMoney(month)
    return MonthMoney(month, row["revenue"], row["profit"], row["orders"])


def customer_money(customer: Customer, until: date | None = None) -> Money:
    """The figures of a customer's money panel."""
    end = until or today()
    start = Month.of(end).plus(-11).first
    recent = Q(ordered_on__gte=start, ordered_on__lte=end)
    before = Q(ordered_on__gte=year_before(start), ordered_on__lte=year_before(end))
    sale = Q(kind="sale")
    row = Order.objects.filter(customer=customer, voided_at=None).aggregate(
        revenue_12m=Sum("revenue_minor", filter=recent),
        previous=Sum("revenue_minor", filter=before),
        orders_12m=Count("pk", filter=recent & sale),
        revenue=Sum("revenue_minor"),
        orders=Count("pk", filter=sale),
        first=Min("ordered_on", filter=sale),
        last=Max("ordered_on", filter=sale),
    )
    profit, share = _profit(customer, start, end)
    return Money(
        since=start,
        until=end,
        revenue_12m_minor=row["revenue_12m"] or 0,
        previous_12m_minor=row["previous"] or 0,
        profit_12m_minor=profit,
        costed_share=share,
        orders_12m=row["orders_12m"],
        revenue_minor=row["revenue"] or 0,
        orders=row["orders"],
        first_on=row["first"],
        last_on=row["last"],
    )


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _profit(customer: Customer, start: date, end: date) -> tuple[int | None, float | None]:
    """Profit of the lines whose cost is known, and their share of the revenue."""
    known = Q(cost_minor__isnull=False)
    row = OrderLine.objects.filter(
        order__customer=customer, order__voided_at=None, order__ordered_on__range=(start, end)
    ).aggregate(
        profit=Sum(PROFIT, filter=known),
        costed=Sum("revenue_minor", filter=known),
        revenue=Sum("revenue_minor"),
    )
    if row["profit"] is None or not row["revenue"]:
        return row["profit"], None
    return row["profit"], row["costed"] / row["revenue"]


@dataclass(frozen=True)
class Takings:
    """Revenue without tax, returns taken off, and how many sales, of several customers over some days."""

    revenue_minor: int
    orders: int


def revenue_of(orders: QuerySet[Order], since: date, until: date) -> Takings:
    """The takings of these orders from `since` to `until`, both included; voided ones left out."""
    found = orders.filter(voided_at=None, ordered_on__range=(since, until))
    row = found.order_by().aggregate(revenue=Sum("revenue_minor"), orders=Count("pk", filter=Q(kind="sale")))
    return Takings(row["revenue"] or 0, row["orders"])


def purchase_days(customer: Customer, since: date) -> list[date]:
    """The days from `since` on when a customer bought more than came back, oldest first; orders of today included."""
    days = Order.objects.filter(customer=customer, voided_at=None, ordered_on__gte=since).order_by("ordered_on")
    net = days.values("ordered_on").annotate(net=Sum("revenue_minor"))
    return list(net.filter(net__gt=0).values_list("ordered_on", flat=True))
