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
from holdfast.analysis.tables import CUSTOMER_DAYS, CUSTOMERS, Source, TableError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

EPOCH = date(1970, 1, 1)
LAST_DAY = (date.max - EPOCH).days
DAY_BITS = 24


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


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
    order: Array
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
        table = table.filter(pc.less_equal(table["day"], pa.scalar(as_of, pa.date32())))
        known = tables.checked(customers, CUSTOMERS) if customers is not None else None
        ids = _distinct(table, known)
        code = _codes(table["customer_id"], ids)
        day = table["day"].cast(pa.int32()).to_numpy()
        order = np.argsort((code.astype(np.int64) << DAY_BITS) + day, kind="stable")
        return cls(
            as_of=as_of,
            ids=ids,
            customer=code[order],
            day=day[order],
            amount=table["amount_minor"].to_numpy()[order],
            is_purchase=table["is_purchase"].to_numpy(zero_copy_only=False)[order].astype(bool),
            table=table,
            order=order,
            customers=known,
        )

    def until(self, as_of: date) -> Ledger:
        """The same customers as they were known at the end of an earlier day."""
        kept = self.day <= day_number(as_of)
        return Ledger(
            as_of=as_of,
            ids=self.ids,
            customer=self.customer[kept],
            day=self.day[kept],
            amount=self.amount[kept],
            is_purchase=self.is_purchase[kept],
            table=self.table,
            order=self.order[kept],
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
        found = np.flatnonzero(self.is_purchase)
        customer = self.customer[found]
        count = np.bincount(customer, minlength=len(self))
        start = np.cumsum(count) - count
        return Purchases(customer, self.day[found], self.amount[found], start, count)

    @cached_property
    def start(self) -> Array:
        """N + 1 positions: the days of customer i are start[i] … start[i+1] − 1."""
        return np.searchsorted(self.customer, np.arange(len(self) + 1))

    def total(self, values: Array) -> Array:
        """Exact sum per customer of one int64 value per customer day."""
        running = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        found: Array = running[self.start[1:]] - running[self.start[:-1]]
        return found

    def within(self, first: int, last: int) -> Array:
        """Which customer days lie in (first, last], in day numbers."""
        inside: Array = (self.day > first) & (self.day <= last)
        return inside

    def column(self, name: str) -> Array | None:
        """Another int64 column of the customer days in ledger order, null as 0; None where the table lacks it."""
        if name not in self.table.column_names:
            return None
        return pc.fill_null(self.table[name], 0).to_numpy()[self.order]

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
        return (
            column.cast(pa.int32()).cast(pa.int64()).fill_null(missing).to_numpy(zero_copy_only=False).astype(np.int64)
        )


def dates(numbers: Array, valid: Array | None = None) -> pa.Array:
    """Day numbers as a date32 column, null where not valid or past the year 9999."""
    known = (numbers >= -719162) & (numbers <= LAST_DAY)
    if valid is not None:
        known = known & valid
    return pa.array(np.where(known, numbers, 0).astype(np.int32), mask=~known).cast(pa.date32())


def nullable(values: Array, valid: Array) -> pa.Array:
    """The values as a column, null where not valid."""
    return pa.array(values, mask=~np.asarray(valid, dtype=bool))


def _distinct(table: pa.Table, known: pa.Table | None) -> pa.Array:
    chunks = table["customer_id"].unique()
    if known is not None:
        other = known["customer_id"].combine_chunks()
        if other.type != chunks.type and len(chunks):
            raise TableError("column_type", "customers", "customer_id", f"is {other.type}, not {chunks.type}")
        chunks = pa.concat_arrays([chunks, other]).unique() if len(chunks) else other.unique()
    chunks = chunks.drop_null()
    return chunks.take(pc.array_sort_indices(chunks))


def _codes(column: pa.ChunkedArray, ids: pa.Array) -> Array:
    if not len(column):
        return np.zeros(0, dtype=np.int32)
    codes: Array = pc.index_in(column, ids).to_numpy().astype(np.int32)
    return codes
