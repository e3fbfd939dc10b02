"""The month-end fold: growing, mature or declining for every customer at once, month by month."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from holdfast.analysis.ledger import EPOCH, Array, Ledger, day_number
from holdfast.analysis.lifecycle.clocks import Clocks, Episodes
from holdfast.analysis.lifecycle.terms import (
    ACTIVATED,
    DECLINING,
    GROWING,
    MATURE,
    RULES,
    WON_BACK,
    LifecycleParams,
)

# Within a day: purchases first, then the month end, then the nightly sweep of silence.
AT_PURCHASE, AT_MONTH_END, AT_SWEEP = 1, 2, 3


@dataclass
class Changes:
    """Stage changes as they are found, in no order; `walked`: those found in order already, customer, day, stage, rule."""

    parts: list[list[Array]] = field(default_factory=list)
    walked: tuple[Array, ...] | None = None

    def add(self, customer: Array, on: Array | int, stage: Array | int, rule: Array | int, turn: int) -> None:
        """Note that these customers entered a stage; `on` in day numbers."""
        if len(customer):
            size = len(customer)
            spread = [np.broadcast_to(np.asarray(value, dtype=np.int64), size) for value in (on, stage, rule)]
            self.parts.append([customer.astype(np.int64), *spread, np.full(size, turn)])

    def sorted(self) -> tuple[Array, Array, Array, Array]:
        """Customer, day, stage, rule of all changes, by customer, then in time."""
        if not self.parts and self.walked is None:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty, empty, empty
        if not self.parts and self.walked is not None:
            customer, on, stage, rule = self.walked
            return customer, on, stage, rule
        customer, on, stage, rule, turn = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        order = np.lexsort((turn, on, customer))
        found = customer[order], on[order], stage[order], rule[order]
        return found if self.walked is None else _merged(found, self.walked)


def _merged(some: tuple[Array, ...], walked: tuple[Array, ...]) -> tuple[Array, Array, Array, Array]:
    """Two lists in order as one; of the same day, what was walked comes first."""
    customer, on = (np.concatenate(pair) for pair in zip(walked[:2], some[:2], strict=True))
    # Two sorted runs: sorting them by customer is one merge, and only customers with both need their days sorted.
    order = np.argsort(customer, kind="stable")
    if (np.diff(on[order])[np.diff(customer[order]) == 0] < 0).any():
        order = np.lexsort((on, customer))
    stage, rule = (np.concatenate(pair)[order] for pair in zip(walked[2:], some[2:], strict=True))
    return customer[order], on[order], stage, rule


class _Fold:
    """Running state of all customers; `advance` moves it to the end of a day, `judge` looks at the trends there."""

    def __init__(
        self, ledger: Ledger, timing: Clocks, lives: Episodes, changes: Changes, params: LifecycleParams
    ) -> None:
        self.lives, self.changes, self.params = lives, changes, params
        self.first_day = ledger.purchases.first_day
        size = len(ledger)
        self.stage = np.zeros(size, dtype=np.int8)
        self.overdue_on = np.zeros(size, dtype=np.int64)
        self.watch_on = np.zeros(size, dtype=np.int64)
        self.recent, self.before = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        self.runs = {name: np.zeros(size, dtype=np.int16) for name in ("down", "up", "stable", "calm")}
        order = np.argsort(ledger.day, kind="stable")
        self.day, self.owner = ledger.day[order], ledger.customer[order].astype(np.intp)
        self.amount = ledger.amount[order]
        self._sort_purchases(ledger, timing)
        self.reached = -(2**30)

    def _sort_purchases(self, ledger: Ledger, timing: Clocks) -> None:
        bought = ledger.purchases
        order = np.argsort(bought.day, kind="stable")
        self.bought_day, self.buyer = bought.day[order], bought.customer[order].astype(np.intp)
        self.place, self.second_day = self.lives.place[order], self.lives.second_day[order]
        self.after_risk, self.rank = self.lives.after_risk[order], bought.rank[order]
        self.next_overdue, self.next_watch = timing.overdue_on[order], timing.watch_on[order]

    def advance(self, end: int) -> None:
        """Take in all days up to `end`."""
        self._move_windows(end)
        low, high = np.searchsorted(self.bought_day, [self.reached, end], side="right")
        self._take_purchases(slice(int(low), int(high)))
        self.reached = end

    def _move_windows(self, end: int) -> None:
        span = self.params.trend_days
        for delay, gains, loses in (
            (0, self.recent, None),
            (span, self.before, self.recent),
            (2 * span, None, self.before),
        ):
            low, high = np.searchsorted(self.day, [self.reached - delay, end - delay], side="right")
            owner, amount = self.owner[low:high], self.amount[low:high]
            if gains is not None:
                np.add.at(gains, owner, amount)
            if loses is not None:
                np.subtract.at(loses, owner, amount)

    def _take_purchases(self, new: slice) -> None:
        buyer, place, day = self.buyer[new], self.place[new], self.bought_day[new]
        back = self.after_risk[new] & (place >= 2)
        second_is_new = self.second_day[new][back] > self.reached
        earlier = np.where(second_is_new, GROWING, self.stage[buyer[back]])
        self.changes.add(buyer[back], day[back], earlier, RULES.index("back_in_time"), AT_PURCHASE)
        turning = place <= 1
        first = self.rank[new][turning] == 0
        stage = np.where(place[turning] == 1, GROWING, np.where(first, ACTIVATED, WON_BACK))
        rule = np.where(first, RULES.index("first_purchase"), RULES.index("won_back"))
        rule = np.where(place[turning] == 1, RULES.index("second_purchase"), rule)
        self.changes.add(buyer[turning], day[turning], stage, rule, AT_PURCHASE)
        # In day order: of several purchases of one customer the last stands.
        self.stage[buyer[turning]] = stage
        self.overdue_on[buyer] = self.next_overdue[new]
        self.watch_on[buyer] = self.next_watch[new]

    def judge(self) -> None:
        """At a month end: move the customers whose trend has lasted long enough."""
        self._count_runs()
        end, need = self.reached, self.params.months
        active = np.flatnonzero((self.overdue_on > end) & (self.stage >= GROWING) & (self.stage <= DECLINING))
        stage = self.stage[active]
        run = {name: values[active] >= need for name, values in self.runs.items()}
        old_enough = end - self.first_day[active] >= self.params.mature_tenure_days
        in_time = self.watch_on[active] > end
        down = run["down"] & (stage != DECLINING)
        self._enter(active[down], DECLINING, "declining_two_months")
        steady = (stage == GROWING) & run["stable"] & old_enough & in_time
        self._enter(active[steady], MATURE, "stable_two_months")
        self._enter(active[(stage == DECLINING) & run["calm"]], MATURE, "recovered_two_months")
        self._enter(active[(stage == MATURE) & run["up"]], GROWING, "growing_two_months")

    def _enter(self, customer: Array, stage: int, rule: str) -> None:
        self.stage[customer] = stage
        self.changes.add(customer, self.reached, stage, RULES.index(rule), AT_MONTH_END)

    def _count_runs(self) -> None:
        up, down = trend(self.recent, self.before, self.params.band_percent)
        judged = self.reached - self.first_day >= self.params.trend_history_days
        down &= judged
        # Nothing bought in the whole window is no recovery and no stability.
        calm = ~down & (self.recent > 0)
        for name, holds in (("down", down), ("up", up), ("stable", calm & ~up), ("calm", calm)):
            run = self.runs[name]
            run += 1
            run *= holds


def trend(recent: Array, before: Array, band_percent: int) -> tuple[Array, Array]:
    """Whether revenue grew, and whether it fell, by more than the band; in whole minor units.

    With nothing or less than nothing before, any more is growth and any less is decline.
    """
    plain = before > 0
    up = np.where(plain, 100 * recent > (100 + band_percent) * before, recent > before)
    down = np.where(plain, 100 * recent < (100 - band_percent) * before, recent < before)
    return up, down


def fold_months(ledger: Ledger, timing: Clocks, lives: Episodes, params: LifecycleParams) -> Changes:
    """All changes that purchases and month ends bring, up to as_of."""
    changes = Changes()
    if len(ledger.purchases.day):
        state = _Fold(ledger, timing, lives, changes, params)
        for end in month_ends(int(ledger.purchases.day.min()), ledger.today):
            state.advance(end)
            state.judge()
        state.advance(ledger.today)
    return changes


def month_ends(first: int, last: int) -> list[int]:
    """Day numbers of the last days of all calendar months from that of `first` up to `last`."""
    ends, on = [], EPOCH + timedelta(days=first)
    year, month = on.year, on.month
    while (end := day_number(date(year, month, calendar.monthrange(year, month)[1]))) <= last:
        ends.append(end)
        if (year, month) == (9999, 12):
            break
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return ends
