"""Show the list and the forms of customers. The customer's own page is composed by a door."""

from holdfast.records.customers.views.bulk import bulk
from holdfast.records.customers.views.editing import archive, check, edit, new
from holdfast.records.customers.views.exports import export
from holdfast.records.customers.views.handover import handover, handover_undo
from holdfast.records.customers.views.lists import columns, counts, customer_list, filters, remove_view, saved_views
from holdfast.records.customers.views.merging import duplicates, merge, merge_undo, merge_with, pair_decide
from holdfast.records.customers.views.needs import need, need_add, needs_panel, parts_confirm, upkeep_rules
from holdfast.records.customers.views.privacy import privacy, privacy_answer
from holdfast.records.customers.views.relations import (
    address,
    address_add,
    consent_add,
    consents,
    relation_add,
    relation_remove,
    relations_panel,
)
from holdfast.records.customers.views.revealing import reveal

__all__ = [
    "address",
    "address_add",
    "archive",
    "bulk",
    "check",
    "columns",
    "consent_add",
    "consents",
    "counts",
    "customer_list",
    "duplicates",
    "edit",
    "export",
    "filters",
    "handover",
    "handover_undo",
    "merge",
    "merge_undo",
    "merge_with",
    "need",
    "need_add",
    "needs_panel",
    "new",
    "pair_decide",
    "parts_confirm",
    "privacy",
    "privacy_answer",
    "relation_add",
    "relation_remove",
    "relations_panel",
    "remove_view",
    "reveal",
    "saved_views",
    "upkeep_rules",
]
