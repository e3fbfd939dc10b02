"""What is asked of one shard: sums before anything is known of the other customers, then a row for each customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from holdfast.analysis import lifecycle, movement, reasons, rhythm, sentences
from holdfast.analysis.accounts.terms import AnalyzeParams
from holdfast.analysis.days import Window, last_complete_month, previous_month
from holdfast.analysis.forecast import backtest
from holdfast.analysis.forecast.views import Known, begins, came, profit
from holdfast.analysis.grading.metrics import window_sums
from holdfast.analysis.ledger import Array, Ledger, day_number, nullable
from holdfast.analysis.lifecycle import STAGES
from holdfast.analysis.rhythm import Gaps, Priors

KNOWN = ("count", "last", "later", "recent", "amount", "litt", "year")


@dataclass(frozen=True)
class Sums:
    """What a shard adds to the whole, in whole numbers: sums of shards are the same in any order and cut.

    gaps: as of as_of; gaps_then: as of the end of the last complete month. begins: day number of the first purchase;
    null without one. purchases, amount: purchase days and their net amount. profit: profit, costed and gross revenue
    (minor units) where the shard knows costs.
    """

    gaps: Gaps = field(default_factory=Gaps)
    gaps_then: Gaps = field(default_factory=Gaps)
    begins: int | None = None
    purchases: int = 0
    amount: int = 0
    profit: tuple[int, int, int] | None = None

    def __add__(self, other: Sums) -> Sums:
        firsts = [first for first in (self.begins, other.begins) if first is not None]
        earned = [one for one in (self.profit, other.profit) if one is not None]
        a, b, c = (sum(part) for part in zip(*earned, strict=True)) if earned else (0, 0, 0)
        return Sums(
            self.gaps + other.gaps,
            self.gaps_then + other.gaps_then,
            min(firsts, default=None),
            self.purchases + other.purchases,
            self.amount + other.amount,
            (a, b, c) if earned else None,
        )


def gather(ledger: Ledger, params: AnalyzeParams) -> Sums:
    """The sums of one shard: all of its customers' days up to as_of."""
    then = day_number(last_complete_month(ledger.as_of).last_day)
    bought = ledger.purchases
    return Sums(
        Gaps.of(ledger),
        Gaps.of(ledger, then),
        begins(ledger),
        len(bought.day),
        int(bought.amount.sum()),
        profit(ledger),
    )


@dataclass(frozen=True)
class Whole:
    """What each shard must know of all customers: the rhythm usual among them, and the days back-tests look from."""

    as_of: date
    sums: Sums
    prior: Priors
    prior_then: Priors
    looks: list[tuple[int, int]]

    @classmethod
    def of(cls, sums: Sums, as_of: date, params: AnalyzeParams) -> Whole:
        """From the sums of all shards."""
        return cls(
            as_of,
            sums,
            sums.gaps.priors(params.rhythm),
            sums.gaps_then.priors(params.rhythm),
            backtest.looks(sums.begins, day_number(as_of), params.horizon_days, params.forecast),
        )

    @property
    def month(self) -> Window:
        """The last complete month, which movement is about."""
        return last_complete_month(self.as_of)

    @property
    def mean_minor(self) -> float:
        """Mean amount of a purchase day, minor units."""
        return self.sums.amount / self.sums.purchases if self.sums.purchases else 0.0


def describe(ledger: Ledger, whole: Whole, params: AnalyzeParams, lang: sentences.Language = "zh") -> pa.Table:
    """One row per customer of the shard, with all that does not need the other customers; the same columns for any shard.

    Money in minor units, days as day numbers. Columns without a purchase day are 0, or null where that would mislead.
    """
    bought = ledger.purchases
    pace = rhythm.rhythm(ledger, as_of=ledger.as_of, params=params.rhythm, prior=whole.prior)
    staged = lifecycle.stages(
        ledger, as_of=ledger.as_of, params=params.lifecycle, rhythm_params=params.rhythm, prior=whole.prior
    )
    return pa.table(
        {
            "customer_id": ledger.ids,
            "first_day": bought.first_day.astype(np.int32),
            "revenue_minor": ledger.total(ledger.amount),
            "monetary_minor": ledger.between(ledger.today - params.rfm.window_days, ledger.today, "amount_minor"),
            **window_sums(ledger, params.grading.window_days),
            **{name: _spread(pace[name], bought.has_any) for name in ("typical_gap_days", "elapsed_days", "p_gap")},
            "stage": pa.DictionaryArray.from_arrays(_codes(staged["stage"]), pa.array(STAGES)),
            **_moved(ledger, whole, params),
            **_views(ledger, whole),
            "reasons": sentences.speak(reasons.find(pace, staged, ledger, params.reasons), lang),
        }
    )


def _codes(named: pa.ChunkedArray) -> pa.Array:
    import pyarrow.compute as pc

    return pc.index_in(named.combine_chunks(), value_set=pa.array(STAGES)).cast(pa.int8())


def _spread(column: pa.ChunkedArray, where: Array) -> pa.Array:
    """A column of those who bought, with nulls for who did not."""
    values = column.to_numpy()
    if where.all():
        return pa.array(values)
    found = np.zeros(len(where), dtype=values.dtype)
    found[where] = values
    return nullable(found, where)


def _moved(ledger: Ledger, whole: Whole, params: AnalyzeParams) -> dict[str, Array]:
    """The last complete month against the month before, with who was due by its end."""
    current = whole.month
    chance = rhythm.chances(ledger, day_number(current.last_day), whole.prior_then, params.rhythm)
    found = movement.moves(ledger, previous_month(current), current, chance, params.movement)
    return {
        "previous_minor": found.previous_minor,
        "current_minor": found.current_minor,
        "previous_orders": found.previous_orders,
        "current_orders": found.current_orders,
        "movement": found.label,
        "due": found.due,
    }


def _views(ledger: Ledger, whole: Whole) -> dict[str, Array]:
    """What the forecast needs: each customer as known today and on the days that back-tests look from."""
    columns = _known("now", Known.of(ledger, ledger.today))
    for number, (day, days) in enumerate(whole.looks):
        columns |= _known(f"look{number}", Known.of(ledger, day))
        columns[f"look{number}_came"] = came(ledger, day, days).astype(np.int32)
    return columns


def _known(prefix: str, known: Known) -> dict[str, Array]:
    columns = {f"{prefix}_{name}": getattr(known, name) for name in KNOWN}
    return {
        name: values if name.endswith(("later", "amount", "litt")) else values.astype(np.int32)
        for name, values in columns.items()
    }
