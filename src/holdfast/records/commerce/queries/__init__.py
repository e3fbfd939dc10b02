"""The readers of products and orders."""

from holdfast.records.commerce.queries.lists import (
    ORDER_SORTS,
    Page,
    active_products,
    categories,
    order_lines,
    order_list,
    orders_like,
    orders_of,
    product_list,
    products_like,
    visible_orders,
)
from holdfast.records.commerce.queries.lookups import next_number, orders_by_number, product_named, products_by_code
from holdfast.records.commerce.queries.money import (
    Money,
    MonthMoney,
    Takings,
    customer_money,
    month_revenue,
    purchase_days,
    revenue_of,
)

__all__ = [
    "ORDER_SORTS",
    "Money",
    "MonthMoney",
    "Page",
    "Takings",
    "active_products",
    "categories",
    "customer_money",
    "month_revenue",
    "next_number",
    "order_lines",
    "order_list",
    "orders_by_number",
    "orders_like",
    "orders_of",
    "product_list",
    "product_named",
    "products_by_code",
    "products_like",
    "purchase_days",
    "revenue_of",
    "visible_orders",
]
