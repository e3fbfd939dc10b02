"""From order lines to orders: what was short, late, damaged or badly documented, and what is not known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import tables
from holdfast.analysis.ledger import Array, day_number, nullable, ranked
from holdfast.analysis.tables import DAY, FLAG, NUMBER, Contract, Source

PARTS = ("on_time", "complete", "undamaged", "documents")
NO, YES, UNKNOWN = 0, 1, 2
NEVER = 2**31
# One row an order line. shipped: quantity of the first shipment. promised_on: the first confirmed day.
SHIPMENTS = Contract(
    "shipments",
    {"order_id": None},
    {
        "customer_id": None,
        "ordered_on": DAY,
        "promised_on": DAY,
        "delivered_on": DAY,
        "quantity": NUMBER,
        "shipped": NUMBER,
        "damaged": FLAG,
        "documents_ok": FLAG,
        "partial_agreed": FLAG,
        "cancelled": FLAG,
    },
)


def order_service(lines: Source, *, as_of: date) -> pa.Table:
    """How every order was served, as known at the end of as_of; one row an order, sorted.

    In: one row an order line: order_id and any of customer_id, ordered_on, promised_on (the first confirmed day, never
    a later one), delivered_on, quantity, shipped (of the first shipment), damaged, documents_ok, partial_agreed,
    cancelled. Out: order_id, customer_id, lines, counted_lines (whose shipped quantity is known), short_lines, ordered
    and shipped (units of those, at most what was ordered on each line), order_days (to the last delivery), late_days
    (of the latest line; below 0 early), on_time, complete, undamaged, documents, perfect (all four).
    Rule: a part is false if one line fails it, null if one is not known, else true; perfect is false if one part is.
    A line that is open past its promise is late, one not yet due not known; a part shipment that was agreed is complete;
    cancelled lines are out, and orders of nothing else. Columns that are missing leave their parts null.
    Source: methods §8 (SVC-15). Errors: TableError.
    """
    table = _standing(tables.checked(lines, SHIPMENTS), as_of)
    ids, order = ranked(table["order_id"])
    today = day_number(as_of)
    promised, delivered, ordered = (_days(table, name) for name in ("promised_on", "delivered_on", "ordered_on"))
    delivered = np.where(delivered <= today, delivered, NEVER)
    short, known = _short(table)
    parts = {
        "on_time": _punctual(promised, delivered, today),
        "complete": _complete(table, short, known),
        "undamaged": _flag(table, "damaged", yes=NO),
        "documents": _flag(table, "documents_ok", yes=YES),
    }
    joined = {name: _all_of(values, order, len(ids)) for name, values in parts.items()}
    joined["perfect"] = _perfect(joined)
    units = {name: np.where(known, values, 0.0) for name, values in _units(table).items()}
    count = {"lines": np.ones(len(order)), "counted_lines": known, "short_lines": short}
    return pa.table(
        {
            "order_id": ids,
            "customer_id": _owners(table, order, len(ids)),
            **{name: pa.array(_summed(v, order, len(ids)).astype(np.int32)) for name, v in count.items()},
            **{name: pa.array(_summed(values, order, len(ids))) for name, values in units.items()},
            "order_days": _longest(delivered - ordered, (delivered < NEVER) & (ordered < NEVER), order, len(ids)),
            "late_days": _longest(delivered - promised, (delivered < NEVER) & (promised < NEVER), order, len(ids)),
            **{name: nullable(values == YES, values != UNKNOWN) for name, values in joined.items()},
        }
    )


def _standing(table: pa.Table, as_of: date) -> pa.Table:
    """Lines of a known order, ordered by then and not cancelled."""
    keep = table["order_id"].is_valid()
    if "cancelled" in table.column_names:
        keep = pc.and_(keep, pc.invert(pc.fill_null(table["cancelled"], False)))
    if "ordered_on" in table.column_names:
        early = pc.less_equal(table["ordered_on"], pa.scalar(as_of, pa.date32()))
        keep = pc.and_(keep, pc.fill_null(early, True))
    return table.filter(keep).combine_chunks()


def _days(table: pa.Table, name: str) -> Array:
    """Day numbers; NEVER where not known."""
    if name not in table.column_names:
        return np.full(table.num_rows, NEVER, dtype=np.int64)
    column = table[name].cast(pa.int32()).cast(pa.int64()).fill_null(NEVER)
    found: Array = column.to_numpy()
    return found


def _units(table: pa.Table) -> dict[str, Array]:
    ordered = _numbers(table, "quantity")
    return {"ordered": ordered, "shipped": np.clip(_numbers(table, "shipped"), 0.0, np.maximum(ordered, 0.0))}


def _numbers(table: pa.Table, name: str) -> Array:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    found: Array = table[name].fill_null(float("nan")).to_numpy()
    return found


def _short(table: pa.Table) -> tuple[Array, Array]:
    ordered, shipped = _numbers(table, "quantity"), _numbers(table, "shipped")
    known = ~np.isnan(ordered) & ~np.isnan(shipped) & (ordered > 0)
    return known & (np.nan_to_num(shipped) < np.nan_to_num(ordered)), known


def _punctual(promised: Array, delivered: Array, today: int) -> Array:
    told = (promised < NEVER) & ((delivered < NEVER) | (promised < today))
    found: Array = np.where(told, (delivered <= promised).astype(np.int64), UNKNOWN)
    return found


def _complete(table: pa.Table, short: Array, known: Array) -> Array:
    agreed = _flag(table, "partial_agreed", yes=YES) == YES
    found: Array = np.where(agreed, YES, np.where(known, (~short).astype(np.int64), UNKNOWN))
    return found


def _flag(table: pa.Table, name: str, *, yes: int) -> Array:
    """1, 0 or not known; `yes` says what a true entry means."""
    if name not in table.column_names:
        return np.full(table.num_rows, UNKNOWN, dtype=np.int64)
    column = table[name].combine_chunks()
    known = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    holds = column.fill_null(False).to_numpy(zero_copy_only=False).astype(bool)
    found: Array = np.where(known, np.where(holds, yes, 1 - yes), UNKNOWN)
    return found


def _all_of(values: Array, order: Array, size: int) -> Array:
    """One failure fails the order; without one, one that is not known leaves it unknown."""
    failed = np.bincount(order[values == NO], minlength=size) > 0
    unknown = np.bincount(order[values == UNKNOWN], minlength=size) > 0
    found: Array = np.where(failed, NO, np.where(unknown, UNKNOWN, YES))
    return found


def _perfect(parts: dict[str, Array]) -> Array:
    stacked = np.stack(list(parts.values()))
    found: Array = np.where((stacked == NO).any(0), NO, np.where((stacked == UNKNOWN).any(0), UNKNOWN, YES))
    return found


def _summed(values: Array, order: Array, size: int) -> Array:
    return np.bincount(order, weights=np.asarray(values, dtype=np.float64), minlength=size)


def _longest(values: Array, known: Array, order: Array, size: int) -> pa.Array:
    """The largest of an order; null while one of its lines is not known."""
    found = np.full(size, -NEVER, dtype=np.int64)
    np.maximum.at(found, order[known], values[known])
    whole = np.bincount(order[~known], minlength=size) == 0
    return nullable(np.where(whole, found, 0).astype(np.int32), whole)


def _owners(table: pa.Table, order: Array, size: int) -> pa.Array:
    """The customer of each order: of its first line."""
    if "customer_id" not in table.column_names:
        return pa.nulls(size, pa.string())
    first = np.zeros(size, dtype=np.int64)
    first[order[::-1]] = np.arange(len(order))[::-1]
    return table["customer_id"].combine_chunks().take(pa.array(first))
