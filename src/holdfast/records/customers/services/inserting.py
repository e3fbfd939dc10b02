"""Insert many rows whose keys nobody asks for, and update many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert unsaved rows of one model; their keys stay unset. Half the cost of `bulk_create`, which returns the keys."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    values = [[field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def update_rows(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Write these columns of rows of one model, a statement prepared once: `bulk_update` builds a CASE a row."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    wanted = set(names)
    fields = [field for field in meta.local_concrete_fields if field.name in wanted]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(meta.pk.column))} = %s"
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
