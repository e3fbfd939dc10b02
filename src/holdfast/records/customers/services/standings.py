"""Publish scores down: where each customer stands, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from holdfast.records.customers.models import Customer, Standing, StandingChange

CHUNK = 5_000
TOLD = ("stars", "stage", "risk", "movement")
COLUMNS: list[models.Field[Any, Any]] = list(Standing._meta.concrete_fields)
VALUES = COLUMNS[1:]


def set_standings(rows: Iterable[Mapping[str, Any]], *, month: Any, as_of: date) -> dict[str, int]:
    """Write the standings that differ; {"written": rows written, "changes": StandingChange rows}.

    Rows are keyed by customer_id, other keys are fields of Standing; what is not named gets the field's default. Unknown
    customers are left out. Amounts in minor units, scores 0–100, chances 0–1. A customer's first standing is no change.
    Twice the same changes nothing. Chunks of 5,000, each a transaction of its own.
    """
    told = {"written": 0, "changes": 0}
    every = list(rows)
    for start in range(0, len(every), CHUNK):
        with transaction.atomic():
            _write_chunk(every[start : start + CHUNK], str(month), as_of, told)
    return told


def _write_chunk(rows: Sequence[Mapping[str, Any]], month: str, as_of: date, told: dict[str, int]) -> None:
    known = _known([row["customer_id"] for row in rows])
    kept = [row for row in rows if row["customer_id"] in known]
    told["written"] += _upsert([_values(row, month, as_of) for row in kept])
    changes = [change for row in kept for change in _changes(row, known[row["customer_id"]], month, as_of)]
    StandingChange.objects.bulk_create(changes)
    told["changes"] += len(changes)


def _known(ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """Customers that exist → (has a standing, then the four told values)."""
    columns = ("pk", "standing__customer", *(f"standing__{name}" for name in TOLD))
    found = Customer.objects.filter(pk__in=ids).order_by().values_list(*columns)
    return {row[0]: row[1:] for row in found}


def _changes(row: Mapping[str, Any], old: tuple[Any, ...], month: str, as_of: date) -> list[StandingChange]:
    if old[0] is None:
        return []
    pairs = [(name, _text(before), _text(row.get(name))) for name, before in zip(TOLD, old[1:], strict=True)]
    return [
        StandingChange(
            customer_id=row["customer_id"], on=as_of, month=month, field=name, before=before, after=after,
            reasons=row.get("reasons") or [],
        )
        for name, before, after in pairs
        if before != after
    ]  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _values(row: Mapping[str, Any], month: str, as_of: date) -> list[Any]:
    given = {**row, "month": month, "as_of": as_of}
    return [convert(given[name]) if name in given else convert(default()) for name, convert, default in CONVERTED]


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.FloatField):
        return _float
    if isinstance(field, models.IntegerField | models.OneToOneField):
        return _int
    if isinstance(field, models.DateField):
        return _day
    return lambda value: value or ""


# Made once: json.dumps with options makes an encoder for every call.
ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _json(value: Any) -> str:
    return ENCODE(value)


def _float(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _int(value: Any) -> int | None:
    return None if value is None or value != value else int(value)


def _day(value: Any) -> Any:
    return value.isoformat() if value is not None and connection.vendor == "sqlite" else value


CONVERTED = [(field.attname, _converter(field), field.get_default) for field in COLUMNS]


def _upsert(rows: list[list[Any]]) -> int:
    """Insert or update where anything differs; how many rows were written."""
    if not rows:
        return 0
    return _upsert_postgresql(rows) if connection.vendor == "postgresql" else _upsert_sqlite(rows)


def _names() -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in COLUMNS]
    changed = ", ".join(f"{quote(str(field.column))} = excluded.{quote(str(field.column))}" for field in VALUES)
    return quote(Standing._meta.db_table), ", ".join(columns), changed


def _upsert_sqlite(rows: list[list[Any]]) -> int:
    table, columns, changed = _names()
    differs = " OR ".join(f"{table}.{column} IS NOT excluded.{column}" for column in columns.split(", ")[1:])
    marks = ", ".join(["%s"] * len(COLUMNS))
    sql = (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "
        f"ON CONFLICT ({columns.split(', ')[0]}) DO UPDATE SET {changed} WHERE {differs}"
    )
    with connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.executemany(sql, rows)
        return connection.connection.total_changes - before


def _upsert_postgresql(rows: list[list[Any]]) -> int:
    """One array a column: a single statement however many rows."""
    table, columns, changed = _names()
    kinds = [
        str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection)) for field in COLUMNS
    ]
    arrays = ", ".join(f"%s::{'text[]::jsonb' if kind == 'jsonb' else kind.partition('(')[0]}[]" for kind in kinds)
    key, rest = columns.split(", ", 1)
    new = ", ".join(f"excluded.{column}" for column in rest.split(", "))
    old = ", ".join(f"{table}.{column}" for column in rest.split(", "))
    sql = (
        f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {changed} WHERE ROW({old}) IS DISTINCT FROM ROW({new})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
