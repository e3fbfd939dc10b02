"""What the lifetime models need of each customer, and the same collapsed to weighted tuples for the fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from holdfast.analysis.ledger import Array, Ledger, nullable
from holdfast.analysis.tables import Source, TableError

WEEK = 7.0
# A table of all (x, day) pairs is faster than sorting, as long as it fits into the processor's cache.
LARGEST_TABLE = 8_000_000


def summary(days: Source | Ledger, *, as_of: date, minor_digits: int = 2) -> pa.Table:
    """What each customer's purchase days say to the lifetime models; one row per customer with a purchase day.

    In: customer days. Out: customer_id, x (repeat purchase days), t_x (weeks from the first to the last), T (weeks
    from the first to as_of), m (mean amount of a repeat purchase day, major units; null without one). Weeks are days
    ÷ 7. Days after as_of are left out. Source: methods §4.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought = ledger.purchases
    some = bought.has_any
    first = bought.first_day[some].astype(np.int64)
    x = bought.count[some] - 1
    return pa.table(
        {
            "customer_id": ledger.ids.filter(pa.array(some)),
            "x": x.astype(np.int64),
            "t_x": (bought.last_day[some] - first) / WEEK,
            "T": (ledger.today - first) / WEEK,
            "m": nullable(repeat_minor(ledger)[some] / np.maximum(x, 1) / 10**minor_digits, x > 0),
        }
    )


def repeat_minor(ledger: Ledger) -> Array:
    """Sum of the amounts of all purchase days after the first, minor units, one entry per customer."""
    bought = ledger.purchases
    end = bought.start + bought.count
    total: Array = bought.running[end] - bought.running[bought.start + bought.has_any]
    return total


def dot(first: Array, second: Array) -> float:
    """Sum of products, the same on any number of cores: BLAS would spread it over threads that wait for each other."""
    return float(np.einsum("i,i->", first, second))


def evenly(size: int, most: int) -> Array:
    """Places of at most `most` of `size` things that stand in order, each for as many as the next."""
    if size <= most:
        return np.arange(size)
    return np.ceil((np.arange(most) + 0.5) * size / most).astype(np.int64) - 1


@dataclass(frozen=True)
class Seen:
    """x, t_x, T of each customer as arrays (weeks)."""

    x: Array
    t_x: Array
    age: Array

    @classmethod
    def of(cls, table: pa.Table) -> Seen:
        """From a table of `summary`. Errors: TableError where a column is missing or the values cannot be."""
        parts = [_floats(table, name) for name in ("x", "t_x", "T")]
        seen = cls(*parts)
        if (seen.x < 0).any() or (seen.t_x < 0).any() or (seen.t_x > seen.age).any():
            raise TableError("values", "summary", "t_x", "must satisfy 0 ≤ t_x ≤ T and x ≥ 0")
        return seen

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def pairs(self) -> Pairs:
        """The distinct (x, T) and where each customer's stands."""
        return distinct(self.x, self.age)


def _floats(table: pa.Table, name: str) -> Array:
    if name not in table.column_names:
        raise TableError("column_missing", "summary", name, "is missing")
    values: Array = table[name].cast(pa.float64()).fill_null(np.nan).to_numpy()
    if not np.isfinite(values).all():
        raise TableError("values", "summary", name, "must hold finite numbers only")
    return values


@dataclass(frozen=True)
class Pairs:
    """Distinct pairs of x and a time in weeks; `place` says which one each row has."""

    x: Array
    time: Array
    place: Array


def distinct(x: Array, time: Array) -> Pairs:
    """The distinct pairs in the order of x, then time."""
    x_of, x_code = _coded(x)
    time_of, time_code = _coded(time)
    key = x_code * len(time_of) + time_code
    found, place = _unique(key, len(x_of) * len(time_of))
    return Pairs(x_of[found // len(time_of)], time_of[found % len(time_of)], place)


def _coded(values: Array) -> tuple[Array, Array]:
    """Ascending values that contain all of these, and the place of each: whole weeks or days without sorting."""
    for unit in (1.0, WEEK):
        whole = np.rint(values * unit)
        if len(values) and np.array_equal(whole / unit, values) and whole.max() < LARGEST_TABLE:
            return np.arange(whole.max() + 1) / unit, whole.astype(np.int64)
    found, place = np.unique(values, return_inverse=True)
    return found, place.astype(np.int64)


def _unique(key: Array, size: int) -> tuple[Array, Array]:
    """Distinct keys below `size` in order, and the place of each."""
    if size > LARGEST_TABLE:
        found, place = np.unique(key, return_inverse=True)
        return found, place
    present = np.zeros(size, dtype=bool)
    present[key] = True
    found = np.flatnonzero(present)
    table = np.zeros(size, dtype=np.int32)
    table[found] = np.arange(len(found), dtype=np.int32)
    return found, table[key]


@dataclass(frozen=True)
class Tuples:
    """The distinct (x, t_x, T) with the number of customers that have each, sorted by x, then T, then t_x."""

    x: Array
    t_x: Array
    age: Array
    weight: Array

    @classmethod
    def of(cls, seen: Seen) -> Tuples:
        """Collapse: the same whatever the order of the customers."""
        if not len(seen):
            none = np.zeros(0)
            return cls(none, none, none, none)
        x_of, x_code = _coded(seen.x)
        age_of, age_code = _coded(seen.age)
        last_of, last_code = _coded(seen.t_x)
        key = (x_code * len(age_of) + age_code) * len(last_of) + last_code
        found, count = np.unique(key, return_counts=True)
        rest, last = np.divmod(found, len(last_of))
        x, age = np.divmod(rest, len(age_of))
        return cls(x_of[x], last_of[last], age_of[age], count.astype(np.float64))

    @property
    def customers(self) -> float:
        """How many customers the tuples stand for."""
        return float(self.weight.sum())

    def thinned(self, most: int) -> Tuples:
        """About `most` of the tuples, evenly through their order, standing for the same number of customers."""
        if len(self.x) <= most:
            return self
        # Evenly by customers, not by tuples: a tuple that many share must keep its part.
        place = (np.arange(most) + 0.5) * self.customers / most
        found, count = np.unique(np.searchsorted(np.cumsum(self.weight), place), return_counts=True)
        weight = count * (self.customers / most)
        return Tuples(self.x[found], self.t_x[found], self.age[found], weight)

    @property
    def seen(self) -> Seen:
        """One customer for each tuple."""
        return Seen(self.x, self.t_x, self.age)

    def part(self, rows: Array) -> Tuples:
        """Some of the tuples."""
        return Tuples(self.x[rows], self.t_x[rows], self.age[rows], self.weight[rows])

    @cached_property
    def by_x(self) -> tuple[Array, Array, Array]:
        """Distinct x, number of customers at each, and where each tuple's x stands."""
        values, place = np.unique(self.x, return_inverse=True)
        return values, np.bincount(place, weights=self.weight, minlength=len(values)), place

    @cached_property
    def at_age(self) -> Pairs:
        """The distinct (x, T)."""
        return distinct(self.x, self.age)

    @cached_property
    def at_last(self) -> Pairs:
        """The distinct (x, t_x)."""
        return distinct(self.x, self.t_x)
