"""Find customers by part of a name, a phone's figures, a contact, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from holdfast.common import searchkeys
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Scope
from holdfast.records.customers.models import Customer

SQLITE_HITS = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"
POSTGRES_HITS = (
    "SELECT customer_id FROM customers_searchentry WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery"
)


# On SQLite, fewer hits than this are taken from the index and sorted. With more, walking the asked order and reading
# each entry meets a page of them sooner: with 50 rows to show of a million, both ways cost the same at about seven
# thousand. PostgreSQL knows how frequent a token is and chooses by itself.
COMMON = 5_000


def matching(customers: QuerySet[Customer], text: str, *, is_narrow: bool = False) -> QuerySet[Customer]:
    """Those of the customers whom the typed text finds: the AND of its tokens, then the pieces verified.

    Text without a letter or figure finds nobody. With `is_narrow` the customers are few and are read one by one.
    """
    asked = searchkeys.query(text)
    if not asked:
        return customers.none()
    reads = is_narrow or (connection.vendor == "sqlite" and _is_common(asked))
    found = _by_reading(customers, asked) if reads else customers.filter(pk__in=RawSQL(*_hits(asked)))
    for piece in dict.fromkeys(asked.verify):
        found = found.filter(search_entry__text__contains=piece)
    return found


def _by_reading(customers: QuerySet[Customer], asked: searchkeys.Query) -> QuerySet[Customer]:
    """By the tokens kept with each customer, without the index."""
    found = customers.annotate(
        kept_tokens=Concat(Value(" "), "search_entry__tokens", Value(" "), output_field=TextField())
    )
    for token in dict.fromkeys(asked.needed):
        found = found.filter(kept_tokens__contains=f" {token} ")
    for start in dict.fromkeys(asked.starts):
        found = found.filter(kept_tokens__contains=f" {start}")
    return found


def _is_common(asked: searchkeys.Query) -> bool:
    sql, params = _hits(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT {COMMON}) hits", params)
        return bool(cursor.fetchone()[0] >= COMMON)


def _hits(asked: searchkeys.Query) -> tuple[str, list[str]]:
    """The query on the index that gives the customers' keys, with its parameter."""
    if connection.vendor == "postgresql":
        parts = [*(f"'{token}'" for token in asked.needed), *(f"'{start}':*" for start in asked.starts)]
        return POSTGRES_HITS, [" & ".join(dict.fromkeys(parts))]
    parts = [*(f'"{token}"' for token in asked.needed), *(f'"{start}"*' for start in asked.starts)]
    return SQLITE_HITS, [" AND ".join(dict.fromkeys(parts))]


def search_customers(viewer: User, text: str, limit: int = 20) -> list[Customer]:
    """The newest visible customers that the text finds, archived ones last; with owner and standing."""
    found = matching(Customer.objects.visible_to(viewer), text, is_narrow=viewer.scope == Scope.OWN)
    found = found.select_related("owner", "standing")
    rows = list(found.order_by("-pk")[: limit + 1])
    return _active_first(rows)[:limit]


def _active_first(rows: Iterable[Customer]) -> list[Customer]:
    return sorted(rows, key=lambda customer: customer.is_archived)
