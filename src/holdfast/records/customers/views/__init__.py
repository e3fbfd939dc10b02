"""Show the list and the forms of customers. The customer's own page is composed by a door."""

from holdfast.records.customers.views.bulk import bulk
from holdfast.records.customers.views.editing import archive, check, edit, new
from holdfast.records.customers.views.exports import export
from holdfast.records.customers.views.lists import columns, counts, customer_list, filters, remove_view, saved_views
from holdfast.records.customers.views.revealing import reveal

__all__ = [
    "archive",
    "bulk",
    "check",
    "columns",
    "counts",
    "customer_list",
    "edit",
    "export",
    "filters",
    "new",
    "remove_view",
    "reveal",
    "saved_views",
]
