"""The addresses of customers, contacts, tags and standings, for programs."""

from holdfast.records.customers.api import contacts, customers, fields, needs, standings, tags  # noqa: F401 - they register themselves
from holdfast.records.customers.api.shapes import router

__all__ = ["router"]
