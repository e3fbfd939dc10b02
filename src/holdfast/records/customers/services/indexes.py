"""Indexes of filterable custom fields: made and dropped here, as no migration knows which fields a company makes."""

from __future__ import annotations

from django.db import connection

from holdfast.foundation.jobs import services as jobs
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.queries.custom import index_sql

PREFIX = "customer_custom_"
# From so many customers on an index is made in the background: nobody waits for it, the filter works without.
MANY = 20_000
THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s",
}


def refresh_index(field: CustomField, *, is_wanted: bool) -> None:
    """Make or drop the index of one field: at once in a small company, else by a job."""
    if not is_wanted:
        _drop(field.index_name)
    elif _is_large():
        jobs.enqueue("customers.field_indexes")
    else:
        _make(field)


def settle_indexes() -> dict[str, int]:
    """Make every index that is missing, drop every one that no field wants; how many of both. Safe to run twice.

    Also after every migration: SQLite forgets them where it rebuilds the table.
    """
    wanted = {field.index_name: field for field in CustomField.objects.filter(archived_at=None, is_filterable=True)}
    there = indexes_there()
    for name in there - wanted.keys():
        _drop(name)
    missing = sorted(wanted.keys() - there)
    for name in missing:
        _make(wanted[name])
    return {"made": len(missing), "dropped": len(there - wanted.keys())}


def indexes_there() -> set[str]:
    """Names of the indexes of custom fields that the database has."""
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor], [Customer._meta.db_table])
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def _is_large() -> bool:
    newest = Customer.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (newest or 0) > MANY


def _make(field: CustomField) -> None:
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        connection.check_constraints()  # rows written in this transaction are checked now: no index beside open checks
    table, name = connection.ops.quote_name(Customer._meta.db_table), connection.ops.quote_name(field.index_name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({index_sql(connection.vendor, field)})")


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name)}")
