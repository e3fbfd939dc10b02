"""What people type about orders, products, invoices and payments."""

from holdfast.records.commerce.forms.orders import (
    STATES,
    BaseLineForms,
    LineForm,
    LineForms,
    OrderFilters,
    OrderForm,
    ProductFilters,
    ProductForm,
    line_forms,
    order_initial,
    product_initial,
)
from holdfast.records.commerce.forms.receivables import (
    AllocateForm,
    BounceForm,
    DayForm,
    InvoiceForm,
    PaymentForm,
    PromiseForm,
    ReceivableFilters,
    invoice_initial,
)

__all__ = [
    "STATES",
    "AllocateForm",
    "BaseLineForms",
    "BounceForm",
    "DayForm",
    "InvoiceForm",
    "LineForm",
    "LineForms",
    "OrderFilters",
    "OrderForm",
    "PaymentForm",
    "ProductFilters",
    "ProductForm",
    "PromiseForm",
    "ReceivableFilters",
    "invoice_initial",
    "line_forms",
    "order_initial",
    "product_initial",
]
