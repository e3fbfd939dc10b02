"""The writers of products and orders."""

from holdfast.records.commerce.services.changes import change_order, change_orders, void_order
from holdfast.records.commerce.services.orders import add_order, add_orders
from holdfast.records.commerce.services.products import (
    add_product,
    add_products,
    change_product,
    change_products,
)
from holdfast.records.commerce.services.rows import LineRow, OrderRow, ProductRow

__all__ = [
    "LineRow",
    "OrderRow",
    "ProductRow",
    "add_order",
    "add_orders",
    "add_product",
    "add_products",
    "change_order",
    "change_orders",
    "change_product",
    "change_products",
    "void_order",
]
