"""Publish scores down: where each customer stands, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from operator import itemgetter
from typing import Any

from django.db import connection, models, transaction

from holdfast.records.customers.models import Customer, Standing, StandingChange

CHUNK = 25_000  # a second of writing at the most: others who write wait no longer; in fewer chunks indexes cost less
ROOMY_KIB = 256_000
TOLD = ("stars", "stage", "risk", "movement")
STAKE = "at_stake_minor"  # of the columns in an index the one that mostly changes from one day to the next
INDEXED = (*TOLD, "stars_hint", "last_on", "revenue_12m_minor", STAKE)
COLUMNS: list[models.Field[Any, Any]] = list(Standing._meta.concrete_fields)
KEY, VALUES = COLUMNS[0], COLUMNS[1:]


def set_standings(rows: Iterable[Mapping[str, Any]], *, month: Any, as_of: date) -> dict[str, int]:
    """Write the standings that differ; {"written": rows written, "changes": StandingChange rows}.

    Rows are keyed by customer_id, other keys are fields of Standing; what is not named gets the field's default. Unknown
    customers are left out. Amounts in minor units, scores 0–100, chances 0–1. A customer's first standing is no change.
    Twice the same changes nothing. Chunks of 25,000, each a transaction of its own.
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
    told["written"] += _upsert(columns, known) if columns[0] else 0
    changes = list(_changes(columns, known, fixed))
    StandingChange.objects.bulk_create(changes)
    told["changes"] += len(changes)


Known = dict[int, tuple[Any, ...]]


def _known(ids: Sequence[int]) -> Known:
    """Customers that exist → (the told values and the other indexed ones, whether they have a standing).

    Read by range, as keys mostly come in order, and as the database gives them: the ORM's rows take three times as long.
    """
    quote = connection.ops.quote_name
    customers, standings = quote(Customer._meta.db_table), quote(Standing._meta.db_table)
    key = f"{standings}.{quote(str(KEY.column))}"
    plain = "+" if connection.vendor == "sqlite" else ""  # else Python's driver makes days of SQLite's texts
    wanted = ", ".join(f"{plain}{standings}.{quote(str(COLUMNS[PLACES[name]].column))}" for name in INDEXED)
    pk = f"{customers}.{quote(str(Customer._meta.pk.column))}"
    sql = f"SELECT {pk}, {wanted}, {key} FROM {customers} LEFT JOIN {standings} ON {key} = {pk} WHERE {pk} "
    if not ids:
        return {}
    with connection.cursor() as cursor:
        if max(ids) - min(ids) < 4 * len(ids):
            cursor.execute(f"{sql} BETWEEN %s AND %s", [min(ids), max(ids)])
        else:
            cursor.execute(f"{sql} IN ({', '.join(['%s'] * len(ids))})", ids)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _changes(columns: list[list[Any]], known: Known, fixed: Mapping[str, str]) -> Iterator[StandingChange]:
    told, reasons = [columns[PLACES[name]] for name in TOLD], columns[PLACES["reasons"]]
    size = len(TOLD)
    for place, (pk, *new) in enumerate(zip(columns[0], *told, strict=True)):
        old = known[pk]
        if old[-1] is None or old[:size] == tuple(new):
            continue
        for name, before, after in zip(TOLD, old, new, strict=False):
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


def _upsert(values: list[list[Any]], known: Known) -> int:
    """Insert or update where anything differs; how many rows were written."""
    return _upsert_postgresql(values) if connection.vendor == "postgresql" else _upsert_sqlite(values, known)


def _names(left_out: Collection[str] = ()) -> tuple[str, str, str]:
    """Table, columns, and what an update sets: all values but those left out."""
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in COLUMNS]
    taken = [quote(str(field.column)) for field in VALUES if field.attname not in left_out]
    changed = ", ".join(f"{column} = excluded.{column}" for column in taken)
    return quote(Standing._meta.db_table), ", ".join(columns), changed


def _upsert_sqlite(values: list[list[Any]], known: Known) -> int:
    """SQLite writes each index anew of which an update names a column, whether its value changes or not.

    So the rows of which no index changes are written without these columns, and those of which only the money at stake
    does without the others.
    """
    groups: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    places = [PLACES[name] for name in INDEXED]
    pick, size = itemgetter(*places), len(INDEXED)
    for row in zip(*values, strict=True):
        old, new = known[row[0]], pick(row)
        if old[-1] is None or old[: size - 1] != new[:-1]:
            groups[0].append(row)
        else:
            groups[1 if old[size - 1] != new[-1] else 2].append(row)
    left_out: tuple[Collection[str], ...] = ((), INDEXED[:-1], INDEXED)
    return sum(_upsert_rows(rows, left) for rows, left in zip(groups, left_out, strict=True) if rows)


def _upsert_rows(rows: list[Any], left_out: Collection[str]) -> int:
    table, columns, changed = _names(left_out)
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
