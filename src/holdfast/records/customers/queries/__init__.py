"""Read customers: lists, look-ups, duplicates, birthdays, what changed."""

from holdfast.records.customers.queries.birthdays import Birthday, all_birthdays, birthdays
from holdfast.records.customers.queries.changes import standing_changes_since
from holdfast.records.customers.queries.duplicates import Match, ShownMatch, find_duplicates, matches_for
from holdfast.records.customers.queries.exports import export_columns, export_rows
from holdfast.records.customers.queries.listing import Column, Page, customer_list, register_column
from holdfast.records.customers.queries.lookups import (
    count_owned,
    customers_by_code,
    customers_by_name_key,
    editable_customers,
    may_edit,
    may_see_customer,
    named_customer,
    visible_customers,
)
from holdfast.records.customers.queries.masks import sees_raw, shown_email, shown_number, shown_phone, shown_value
from holdfast.records.customers.queries.needs import NeedGroup, needs_of, requirements_of, standing_needs, visible_needs
from holdfast.records.customers.queries.search import matching, search_customers

__all__ = [
    "Birthday",
    "Column",
    "Match",
    "NeedGroup",
    "Page",
    "ShownMatch",
    "all_birthdays",
    "birthdays",
    "count_owned",
    "customer_list",
    "customers_by_code",
    "customers_by_name_key",
    "editable_customers",
    "export_columns",
    "export_rows",
    "find_duplicates",
    "matches_for",
    "matching",
    "may_edit",
    "may_see_customer",
    "named_customer",
    "needs_of",
    "register_column",
    "requirements_of",
    "search_customers",
    "sees_raw",
    "shown_email",
    "shown_number",
    "shown_phone",
    "shown_value",
    "standing_changes_since",
    "standing_needs",
    "visible_customers",
    "visible_needs",
]
