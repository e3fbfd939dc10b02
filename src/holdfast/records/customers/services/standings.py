"""Publish scores down: where each customer stands, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from holdfast.records.customers.models import Customer, Standing, StandingChange

CHUNK = 10_000
ROOMY_KIB = 256_000
TOLD = ("stars", "stage", "risk", "movement")
COLUMNS: list[models.Field[Any, Any]] = list(Standing._meta.concrete_fields)
VALUES = COLUMNS[1:]


def set_standings(rows: Iterable[Mapping[str, Any]], *, month: Any, as_of: date) -> dict[str, int]:
    """Write the standings that differ; {"written": rows written, "changes": StandingChange rows}.

    Rows are keyed by customer_id, other keys are fields of Standing; what is not named gets the field's default. Unknown
    customers are left out. Amounts in minor units, scores 0–100, chances 0–1. A customer's first standing is no change.
    Twice the same changes nothing. Chunks of 10,000, each a transaction of its own.
    """
    if not (every := list(rows)):
        return {"written": 0, "changes": 0}
    named = [field.attname for field in COLUMNS if any(field.attname in row for row in every)]
    columns = {name: _plain(name, [row.get(name, DEFAULTS[name]()) for row in every]) for name in named}
    return set_standing_columns(columns, month=month, as_of=as_of)


def set_standing_columns(columns: Mapping[str, Sequence[Any]], *, month: Any, as_of: date) -> dict[str, int]:
    """As `set_standings`, column by column with values as the database takes them: days as ISO text, JSON as text.

    A million customers' rows as dictionaries took longer to build than to write.
    """
    told, size = {"written": 0, "changes": 0}, len(columns["customer_id"])
    fixed = {"month": str(month), "as_of": as_of.isoformat()}
    with roomy_cache():
        for start in range(0, size, CHUNK):
            end = min(size, start + CHUNK)
            chunk = [
                [fixed[name]] * (end - start) if name in fixed
                else list(columns[name][start:end]) if name in columns
                else _plain(name, [DEFAULTS[name]()] * (end - start))
                for name in PLACES
            ]  # fmt: skip
            with transaction.atomic():
                _write_chunk(chunk, fixed, told)
    return told


@contextmanager
def roomy_cache() -> Iterator[None]:
    """Room for every index of the standings while many are written: else SQLite takes their pages out and in again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{ROOMY_KIB}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def _write_chunk(columns: list[list[Any]], fixed: Mapping[str, str], told: dict[str, int]) -> None:
    ids = columns[0]
    known = _known(ids)
    if len(known) < len(ids):
        keep = [place for place, pk in enumerate(ids) if pk in known]
        columns = [[column[place] for place in keep] for column in columns]
    told["written"] += _upsert(columns) if columns[0] else 0
    changes = list(_changes(columns, known, fixed))
    StandingChange.objects.bulk_create(changes)
    told["changes"] += len(changes)


def _known(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Customers that exist → (has a standing, then the four told values). Read by range: keys mostly come in order."""
    columns = ("pk", "standing__customer", *(f"standing__{name}" for name in TOLD))
    found = Customer.objects.order_by().values_list(*columns)
    is_dense = bool(ids) and max(ids) - min(ids) < 4 * len(ids)
    found = found.filter(pk__range=(min(ids), max(ids))) if is_dense else found.filter(pk__in=ids)
    return {row[0]: row[1:] for row in found.iterator(CHUNK)}


def _changes(
    columns: list[list[Any]], known: Mapping[int, tuple[Any, ...]], fixed: Mapping[str, str]
) -> Iterator[StandingChange]:
    told, reasons = [columns[PLACES[name]] for name in TOLD], columns[PLACES["reasons"]]
    for place, (pk, *new) in enumerate(zip(columns[0], *told, strict=True)):
        has_standing, *old = known[pk]
        if has_standing is None or new == old:
            continue
        for name, before, after in zip(TOLD, old, new, strict=True):
            if before != after:
                yield StandingChange(
                    customer_id=pk, on=fixed["as_of"], month=fixed["month"], field=name, before=_text(before),
                    after=_text(after), reasons=json.loads(reasons[place]),
                )  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None else str(value)


# Made once: json.dumps with options makes an encoder for every call.
ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _texts(values: list[Any]) -> list[Any]:
    return [value or "" for value in values]


def _json(values: list[Any]) -> list[Any]:
    return [ENCODE(value) for value in values]


def _flags(values: list[Any]) -> list[Any]:
    return [bool(value) for value in values]


def _floats(values: list[Any]) -> list[Any]:
    return [None if value is None or value != value else float(value) for value in values]


def _ints(values: list[Any]) -> list[Any]:
    return [value if value is None or value.__class__ is int else int(value) for value in values]


def _days(values: list[Any]) -> list[Any]:
    return [None if value is None else str(value) for value in values]


CONVERTERS: dict[type[models.Field[Any, Any]], Callable[[list[Any]], list[Any]]] = {
    models.JSONField: _json,
    models.BooleanField: _flags,
    models.FloatField: _floats,
    models.IntegerField: _ints,
    models.OneToOneField: _ints,
    models.DateField: _days,
}


def _converter(field: models.Field[Any, Any]) -> Callable[[list[Any]], list[Any]]:
    return next((convert for kind, convert in CONVERTERS.items() if isinstance(field, kind)), _texts)


DEFAULTS: dict[str, Callable[[], Any]] = {field.attname: field.get_default for field in COLUMNS}
CONVERTED = {field.attname: _converter(field) for field in COLUMNS}
PLACES = {field.attname: place for place, field in enumerate(COLUMNS)}


def _plain(name: str, values: list[Any]) -> list[Any]:
    """Values of one column as the database takes them."""
    return CONVERTED[name](values)


def _upsert(values: list[list[Any]]) -> int:
    """Insert or update where anything differs; how many rows were written."""
    return _upsert_postgresql(values) if connection.vendor == "postgresql" else _upsert_sqlite(values)


def _names() -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in COLUMNS]
    changed = ", ".join(f"{quote(str(field.column))} = excluded.{quote(str(field.column))}" for field in VALUES)
    return quote(Standing._meta.db_table), ", ".join(columns), changed


def _upsert_sqlite(values: list[list[Any]]) -> int:
    table, columns, changed = _names()
    differs = " OR ".join(f"{table}.{column} IS NOT excluded.{column}" for column in columns.split(", ")[1:])
    marks = ", ".join(["%s"] * len(COLUMNS))
    sql = (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "
        f"ON CONFLICT ({columns.split(', ')[0]}) DO UPDATE SET {changed} WHERE {differs}"
    )
    with connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.executemany(sql, list(zip(*values, strict=True)))
        return connection.connection.total_changes - before


def _upsert_postgresql(values: list[list[Any]]) -> int:
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
        cursor.execute(sql, values)
        return int(cursor.rowcount)
