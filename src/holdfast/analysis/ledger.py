"""Customer days as sorted NumPy arrays: what the hot folds of this engine run over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import tables
from holdfast.analysis.compiled import compiled
from holdfast.analysis.tables import CUSTOMER_DAYS, CUSTOMERS, Source, TableError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

EPOCH = date(1970, 1, 1)
LAST_DAY = (date.max - EPOCH).days
DAY_BITS = 24
# Sums of ln(gap) are kept in whole units of 2^-32, so that they are exact in any order of rows.
LOG_UNIT = 2.0**32


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


class Cuts(dict[int, Array]):
    """By day number: where each customer's days after it begin. Looked up once a day, as many sums ask for the same."""

    def __init__(self, customer: Array, day: Array, start: Array, count: Array) -> None:
        self.customer, self.day, self.start, self.count = customer, day, start, count
        self.last = int(day.max(initial=0))

    @cached_property
    def key(self) -> Array:
        """Customer and day as one number."""
        return (self.customer.astype(np.int64) << DAY_BITS) + self.day

    def __missing__(self, day: int) -> Array:
        # Past the last of all days every day is the same.
        if day > self.last:
            return self[self.last]
        if _after.at_hand:
            found: Array = _after(self.day, self.start, self.count, day)
        else:
            everyone = np.arange(len(self.start)) << DAY_BITS
            found = np.searchsorted(self.key, everyone + day, side="right")
        self[day] = found
        return found


@compiled("i8[::1](i4[::1], i8[::1], i8[::1], i8)")
def _after(day: Array, start: Array, count: Array, cut: int) -> Array:
    """Where in each customer's run of ascending days those after `cut` begin."""
    found = np.empty(len(start), dtype=np.int64)
    for customer in range(len(start)):
        low, high = start[customer], start[customer] + count[customer]
        while low < high:
            middle = (low + high) // 2
            if day[middle] <= cut:
                low = middle + 1
            else:
                high = middle
        found[customer] = low
    return found


@dataclass(frozen=True)
class Purchases:
    """The purchase days alone, by customer, then day; `start` and `count` say where each customer's run lies."""

    customer: Array
    day: Array
    amount: Array
    start: Array
    count: Array

    @cached_property
    def has_any(self) -> Array:
        """Which customers bought at all."""
        return self.count > 0

    @cached_property
    def first_day(self) -> Array:
        """Day number of the first purchase; 0 where there is none."""
        return self._at(self.start)

    @cached_property
    def last_day(self) -> Array:
        """Day number of the last purchase; 0 where there is none."""
        return self._at(self.start + self.count - 1)

    @cached_property
    def gap(self) -> Array:
        """Days since the purchase before; 0 for a customer's first."""
        gap = np.diff(self.day, prepend=0)
        gap[self.start[self.has_any]] = 0
        return gap

    @cached_property
    def rank(self) -> Array:
        """0 for a customer's first purchase, 1 for the second …"""
        rank: Array = np.arange(len(self.day)) - self.start[self.customer]
        return rank

    @cached_property
    def running(self) -> Array:
        """Sum of all amounts before each purchase day, and after the last: one entry more than there are days."""
        return _running(self.amount)

    @cached_property
    def log_gaps(self) -> Array:
        """Sum of ln(gap in days) up to and with each purchase, in whole units of 2^-32; a first purchase adds nothing."""
        gap = np.maximum(self.gap, 1)
        most = int(gap.max(initial=1))
        # There are fewer lengths of gaps than gaps.
        logs = np.rint(np.log(np.arange(1, most + 1)) * LOG_UNIT).astype(np.int64)
        return np.cumsum(logs[gap - 1])

    def known(self, day: int) -> Array:
        """How many purchase days of each customer there had been by the end of a day."""
        return self.cuts[day] - self.start

    @cached_property
    def cuts(self) -> Cuts:
        """Where each customer's purchases after a day begin."""
        return Cuts(self.customer, self.day, self.start, self.count)

    def counted(self, holds: Array) -> Array:
        """How many purchase days of each customer the flags hold for."""
        found = np.zeros(len(self.start), dtype=np.int64)
        if len(holds):
            found[self.has_any] = np.add.reduceat(holds, self.start[self.has_any], dtype=np.int32)
        return found

    def _at(self, position: Array) -> Array:
        found = np.zeros(len(self.start), dtype=np.int32)
        found[self.has_any] = self.day[position[self.has_any]]
        return found


@dataclass(frozen=True)
class Ledger:
    """Customer days up to `as_of`, sorted by customer and day; customers are numbered 0 … N−1 in the order of `ids`.

    `ids` holds every customer with a day, and those of the customers table given, without repeats.
    """

    as_of: date
    ids: pa.Array
    customer: Array
    day: Array
    amount: Array
    is_purchase: Array
    table: pa.Table
    order: Array | slice
    customers: pa.Table | None

    @classmethod
    def of(cls, days: Source | Ledger, *, as_of: date, customers: Source | None = None) -> Ledger:
        """The ledger of these customer days; a ledger of the same day passes through unchanged.

        Errors: TableError where a column is missing or the two tables' ids are of different types.
        """
        if isinstance(days, Ledger):
            if days.as_of != as_of:
                raise ValueError(f"ledger is of {days.as_of}, not of {as_of}")
            return days
        table = tables.checked(days, CUSTOMER_DAYS)
        for name in CUSTOMER_DAYS.required:
            if table[name].null_count:
                table = table.filter(table[name].is_valid())
        early = pc.less_equal(table["day"], pa.scalar(as_of, pa.date32()))
        table = table if pc.all(early).as_py() else table.filter(early)
        known = tables.checked(customers, CUSTOMERS) if customers is not None else None
        ids, code = _coded(table, known)
        day = table["day"].cast(pa.int32()).to_numpy()
        order = _order(code, day)
        return cls(
            as_of=as_of,
            ids=ids,
            customer=code[order],
            day=day[order],
            amount=table["amount_minor"].to_numpy()[order],
            is_purchase=table["is_purchase"].to_numpy()[order].astype(bool),
            table=table,
            order=order,
            customers=known,
        )

    def until(self, as_of: date) -> Ledger:
        """The same customers as they were known at the end of an earlier day."""
        kept = self.day <= day_number(as_of)
        order = np.flatnonzero(kept) if isinstance(self.order, slice) else self.order[kept]
        return Ledger(
            as_of=as_of,
            ids=self.ids,
            customer=self.customer[kept],
            day=self.day[kept],
            amount=self.amount[kept],
            is_purchase=self.is_purchase[kept],
            table=self.table,
            order=order,
            customers=self.customers,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def today(self) -> int:
        """Day number of as_of."""
        return day_number(self.as_of)

    @cached_property
    def purchases(self) -> Purchases:
        """The purchase days alone."""
        customer, day, amount = self.customer, self.day, self.amount
        if not self.is_purchase.all():
            found = np.flatnonzero(self.is_purchase)
            customer, day, amount = customer[found], day[found], amount[found]
        count = np.bincount(customer, minlength=len(self))
        return Purchases(customer, day, amount, np.cumsum(count) - count, count)

    @cached_property
    def start(self) -> Array:
        """N + 1 positions: the days of customer i are start[i] … start[i+1] − 1."""
        return np.searchsorted(self.customer, np.arange(len(self) + 1))

    def total(self, values: Array) -> Array:
        """Exact sum per customer of one int64 value per customer day."""
        running = _running(values)
        found: Array = running[self.start[1:]] - running[self.start[:-1]]
        return found

    @cached_property
    def cuts(self) -> Cuts:
        """Where each customer's days after a day begin."""
        return Cuts(self.customer, self.day, self.start[:-1], np.diff(self.start))

    def between(self, first: int, last: int, name: str) -> Array:
        """Exact sum per customer of an int64 column, or of the flag is_purchase, over the days in (first, last].

        first, last: day numbers. 0 where the table has no such column.
        """
        running = self._sums_before(name)
        found: Array = running[self.cuts[last]] - running[self.cuts[first]]
        return found

    def _sums_before(self, name: str) -> Array:
        """The sum of all days before each, and one entry more; added up once, as many windows ask for the same."""
        if name not in self._running:
            known = {"amount_minor": self.amount, "is_purchase": self.is_purchase}
            values = known[name] if name in known else self.column(name)
            self._running[name] = _running(np.zeros(len(self.day), dtype=np.int64) if values is None else values)
        return self._running[name]

    @cached_property
    def _running(self) -> dict[str, Array]:
        return {}

    def within(self, first: int, last: int) -> Array:
        """Which customer days lie in (first, last], in day numbers."""
        inside: Array = (self.day > first) & (self.day <= last)
        return inside

    def column(self, name: str) -> Array | None:
        """Another int64 column of the customer days in ledger order, null as 0; None where the table lacks it."""
        if name not in self.table.column_names:
            return None
        column = self.table[name]
        values: Array = (pc.fill_null(column, 0) if column.null_count else column).to_numpy()[self.order]
        return values

    def attribute(self, name: str) -> pa.Array | None:
        """A column of the customers table, one entry for each of `ids`; None where there is no such column."""
        if self.customers is None or name not in self.customers.column_names:
            return None
        position = pc.index_in(self.ids, self.customers["customer_id"].combine_chunks())
        return self.customers[name].combine_chunks().take(position)

    def attribute_day(self, name: str, missing: int) -> Array:
        """A date of the customers table as day numbers, `missing` where it is not known."""
        column = self.attribute(name)
        if column is None:
            return np.full(len(self), missing, dtype=np.int64)
        numbers = column.cast(pa.int32()).cast(pa.int64()).fill_null(missing)
        found: Array = numbers.to_numpy(zero_copy_only=False)
        return found


def _running(values: Array) -> Array:
    """Sum of all values before each, and of all: one entry more than there are."""
    found = np.empty(len(values) + 1, dtype=np.int64)
    found[0] = 0
    np.cumsum(values, dtype=np.int64, out=found[1:])
    return found


def dates(numbers: Array, valid: Array | None = None) -> pa.Array:
    """Day numbers as a date32 column, null where not valid or past the year 9999."""
    known = (numbers >= -719162) & (numbers <= LAST_DAY)
    if valid is not None:
        known = known & valid
    return pa.array(np.where(known, numbers, 0).astype(np.int32), mask=~known).cast(pa.date32())


def nullable(values: Array, valid: Array) -> pa.Array:
    """The values as a column, null where not valid."""
    return pa.array(values, mask=~np.asarray(valid, dtype=bool))


def ranked(column: pa.ChunkedArray) -> tuple[pa.Array, Array]:
    """The distinct values in order, and for each entry the place of its value among them."""
    flat = column.combine_chunks()
    if (found := _runs(flat)) is not None:
        return found
    encoded = flat.dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary)
    place = np.empty(len(order), dtype=np.int64)
    place[order.to_numpy()] = np.arange(len(order))
    return encoded.dictionary.take(order), place[encoded.indices.to_numpy()]


def _order(code: Array, day: Array) -> Array | slice:
    """What puts customers and their days in order; nothing at all where they stand so already."""
    key = (code << DAY_BITS) + day
    if (key[1:] >= key[:-1]).all():
        return slice(None)
    return np.argsort(key, kind="stable")


def _runs(column: pa.Array) -> tuple[pa.Array, Array] | None:
    """As `ranked` where the values stand in ascending order already, else None."""
    if len(column) < 2 or column.null_count:
        return None
    if pa.types.is_integer(column.type):
        values = column.to_numpy()
        if (values[1:] < values[:-1]).any():
            return None
        fresh = values[1:] != values[:-1]
    else:
        if pc.any(pc.less(column[1:], column[:-1])).as_py():
            return None
        fresh = pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    heads = column.take(pa.array(np.append(0, np.flatnonzero(fresh) + 1)))
    return heads, np.append(0, np.cumsum(fresh)).astype(np.int64)


def _coded(table: pa.Table, known: pa.Table | None) -> tuple[pa.Array, Array]:
    """All customers in order, and the number of each day's customer among them."""
    ids, code = ranked(table["customer_id"])
    if known is None:
        return ids, code
    other = known["customer_id"].combine_chunks().drop_null()
    if not len(ids):
        ids = ids.cast(other.type)
    if other.type != ids.type:
        raise TableError("column_type", "customers", "customer_id", f"is {other.type}, not {ids.type}")
    everyone = pa.concat_arrays([ids, other]).unique()
    everyone = everyone.take(pc.array_sort_indices(everyone))
    return everyone, pc.index_in(ids, everyone).to_numpy().astype(np.int64)[code]
