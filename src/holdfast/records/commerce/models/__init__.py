"""What was ordered, what was asked for it, and what was paid."""

from holdfast.records.commerce.models.orders import (
    DIRECT_COSTS,
    ORDER_KINDS,
    Order,
    OrderLine,
    OrderQuerySet,
    Product,
    company_currency,
    order_kinds,
)
from holdfast.records.commerce.models.receivables import (
    INVOICE_KINDS,
    METHODS,
    Allocation,
    Invoice,
    Payment,
    PaymentPromise,
    invoice_kinds,
    methods,
)

__all__ = [
    "DIRECT_COSTS",
    "INVOICE_KINDS",
    "METHODS",
    "ORDER_KINDS",
    "Allocation",
    "Invoice",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "Payment",
    "PaymentPromise",
    "Product",
    "company_currency",
    "invoice_kinds",
    "methods",
    "order_kinds",
]
