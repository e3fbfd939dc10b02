"""When each customer will order next, and for how much, by their own rhythm and their own orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.special import ndtr, ndtri

from holdfast.analysis import rhythm
from holdfast.analysis.ledger import Array, Ledger, day_number, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source

FURTHEST = 3650
FLOOR = 1e-12


@dataclass(frozen=True)
class NextParams(Params):
    """least_orders: with fewer purchase days nothing is said. given_up: from this chance on that so long a silence is
    not usual no day is told. kappa: how many orders everybody's spread of an order counts for in a customer's own.
    low, high: the chances between which eight of ten lie. spread: of ln(order) before any is known."""

    least_orders: int = 2
    given_up: float = 0.95
    kappa: float = 3.0
    low: float = 0.1
    high: float = 0.9
    spread: float = 0.7


DEFAULTS = NextParams()


def next_orders(
    days: Source | Ledger,
    *,
    as_of: date,
    customers: Source | None = None,
    rhythm_params: rhythm.RhythmParams = rhythm.DEFAULTS,
    prior: rhythm.Priors | None = None,
    params: NextParams = DEFAULTS,
) -> pa.Table:
    """The next order of each customer who bought on two days or more; one row each.

    In: customer days; customers(segment) optional; prior: frozen `rhythm.priors`. Out: customer_id, last_on, p_gap
    (0–1), next_on, next_low_on, next_high_on (days after as_of: half, one and nine of ten such gaps have ended by
    then; null where p_gap is .95 or more: the rhythm says nothing any more), minor, minor_low, minor_high (money of
    one order in minor units: its median, P10 and P90). Formula: ln(gap) normal around the shrunken rhythm, given that
    it is already longer than the time since last_on; ln(order) normal around the mean of his own, drawn to everybody's
    by three orders, its spread pooled over all customers and widened by 1 + 1/(n + 3). Source: methods §3.2 for the
    rhythm; the rest ours.
    """
    ledger = Ledger.of(days, as_of=as_of, customers=customers)
    prior = prior or rhythm.priors(ledger, as_of=as_of, params=rhythm_params)
    bought = ledger.purchases
    who = np.flatnonzero(bought.count >= params.least_orders)
    last = (bought.start + bought.count - 1)[who]
    last_day = bought.day[last].astype(np.int64)
    today = day_number(as_of)
    every = rhythm.pace(ledger, prior, rhythm_params)
    own = rhythm.Pace(every.mu[last], np.broadcast_to(every.sigma, every.mu.shape)[last])
    told = _gap(own, np.maximum(today - last_day, 0), last_day, today, params)
    money = _orders(ledger, who, params)
    return pa.table(
        {
            "customer_id": ledger.ids.take(pa.array(who)),
            "last_on": pa.array(last_day.astype(np.int32)).cast(pa.date32()),
            **told,
            **money,
        }
    )


def _gap(own: rhythm.Pace, elapsed: Array, last_day: Array, today: int, params: NextParams) -> dict[str, pa.Array]:
    """Quantiles of the gap, given that it lasts longer than `elapsed` already."""
    with np.errstate(divide="ignore"):
        passed = np.where(elapsed > 0, ndtr((np.log(np.maximum(elapsed, FLOOR)) - own.mu) / own.sigma), 0.0)
    known = passed < params.given_up
    found: dict[str, pa.Array] = {"p_gap": pa.array(passed)}
    for name, chance in {"next_on": 0.5, "next_low_on": params.low, "next_high_on": params.high}.items():
        level = np.clip(passed + chance * (1 - passed), FLOOR, 1 - FLOOR)
        gap = np.ceil(np.minimum(np.exp(own.mu + ndtri(level) * own.sigma), FURTHEST))
        day = np.maximum(last_day + gap.astype(np.int64), today + 1)
        found[name] = nullable(day.astype(np.int32), known).cast(pa.date32())
    return found


def _orders(ledger: Ledger, who: Array, params: NextParams) -> dict[str, pa.Array]:
    """Median, P10 and P90 of the money of one purchase day; days without money are left out."""
    size = len(ledger)
    paid = ledger.is_purchase & (ledger.amount > 0)
    owner, logs = ledger.customer[paid], np.log(ledger.amount[paid].astype(np.float64))
    count = np.bincount(owner, minlength=size)
    mean = np.bincount(owner, weights=logs, minlength=size) / np.maximum(count, 1)
    seen = count > 0
    overall = float(mean[seen].mean()) if seen.any() else 0.0
    freedom = float(count[seen].sum() - seen.sum())
    squares = float(((logs - mean[owner]) ** 2).sum())
    spread = np.sqrt((squares + params.kappa * params.spread**2) / (freedom + params.kappa))
    center = (count * mean + params.kappa * overall) / (count + params.kappa)
    wide = spread * np.sqrt(1 + 1 / (count + params.kappa))
    levels = {"minor": 0.5, "minor_low": params.low, "minor_high": params.high}
    found = {name: np.rint(np.exp(center + ndtri(level) * wide))[who] for name, level in levels.items()}
    return {name: nullable(values.astype(np.int64), seen[who]) for name, values in found.items()}
