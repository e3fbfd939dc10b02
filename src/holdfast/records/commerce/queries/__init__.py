"""The readers of products and orders."""

from holdfast.records.commerce.queries.lists import (
    ORDER_SORTS,
    Page,
    active_products,
    categories,
    order_lines,
    order_list,
    orders_of,
    product_list,
    visible_orders,
)
from holdfast.records.commerce.queries.lookups import orders_by_number, products_by_code
from holdfast.records.commerce.queries.money import Money, MonthMoney, customer_money, month_revenue

__all__ = [
    "ORDER_SORTS",
    "Money",
    "MonthMoney",
    "Page",
    "active_products",
    "categories",
    "customer_money",
    "month_revenue",
    "order_lines",
    "order_list",
    "orders_by_number",
    "orders_of",
    "product_list",
    "products_by_code",
    "visible_orders",
]
