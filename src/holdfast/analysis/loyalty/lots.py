"""One customer's lots of points, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Lot:
    """Points earned at once; points = used + expired + remaining. Days are numbers since 1970."""

    entry: Any
    earned: int
    expires: int | None
    points: int
    remaining: int
    expired: int = 0

    @property
    def used(self) -> int:
        """Redeemed, taken back, or gone into a debt."""
        return self.points - self.remaining - self.expired

    def take(self, wanted: int) -> int:
        """At most so many of what remains."""
        taken = min(wanted, self.remaining)
        self.remaining -= taken
        return taken


@dataclass
class Account:
    """All of one customer: `lots` in the order earned, `first` the oldest that still has points."""

    customer: Any
    lots: list[Lot] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    debt: int = 0
    first: int = 0
    soonest: int | None = None

    @classmethod
    def of(cls, customer: object, rows: Iterable[tuple[Any, ...]], today: int) -> Account:
        """The account after all its entries, in order, and what has expired by the end of today."""
        account = cls(customer)
        for _, day, kind, entry, points, expires, lot in rows:
            account.expire(day)
            account.book(kind, day, entry, points, expires, lot)
        account.expire(today + 1)
        return account

    def book(self, kind: str, day: int, entry: object, points: int, expires: int | None, lot: object) -> None:
        """One entry."""
        self.totals[kind] = self.totals.get(kind, 0) + points
        if kind == "earn":
            self._earn(Lot(entry, day, expires, points, points))
        elif kind == "redeem":
            self.debt += self._oldest(points)
        elif kind == "reverse":
            self.debt += self._oldest(self._own(points, lot))

    def expire(self, day: int) -> None:
        """Nothing of a lot is left once its last day has passed."""
        if self.soonest is None or self.soonest >= day:
            return
        for lot in self.lots[self.first :]:
            if lot.expires is not None and lot.expires < day:
                lot.expired, lot.remaining = lot.expired + lot.remaining, 0
        self._look_ahead()

    def figures(self) -> tuple[Any, ...]:
        """A row of `points_accounts`."""
        balance = sum(lot.remaining for lot in self.lots) - self.debt
        frozen = max(min(self._total("freeze") - self._total("unfreeze"), balance), 0)
        sums = (self._total("earn"), self._total("redeem"), self._total("reverse"))
        expired = sum(lot.expired for lot in self.lots)
        due = sum(lot.remaining for lot in self.lots if self.soonest is not None and lot.expires == self.soonest)
        return (self.customer, *sums, expired, balance, frozen, balance - frozen, self.soonest, due)

    def _earn(self, lot: Lot) -> None:
        self.debt -= lot.take(self.debt)
        if lot.expires is not None and lot.expires < lot.earned:
            lot.expired, lot.remaining = lot.remaining, 0
        self.lots.append(lot)
        self._look_ahead()

    def _oldest(self, wanted: int) -> int:
        """Use the oldest lots first; what is left uncovered comes back."""
        for lot in self.lots[self.first :]:
            if not wanted:
                break
            wanted -= lot.take(wanted)
        self._look_ahead()
        return wanted

    def _own(self, wanted: int, entry: object) -> int:
        """Take back a lot itself, then what has expired of it."""
        lot = next((one for one in self.lots if entry is not None and one.entry == entry), None)
        if lot is None:
            return wanted
        wanted -= lot.take(wanted)
        back = min(wanted, lot.expired)
        lot.expired -= back
        return wanted - back

    def _look_ahead(self) -> None:
        while self.first < len(self.lots) and not self.lots[self.first].remaining:
            self.first += 1
        open_days = [lot.expires for lot in self.lots[self.first :] if lot.remaining and lot.expires is not None]
        self.soonest = min(open_days, default=None)

    def _total(self, kind: str) -> int:
        return self.totals.get(kind, 0)
