"""Rows out for insight, read-only: `.values()` querysets whose SQL takes no parameters.

Take them as they are, or their SQL as `str(queryset.query)` for an engine that reads the database itself.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db.models import F, QuerySet

from holdfast.records.commerce.models import Order, OrderLine, Product

Rows: TypeAlias = QuerySet[Any, Any]
LINE_COLUMNS = (
    "quantity", "cost_minor", "list_minor", "product_id", "promised_on", "shipped_on", "delivered_on",
    "shipped_quantity", "delivered_quantity",
)  # fmt: skip


def lines() -> Rows:
    """One row a line of an order that counts (not voided), returns negative.

    Columns: line_id, order_id, customer_id, day, kind ("sale" | "return"), net_minor (without tax, company's minor
    units), cost_minor (null: unknown), list_minor (null: no list price), product_id (null), quantity, promised_on,
    shipped_on, delivered_on, shipped_quantity, delivered_quantity.
    """
    return (
        OrderLine.objects.filter(order__voided_at__isnull=True)
        .order_by()
        .values(
            "order_id",
            *LINE_COLUMNS,
            line_id=F("pk"),
            customer_id=F("order__customer_id"),
            day=F("order__ordered_on"),
            kind=F("order__kind"),
            net_minor=F("revenue_minor"),
        )
    )


def orders() -> Rows:
    """One row an order that counts: order_id, number, customer_id, day, kind, returns_id, net_minor (without tax),
    cost_minor (null unless every line has a cost), created_at, updated_at."""
    return (
        Order.objects.filter(voided_at__isnull=True)
        .order_by()
        .values(
            "number", "customer_id", "kind", "returns_id", "cost_minor", "created_at", "updated_at",
            order_id=F("pk"), day=F("ordered_on"), net_minor=F("revenue_minor"),
        )
    )  # fmt: skip


def products() -> Rows:
    """One row a product: product_id, code, name, category, unit, price, cost, grade, is_active."""
    return Product.objects.order_by().values(
        "code", "name", "category", "unit", "price", "cost", "grade", "is_active", product_id=F("pk")
    )
