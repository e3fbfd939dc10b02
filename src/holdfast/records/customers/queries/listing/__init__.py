"""The customer list: filters, sort, keyset pages, views and columns; everything stands in the address."""

from holdfast.records.customers.queries.listing.columns import Column, columns_for, register_column
from holdfast.records.customers.queries.listing.filters import Chip, Choices, Filters, Span, choices_for, read_filters
from holdfast.records.customers.queries.listing.pages import Page, Row, customer_list, filtered
from holdfast.records.customers.queries.listing.sorts import Sort, sort_for, sorts_for
from holdfast.records.customers.queries.listing.views import Tab, tab_counts, tabs_for

__all__ = [
    "Chip",
    "Choices",
    "Column",
    "Filters",
    "Page",
    "Row",
    "Sort",
    "Span",
    "Tab",
    "choices_for",
    "columns_for",
    "customer_list",
    "filtered",
    "read_filters",
    "register_column",
    "sort_for",
    "sorts_for",
    "tab_counts",
    "tabs_for",
]
