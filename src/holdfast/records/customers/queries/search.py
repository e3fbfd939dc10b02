"""Find customers by part of a name, a phone's figures, a contact, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from holdfast.common import searchkeys
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer

SQLITE_HITS = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"
POSTGRES_HITS = (
    "SELECT customer_id FROM customers_searchentry WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery"
)


def matching(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Those of the customers whom the typed text finds: the AND of its tokens, then the pieces verified.

    Text without a letter or figure finds nobody.
    """
    asked = searchkeys.query(text)
    if not asked:
        return customers.none()
    found = customers.filter(pk__in=_hits(asked))
    for piece in dict.fromkeys(asked.verify):
        found = found.filter(search_entry__text__contains=piece)
    return found


def _hits(asked: searchkeys.Query) -> RawSQL:
    if connection.vendor == "postgresql":
        parts = [*(f"'{token}'" for token in asked.needed), *(f"'{start}':*" for start in asked.starts)]
        return RawSQL(POSTGRES_HITS, [" & ".join(dict.fromkeys(parts))])
    parts = [*(f'"{token}"' for token in asked.needed), *(f'"{start}"*' for start in asked.starts)]
    return RawSQL(SQLITE_HITS, [" AND ".join(dict.fromkeys(parts))])


def search_customers(viewer: User, text: str, limit: int = 20) -> list[Customer]:
    """The newest visible customers that the text finds, archived ones last; with owner and standing."""
    found = matching(Customer.objects.visible_to(viewer), text).select_related("owner", "standing")
    rows = list(found.order_by("-pk")[: limit + 1])
    return _active_first(rows)[:limit]


def _active_first(rows: Iterable[Customer]) -> list[Customer]:
    return sorted(rows, key=lambda customer: customer.is_archived)
