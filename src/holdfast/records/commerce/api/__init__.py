"""The addresses of products, orders and money, for programs."""

from holdfast.records.commerce.api import invoices, orders, payments, products  # noqa: F401 - they register themselves
from holdfast.records.commerce.api.shapes import router

__all__ = ["router"]
