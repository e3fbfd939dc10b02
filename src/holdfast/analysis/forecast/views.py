"""Customers as they were known on a day, and what they did after it: the two sides of every back-test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.analysis.lifetime.summary import WEEK, Seen

RECENT_DAYS, YEAR_DAYS = 91, 365


@dataclass(frozen=True)
class View:
    """The customers who had bought by the end of a day, in the order of the ledger.

    row: their place in the ledger. m: mean of their repeat purchase days (minor units, 0 without one). recent: purchase
    days in the last 91 days. each: mean of all their purchase days (minor units). litt: sum of ln(gap in days), in whole
    units of 2^-32. year: purchase days in the last 365 days.
    """

    day: int
    row: Array
    seen: Seen
    m: Array
    recent: Array
    each: Array
    litt: Array
    year: Array

    @classmethod
    def of(cls, past: Ledger | Gathered, day: int, most: int | None = None) -> View:
        """As known at the end of `day` (a day number); at most about `most` customers, evenly through the ledger."""
        if isinstance(past, Gathered):
            return past.seen[day].view(day, past.first if isinstance(past.first, np.ndarray) else past.first[day], most)
        return Known.of(past, day).view(day, past.purchases.first_day, most)

    def __len__(self) -> int:
        return len(self.row)

    def every(self, step: int) -> View:
        """Every so-and-so-many-th of these customers."""
        return self.at(slice(None, None, step))

    def at(self, rows: Array | slice, seen: Seen | None = None) -> View:
        """Some of these customers; seen: as the models are to see them instead."""
        if seen is None:
            seen = Seen(self.seen.x[rows], self.seen.t_x[rows], self.seen.age[rows])
        names = ("row", "m", "recent", "each", "litt", "year")
        return replace(self, seen=seen, **{name: getattr(self, name)[rows] for name in names})

    def bought_within(self, past: Ledger | Gathered, days: int) -> Array:
        """Purchase days of each of these customers in the `days` after the view's day."""
        counts = past.came[self.day, days] if isinstance(past, Gathered) else came(past, self.day, days)
        found: Array = counts[self.row].astype(np.float64)
        return found

    @property
    def silence(self) -> Array:
        """Weeks since the last purchase: plain recency."""
        quiet: Array = self.seen.age - self.seen.t_x
        return quiet


@dataclass(frozen=True)
class Known:
    """What was known of every customer of a ledger at the end of a day: purchase days, the last one, the amounts of all
    but the first (minor units), purchase days in the last 91 days, the amounts of all, the sum of ln(gap in days) in units
    of 2^-32, purchase days in the last 365 days. Whole numbers, one entry per customer."""

    count: Array
    last: Array
    later: Array
    recent: Array
    amount: Array
    litt: Array
    year: Array

    @classmethod
    def of(cls, ledger: Ledger, day: int) -> Known:
        """As known at the end of `day` (a day number)."""
        bought = ledger.purchases
        # Purchases stand by customer, then day: of each customer the known ones come first.
        count = bought.count if day >= ledger.today else bought.known(day)
        some = np.minimum(count, 1)
        end = bought.start + count
        last = np.where(some, np.append(bought.day, 0)[end - some], 0)
        later = bought.running[end] - bought.running[bought.start + some]
        recent = count - bought.known(day - RECENT_DAYS)
        amount = bought.running[end] - bought.running[bought.start]
        logs = np.append(bought.log_gaps, 0)
        litt = np.where(some, logs[end - some] - logs[bought.start], 0)
        year = count - bought.known(day - YEAR_DAYS)
        return cls(count, last.astype(np.int64), later, recent, amount, litt, year)

    def view(self, day: int, first: Array, most: int | None) -> View:
        """Those who had bought, as the models see them."""
        row = np.flatnonzero(self.count > 0)
        if most is not None and len(row) > most:
            row = row[:: -(-len(row) // most)]
        x, begin = self.count[row] - 1, first[row].astype(np.int64)
        seen = Seen(x.astype(np.float64), (self.last[row] - begin) / WEEK, (day - begin) / WEEK)
        each = self.amount[row] / self.count[row]
        mean = self.later[row] / np.maximum(x, 1)
        return View(day, row, seen, mean, self.recent[row], each, self.litt[row], self.year[row])


def came(ledger: Ledger, day: int, days: int) -> Array:
    """Purchase days of every customer in the `days` after a day."""
    bought = ledger.purchases
    return bought.known(day + days) - bought.known(day)


@dataclass(frozen=True)
class Gathered:
    """What a forecast needs of the past, put together from parts of the customers; no single purchase is in it.

    first: day number of each customer's first purchase; by day where each day has customers of its own. seen: what was
    known on a day, by day number. came: purchase days in the days after, by day number and length. begins: the first
    purchase of all; null without one. mean_minor: of all purchase days. profit: profit, costed and gross revenue of all
    days (minor units), where costs are known.
    """

    as_of: date
    ids: pa.Array
    first: Array | Mapping[int, Array]
    seen: Mapping[int, Known]
    came: Mapping[tuple[int, int], Array]
    begins: int | None
    mean_minor: float
    profit: tuple[int, int, int] | None

    @property
    def today(self) -> int:
        """Day number of as_of."""
        return day_number(self.as_of)


def begins(past: Ledger | Gathered) -> int | None:
    """Day number of the first purchase of all; null without one."""
    if isinstance(past, Gathered):
        return past.begins
    return int(past.purchases.day.min()) if len(past.purchases.day) else None


def mean_minor(past: Ledger | Gathered) -> float:
    """Mean amount of a purchase day, minor units; 0 without one."""
    if isinstance(past, Gathered):
        return past.mean_minor
    amounts = past.purchases.amount
    return float(int(amounts.sum()) / len(amounts)) if len(amounts) else 0.0


def profit(past: Ledger | Gathered) -> tuple[int, int, int] | None:
    """Profit, costed and gross revenue of all days, minor units; null without any."""
    if isinstance(past, Gathered):
        return past.profit
    found = [past.column(name) for name in ("profit_minor", "costed_minor", "gross_minor")]
    earned, costed, gross = (None if column is None else int(column.sum()) for column in found)
    return None if earned is None or costed is None or gross is None else (earned, costed, gross)
