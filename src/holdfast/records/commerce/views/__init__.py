"""Pages of orders and products."""

from holdfast.records.commerce.views.orders import (
    order,
    order_edit,
    order_new,
    order_void,
    orders,
)
from holdfast.records.commerce.views.panel import customer_orders
from holdfast.records.commerce.views.products import product_edit, product_new, products

__all__ = [
    "customer_orders",
    "order",
    "order_edit",
    "order_new",
    "order_void",
    "orders",
    "product_edit",
    "product_new",
    "products",
]
