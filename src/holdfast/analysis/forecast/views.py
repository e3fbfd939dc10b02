"""Customers as they were known on a day, and what they did after it: the two sides of every back-test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime.summary import WEEK, Seen

RECENT_DAYS = 91


@dataclass(frozen=True)
class View:
    """The customers who had bought by the end of a day, in the order of the ledger.

    row: their place in the ledger. m: mean of their repeat purchase days (minor units, 0 without one). recent: purchase
    days in the last 91 days.
    """

    day: int
    row: Array
    seen: Seen
    m: Array
    recent: Array

    @classmethod
    def of(cls, ledger: Ledger, day: int, most: int | None = None) -> View:
        """As known at the end of `day` (a day number); at most about `most` customers, evenly through the ledger."""
        bought = ledger.purchases
        # Purchases stand by customer, then day: of each customer the known ones come first.
        count = bought.count if day >= ledger.today else bought.counted(bought.day <= day)
        row = np.flatnonzero(count > 0)
        if most is not None and len(row) > most:
            row = row[:: -(-len(row) // most)]
        first = bought.start[row]
        known = count[row]
        x = known - 1
        last = bought.day[first + known - 1].astype(np.int64)
        begin = bought.day[first].astype(np.int64)
        later = bought.running[first + known] - bought.running[first + 1]
        recent = bought.counted((bought.day <= day) & (bought.day > day - RECENT_DAYS))[row]
        seen = Seen(x.astype(np.float64), (last - begin) / WEEK, (day - begin) / WEEK)
        return cls(day, row, seen, later / np.maximum(x, 1), recent)

    def __len__(self) -> int:
        return len(self.row)

    def bought_within(self, ledger: Ledger, days: int) -> Array:
        """Purchase days of each of these customers in the `days` after the view's day."""
        bought = ledger.purchases
        after = (bought.day > self.day) & (bought.day <= self.day + days)
        found: Array = bought.counted(after)[self.row].astype(np.float64)
        return found

    @property
    def silence(self) -> Array:
        """Weeks since the last purchase: plain recency."""
        quiet: Array = self.seen.age - self.seen.t_x
        return quiet
