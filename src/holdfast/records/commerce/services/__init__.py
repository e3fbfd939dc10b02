"""The writers of products, orders, invoices, payments and promises to pay."""

from holdfast.records.commerce.services.allocations import allocate, allocate_credit, unallocate
from holdfast.records.commerce.services.changes import change_order, change_orders, void_order
from holdfast.records.commerce.services.invoices import (
    add_invoice,
    add_invoices,
    change_invoice,
    change_invoices,
    dispute_invoice,
    settle_dispute,
    void_invoice,
    write_off,
)
from holdfast.records.commerce.services.judging import judge_due, judge_restored
from holdfast.records.commerce.services.orders import add_order, add_orders
from holdfast.records.commerce.services.payments import add_payment, add_payments, change_payment, void_payment
from holdfast.records.commerce.services.products import (
    add_product,
    add_products,
    change_product,
    change_products,
)
from holdfast.records.commerce.services.promises import add_promise, add_promises, remove_promise
from holdfast.records.commerce.services.receivable_rows import InvoiceRow, PaymentRow, PromiseRow
from holdfast.records.commerce.services.rows import LineRow, OrderRow, ProductRow
from holdfast.records.commerce.services.telling import register as register_wording

__all__ = [
    "InvoiceRow",
    "LineRow",
    "OrderRow",
    "PaymentRow",
    "ProductRow",
    "PromiseRow",
    "add_invoice",
    "add_invoices",
    "add_order",
    "add_orders",
    "add_payment",
    "add_payments",
    "add_product",
    "add_products",
    "add_promise",
    "add_promises",
    "allocate",
    "allocate_credit",
    "change_invoice",
    "change_invoices",
    "change_order",
    "change_orders",
    "change_payment",
    "change_product",
    "change_products",
    "dispute_invoice",
    "judge_due",
    "judge_restored",
    "register_wording",
    "remove_promise",
    "settle_dispute",
    "unallocate",
    "void_invoice",
    "void_order",
    "void_payment",
    "write_off",
]
