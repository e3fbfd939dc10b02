"""Read customers: lists, look-ups, duplicates, birthdays, what changed."""

from holdfast.records.customers.queries.birthdays import Birthday, birthdays
from holdfast.records.customers.queries.changes import standing_changes_since
from holdfast.records.customers.queries.duplicates import Match, ShownMatch, find_duplicates, matches_for
from holdfast.records.customers.queries.lookups import (
    customers_by_code,
    customers_by_name_key,
    may_see_customer,
    visible_customers,
)
from holdfast.records.customers.queries.search import matching, search_customers

__all__ = [
    "Birthday",
    "Match",
    "ShownMatch",
    "birthdays",
    "customers_by_code",
    "customers_by_name_key",
    "find_duplicates",
    "matches_for",
    "matching",
    "may_see_customer",
    "search_customers",
    "standing_changes_since",
    "visible_customers",
]
