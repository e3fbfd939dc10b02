"""Pages of orders, products, invoices and payments."""

from holdfast.records.commerce.views.invoices import (
    credit_use,
    invoice,
    invoice_dispute,
    invoice_edit,
    invoice_new,
    invoice_promise,
    invoice_settle,
    invoice_use,
    invoice_void,
    invoice_write_off,
    promise_remove,
)
from holdfast.records.commerce.views.money_panel import customer_money
from holdfast.records.commerce.views.orders import (
    order,
    order_edit,
    order_new,
    order_void,
    orders,
)
from holdfast.records.commerce.views.panel import customer_orders
from holdfast.records.commerce.views.payments import (
    payment,
    payment_allocate,
    payment_bounce,
    payment_free,
    payment_new,
    payment_void,
)
from holdfast.records.commerce.views.products import product_edit, product_new, products
from holdfast.records.commerce.views.receivables import receivables, receivables_export

__all__ = [
    "credit_use",
    "customer_money",
    "customer_orders",
    "invoice",
    "invoice_dispute",
    "invoice_edit",
    "invoice_new",
    "invoice_promise",
    "invoice_settle",
    "invoice_use",
    "invoice_void",
    "invoice_write_off",
    "order",
    "order_edit",
    "order_new",
    "order_void",
    "orders",
    "payment",
    "payment_allocate",
    "payment_bounce",
    "payment_free",
    "payment_new",
    "payment_void",
    "product_edit",
    "product_new",
    "products",
    "promise_remove",
    "receivables",
    "receivables_export",
]
