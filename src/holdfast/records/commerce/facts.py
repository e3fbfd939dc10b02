"""Rows out for insight, read-only: `.values()` querysets whose SQL takes no parameters.

Take them as they are, or their SQL as `str(queryset.query)` for an engine that reads the database itself.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db.models import BigIntegerField, F, Func, QuerySet

from holdfast.records.commerce.models import Allocation, Invoice, Order, OrderLine, Payment, PaymentPromise, Product

Rows: TypeAlias = QuerySet[Any, Any]
LINE_COLUMNS = (
    "quantity", "cost_minor", "list_minor", "product_id", "promised_on", "shipped_on", "delivered_on",
    "shipped_quantity", "delivered_quantity",
)  # fmt: skip


def _or_zero(column: str) -> Any:
    """The column, 0 where it is null; without a parameter in the SQL."""
    return Func(
        F(column), function="COALESCE", template="%(function)s(%(expressions)s, 0)", output_field=BigIntegerField()
    )


def lines() -> Rows:
    """One row a line of an order that counts (not voided), returns negative.

    Columns: line_id, order_id, customer_id, day, kind ("sale" | "return"), net_minor (without tax, company's minor
    units), cost_minor (of the goods; null: unknown), direct_cost_minor (the line's share of the order's freight, rebate
    and service, exact over the lines; 0 without): profit = net - cost - direct; list_minor (null: no list price),
    product_id (null), quantity, promised_on, shipped_on, delivered_on, shipped_quantity, delivered_quantity.
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
            direct_cost_minor=_or_zero("direct_minor"),
        )
    )


def orders() -> Rows:
    """One row an order that counts: order_id, number, customer_id, day, kind, returns_id, net_minor (without tax),
    cost_minor (of the goods; null unless every line has a cost), direct_cost_minor (0 without), created_at,
    updated_at."""
    direct = _or_zero("freight_minor") + _or_zero("rebate_minor") + _or_zero("service_cost_minor")
    return (
        Order.objects.filter(voided_at__isnull=True)
        .order_by()
        .values(
            "number", "customer_id", "kind", "returns_id", "cost_minor", "created_at", "updated_at",
            order_id=F("pk"), day=F("ordered_on"), net_minor=F("revenue_minor"),
            direct_cost_minor=direct,
        )
    )  # fmt: skip


def products() -> Rows:
    """One row a product: product_id, code, name, category, unit, price, cost, grade, is_active."""
    return Product.objects.order_by().values(
        "code", "name", "category", "unit", "price", "cost", "grade", "is_active", product_id=F("pk")
    )


def invoices() -> Rows:
    """One row an invoice or credit note that counts (not voided); company's minor units, with tax.

    Columns: invoice_id, customer_id, order_id (null), kind ("invoice" | "credit_note": amount and open below zero),
    issued_on, due_on, paid_on (day the open amount became 0; null: open; credit notes: always null), amount_minor,
    open_minor (not settled yet; of a written-off one the loss), disputed_on (null), dispute_lost (true: settled against
    the customer; false: he was right; null: no dispute, or not settled), written_off_on (null).
    """
    return (
        Invoice.objects.filter(voided_at__isnull=True)
        .order_by()
        .values(
            "customer_id", "order_id", "kind", "issued_on", "due_on", "paid_on", "amount_minor", "open_minor",
            "disputed_on", "dispute_lost", "written_off_on", invoice_id=F("pk"),
        )
    )  # fmt: skip


def payments() -> Rows:
    """One row an allocation of a payment to an invoice: payment_id, invoice_id, customer_id, received_on, amount_minor
    (of that allocation, above zero). What bounced or went back is not allocated, so it stands here no more."""
    return (
        Allocation.objects.filter(payment__isnull=False)
        .order_by()
        .values(
            "payment_id", "invoice_id", "amount_minor",
            customer_id=F("payment__customer_id"), received_on=F("payment__received_on"),
        )
    )  # fmt: skip


def bounces() -> Rows:
    """One row a bounced or refunded payment: payment_id, customer_id, received_on, amount_minor (below zero),
    reverses_id (the payment it takes back)."""
    return (
        Payment.objects.filter(voided_at__isnull=True, reverses__isnull=False)
        .order_by()
        .values("customer_id", "received_on", "amount_minor", "reverses_id", payment_id=F("pk"))
    )


def promises() -> Rows:
    """One row a promise to pay: invoice_id, customer_id, made_on, promised_on, amount_minor, kept.

    `kept`: true = enough came in by the promised day, false = it did not, null = the day has not passed (or passed
    since the night's judging: then read it as false). Decided by what came until the promised day, so it is the same
    whatever later day one looks from.
    """
    return (
        PaymentPromise.objects.filter(invoice__voided_at__isnull=True)
        .order_by()
        .values("invoice_id", "made_on", "promised_on", "amount_minor", "kept", customer_id=F("invoice__customer_id"))
    )
