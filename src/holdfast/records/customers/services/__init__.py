"""Write customers, one at a time or set-based; every change is journalled and searchable at once."""

from holdfast.records.customers.services.access import access_package
from holdfast.records.customers.services.adding import add_customer, add_customers
from holdfast.records.customers.services.changing import change_customer, change_customers
from holdfast.records.customers.services.checking import check_duplicates
from holdfast.records.customers.services.consent import add_consent
from holdfast.records.customers.services.erasing import (
    erase_contact,
    erase_customer,
    register_erasure,
    register_rewritten,
)
from holdfast.records.customers.services.exporting import note_export
from holdfast.records.customers.services.handover import (
    hand_over,
    handover_preview,
    register_handover,
    undo_handover,
)
from holdfast.records.customers.services.merging import merge_customers, undo_merge
from holdfast.records.customers.services.needs import (
    NeedRow,
    add_need,
    add_needs,
    confirm_need,
    end_need,
    reopen_need,
    supersede_need,
)
from holdfast.records.customers.services.owning import (
    archive_customers,
    assign_customers,
    restore_customers,
    tag_customers,
    untag_customers,
)
from holdfast.records.customers.services.privacy import answer_erasure, open_request
from holdfast.records.customers.services.relations import (
    add_address,
    add_relation,
    change_address,
    remove_address,
    remove_relation,
)
from holdfast.records.customers.services.revealing import QuotaUsedUp, reveal_number, reveals_left
from holdfast.records.customers.services.rows import ContactRow, CustomerRow
from holdfast.records.customers.services.searching import refresh_search, refresh_search_of_contacts
from holdfast.records.customers.services.standings import roomy_cache, set_standing_columns, set_standings
from holdfast.records.customers.services.suggesting import dismiss_pair, refresh_pairs, reopen_pair
from holdfast.records.customers.services.tags import ensure_tags
from holdfast.records.customers.services.upkeep import confirm_parts, keep_up, refresh_upkeep, set_weights

__all__ = [
    "ContactRow",
    "CustomerRow",
    "NeedRow",
    "QuotaUsedUp",
    "access_package",
    "add_address",
    "add_consent",
    "add_customer",
    "add_customers",
    "add_need",
    "add_needs",
    "add_relation",
    "answer_erasure",
    "archive_customers",
    "assign_customers",
    "change_address",
    "change_customer",
    "change_customers",
    "check_duplicates",
    "confirm_need",
    "confirm_parts",
    "dismiss_pair",
    "end_need",
    "ensure_tags",
    "erase_contact",
    "erase_customer",
    "hand_over",
    "handover_preview",
    "keep_up",
    "merge_customers",
    "note_export",
    "open_request",
    "refresh_pairs",
    "refresh_search",
    "refresh_search_of_contacts",
    "refresh_upkeep",
    "register_erasure",
    "register_handover",
    "register_rewritten",
    "remove_address",
    "remove_relation",
    "reopen_need",
    "reopen_pair",
    "restore_customers",
    "reveal_number",
    "reveals_left",
    "roomy_cache",
    "set_standing_columns",
    "set_standings",
    "set_weights",
    "supersede_need",
    "tag_customers",
    "undo_handover",
    "undo_merge",
    "untag_customers",
]
