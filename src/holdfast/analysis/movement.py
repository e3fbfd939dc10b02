"""Who came, returned, rose, held, fell and left between two windows, exact to the cent (methods §3.4, REP-01)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.days import Window
from holdfast.analysis.ledger import Array, Ledger, day_number, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source

CLASSES = ("new", "returned", "rising", "stable", "declining", "lost", "irregular")
NEW, RETURNED, RISING, STABLE, DECLINING, LOST, IRREGULAR = range(7)
DUE = ("not_due", "overdue")


@dataclass(frozen=True)
class MovementParams(Params):
    """rise_percent, fall_percent: revenue against the window before, in percent, beyond which it rises or declines.

    not_due: p_gap below which a customer who bought nothing is simply not due yet.
    """

    rise_percent: int = 110
    fall_percent: int = 90
    not_due: float = 0.80


DEFAULTS = MovementParams()


def movement(
    days: Source | Ledger,
    *,
    previous: Window,
    current: Window,
    rhythm: pa.Table | None = None,
    params: MovementParams = DEFAULTS,
) -> pa.Table:
    """What each customer's revenue did between two windows; one row per customer with revenue in either.

    In: customer days (those after `current` are not looked at); rhythm (optional): `rhythm` as of current's last day.
    Out: customer_id, previous_minor a, current_minor b, delta_minor (net, minor units), previous_orders,
    current_orders (purchase days), movement (one of CLASSES), due ("not_due" or "overdue" for lost; else null).
    Classes: new a=0, b≠0, first ever purchase in current; returned a=0, b≠0, purchase before previous;
    lost a≠0, b=0 (only: nothing bought this month); rising 100b > 110a; declining 100b < 90a; stable between;
    irregular: a < 0 with b≠0, or a=0 with neither. lost is not_due below p_gap .80. Source: methods §3.4.
    """
    as_of = days.as_of if isinstance(days, Ledger) else current.last_day
    ledger = Ledger.of(days, as_of=as_of)
    return moves(ledger, previous, current, _chances(ledger, rhythm), params).table(ledger.ids)


@dataclass(frozen=True)
class Moves:
    """The columns of `movement`, one entry for every customer of a ledger; label: place in CLASSES, −1 without revenue in
    either window. due: 1 overdue, 0 not, −1 where it is not asked."""

    previous_minor: Array
    current_minor: Array
    previous_orders: Array
    current_orders: Array
    label: Array
    due: Array

    def table(self, ids: pa.Array) -> pa.Table:
        """Those with revenue in either window, in words."""
        seen = np.flatnonzero(self.label >= 0)
        before, now = self.previous_minor[seen], self.current_minor[seen]
        due = self.due[seen]
        return pa.table(
            {
                "customer_id": ids.take(pa.array(seen)),
                "previous_minor": before,
                "current_minor": now,
                "delta_minor": now - before,
                "previous_orders": self.previous_orders[seen],
                "current_orders": self.current_orders[seen],
                "movement": words(self.label[seen]),
                "due": pa.array(DUE).take(nullable(due, due >= 0)),
            }
        )


def words(label: Array) -> pa.Array:
    """The classes by name; null for a label of −1."""
    return pa.array(CLASSES).take(pa.array(label, mask=label < 0))


def moves(
    ledger: Ledger, previous: Window, current: Window, chance: Array | None, params: MovementParams = DEFAULTS
) -> Moves:
    """The same as arrays; chance: p_gap of each customer as of current's last day, 1 without a purchase."""
    before, now = _sums(ledger, previous), _sums(ledger, current)
    label = _labels(ledger, before.amount, now.amount, previous, current, params)
    due = np.full(len(ledger), -1, dtype=np.int8)
    if chance is not None:
        due = np.where(label == LOST, chance >= params.not_due, -1).astype(np.int8)
    return Moves(before.amount, now.amount, before.orders, now.orders, label, due)


@dataclass(frozen=True)
class _Sums:
    amount: Array
    orders: Array


def _sums(ledger: Ledger, window: Window) -> _Sums:
    days = day_number(window.start) - 1, day_number(window.end) - 1
    return _Sums(ledger.between(*days, "amount_minor"), ledger.between(*days, "is_purchase"))


def _labels(ledger: Ledger, a: Array, b: Array, previous: Window, current: Window, params: MovementParams) -> Array:
    bought = ledger.purchases
    first = np.where(bought.has_any, bought.first_day, 2**30)
    is_new = (first >= day_number(current.start)) & (first < day_number(current.end))
    earlier = first < day_number(previous.start)
    from_nothing = np.where(is_new, NEW, np.where(earlier, RETURNED, IRREGULAR))
    rising, falling = 100 * b > params.rise_percent * a, 100 * b < params.fall_percent * a
    from_something = np.where(rising, RISING, np.where(falling, DECLINING, STABLE))
    stayed = np.where(a == 0, from_nothing, np.where(a < 0, IRREGULAR, from_something))
    found: Array = np.where(b != 0, stayed, np.where(a != 0, LOST, -1)).astype(np.int8)
    return found


def _chances(ledger: Ledger, rhythm: pa.Table | None) -> Array | None:
    if rhythm is None:
        return None
    place = pc.index_in(ledger.ids, rhythm["customer_id"].combine_chunks())
    found: Array = rhythm["p_gap"].combine_chunks().take(place).fill_null(1.0).to_numpy(zero_copy_only=False)
    return found


def bridge(moved: pa.Table) -> pa.Table:
    """The revenue bridge from previous to current; one row per class in the order of CLASSES, then `total`.

    In: `movement`; or rows that stand for several customers alike, with their number as `n`. Out: class, n (customers),
    previous_minor, current_minor, delta_minor. Exact: previous + Σ delta = current. Source: methods §3.4.
    """
    codes = pc.index_in(moved["movement"], value_set=pa.array(CLASSES)).to_numpy()
    people = _people(moved)
    n = [int(people[codes == code].sum()) for code in range(len(CLASSES))]
    money = {}
    for name in ("previous_minor", "current_minor", "delta_minor"):
        values = moved[name].to_numpy()
        sums = [int(values[codes == code].sum()) for code in range(len(CLASSES))]
        money[name] = pa.array([*sums, sum(sums)], pa.int64())
    return pa.table({"class": [*CLASSES, "total"], "n": pa.array([*n, sum(n)], pa.int64()), **money})


def _people(moved: pa.Table) -> Array:
    """How many customers each row stands for."""
    return moved["n"].to_numpy() if "n" in moved.column_names else np.ones(moved.num_rows, dtype=np.int64)


def not_bought(moved: pa.Table) -> pa.Table:
    """本月未购 split by their own rhythm; one row each for not_due and overdue.

    In: `movement` made with a rhythm; or rows with `n`, as in `bridge`. Out: due, n, previous_minor. Their sums are the
    bridge's line `lost`. Source: methods §3.4.
    """
    due = pc.index_in(moved["due"], value_set=pa.array(DUE)).fill_null(-1).to_numpy()
    previous, people = moved["previous_minor"].to_numpy(), _people(moved)
    return pa.table(
        {
            "due": list(DUE),
            "n": pa.array([int(people[due == code].sum()) for code in range(2)], pa.int64()),
            "previous_minor": pa.array([int(previous[due == code].sum()) for code in range(2)], pa.int64()),
        }
    )


def volume_value(moved: pa.Table) -> pa.Table:
    """How much of the change came from more orders and how much from larger ones; four rows.

    In: `movement`. Out: line (volume, value, remainder, total), delta_minor. With N orders (purchase days) and
    AOV = revenue ÷ N: volume = (N_c − N_p)·AOV_p, value = N_c·(AOV_c − AOV_p), each rounded half up once;
    remainder is what rounding leaves; total is exact. Without orders before, all is value. Source: methods §3.4.
    """
    a, b = (int(moved[name].to_numpy().sum()) for name in ("previous_minor", "current_minor"))
    n_p, n_c = (int(moved[name].to_numpy().sum()) for name in ("previous_orders", "current_orders"))
    if n_p:
        volume, value = _half_up((n_c - n_p) * a, n_p), _half_up(b * n_p - n_c * a, n_p)
    else:
        volume, value = 0, b - a
    lines = {"volume": volume, "value": value, "remainder": b - a - volume - value, "total": b - a}
    return pa.table({"line": list(lines), "delta_minor": pa.array(list(lines.values()), pa.int64())})


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def transition_matrix(before: pa.Table, after: pa.Table, *, column: str, values: pa.Table | None = None) -> pa.Table:
    """From what to what customers went, e.g. stars or stages; one row per pair that occurs.

    In: before and after: customer_id and `column`; values (optional): customer_id, value_minor.
    Out: from, to (null where the customer stands on one side only or has no label), n, value_minor.
    Σ n over `to` = the count before, Σ n over `from` = the count after, without the null row or column.
    Source: methods §3.4.
    """
    ids = pa.chunked_array(
        [*before["customer_id"].chunks, *after["customer_id"].chunks], type=after["customer_id"].type
    ).unique()
    joined = pa.table(
        {
            "from": _looked_up(ids, before, column),
            "to": _looked_up(ids, after, column),
            "n": pa.array(np.ones(len(ids), dtype=np.int64)),
            "value_minor": _looked_up(ids, values, "value_minor")
            if values is not None
            else pa.array(np.zeros(len(ids), dtype=np.int64)),
        }
    )
    grouped = joined.group_by(["from", "to"]).aggregate([("n", "sum"), ("value_minor", "sum")])
    named = grouped.rename_columns({"n_sum": "n", "value_minor_sum": "value_minor"})
    ordered = named.sort_by([("from", "ascending"), ("to", "ascending")])
    return ordered.set_column(3, "value_minor", ordered["value_minor"].fill_null(0))


def _looked_up(ids: pa.Array, table: pa.Table, column: str) -> pa.Array:
    place = pc.index_in(ids, table["customer_id"].combine_chunks())
    return table[column].combine_chunks().take(place)
