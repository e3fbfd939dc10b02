"""The addresses of products and orders, for programs."""

from holdfast.records.commerce.api import money, orders, products  # noqa: F401 - they register themselves
from holdfast.records.commerce.api.shapes import router

__all__ = ["router"]
