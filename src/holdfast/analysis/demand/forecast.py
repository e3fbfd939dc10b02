"""The months to come in all and by customer: the parts add up to the whole, to the last minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import stdtrit

from holdfast.analysis.days import last_complete_month
from holdfast.analysis.demand.series import METHODS, Tested, backtest, season
from holdfast.analysis.demand.terms import DEFAULTS, DemandParams
from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.analysis.lifetime import money_interval
from holdfast.analysis.tables import Source

# Of few origins the spread is itself in doubt, and the method was chosen on the same ones: Student's t, and so much more.
CHOSEN, FEWEST = 1.2, 3
# Squared relative spread of an order around its customer's mean, and of that mean, where too little is known of either.
EACH, OWN = 0.5, 0.25


@dataclass(frozen=True)
class Demand:
    """total: month, minor, p10_minor, p90_minor. customers: customer_id, month, minor, p10_minor, p90_minor; each month's
    rows add up to the total exactly. told: method, origins, error by method, beats_naive, season (twelve factors from
    January, or null), months of history."""

    total: pa.Table
    customers: pa.Table
    told: dict[str, Any]


@dataclass(frozen=True)
class Ahead:
    """The months to come of one row of totals: expected, and where eight times of ten they end (whole units)."""

    expected: Array
    low: Array
    high: Array
    tested: Tested


def whole_ahead(series: Array, params: DemandParams = DEFAULTS) -> Ahead:
    """What one row of monthly totals goes on to be, with P10 and P90; the method that its back-test finds nearest.

    In: complete months, oldest first, at least one. Out: Ahead, whole numbers, never below 0. Source: as `demand`.
    """
    tested = backtest(series, params)
    expected = np.rint(np.maximum(METHODS[tested.chosen](series, params.months, params), 0.0)).astype(np.int64)
    reach = CHOSEN * float(stdtrit(max(tested.origins, FEWEST) - 1, 0.9))
    half = reach * tested.spread * max(float(series[-12:].mean()), 0.0)
    low, high = np.maximum(expected - half, 0.0), expected + half
    return Ahead(expected, np.rint(low).astype(np.int64), np.rint(high).astype(np.int64), tested)


def monthly(days: Source | Ledger, *, as_of: date) -> tuple[list[str], Array]:
    """Net revenue of each complete month by as_of: labels YYYY-MM and totals, oldest first; empty without one.

    The first month is left out where the log does not begin on its 1st and it is not the only one.
    In: customer days. Out: labels and minor units. Source: methods §3.4 (complete months); CHU-10.
    """
    ledger = Ledger.of(days, as_of=as_of)
    month, last = _months(ledger.day), _month_of(last_complete_month(as_of).last_day)
    known = month <= last
    if not known.any():
        return [], _none()
    series = _series(ledger, month, known, last)
    return [_label(last - back) for back in range(len(series) - 1, -1, -1)], series


def demand(days: Source | Ledger, *, as_of: date, params: DemandParams = DEFAULTS) -> Demand:
    """What will be ordered in the coming months; one row per month, and one per customer and month.

    In: customer days. Out: Demand; months as text YYYY-MM, from the one after the last complete month by as_of; money in
    minor units, net of returns, never below 0; p10 and p90: eight times of ten the truth lies between. A customer's
    part: his monthly mean, recent months weighing more, as a share of everyone's. Formula: damped trend, times a season where
    two years are known; where a back-test finds the last month or last year's month nearer, that is taken and
    `told["beats_naive"]` is false. Without a complete month all tables are empty. Source: Gardner & McKenzie 1985;
    shares and intervals ours. Days after the last complete month are left out.
    """
    ledger = Ledger.of(days, as_of=as_of)
    end = last_complete_month(as_of).last_day
    month = _months(ledger.day)
    last = _month_of(end)
    known = month <= last
    if not known.any():
        return Demand(_total([], _none(), _none(), _none()), _customers(ledger, [], _none(), [], []), {"method": None})
    series = _series(ledger, month, known, last)
    ahead = whole_ahead(series, params)
    tested, expected = ahead.tested, ahead.expected
    labels = [_label(last + step) for step in range(1, params.months + 1)]
    share, count = _shares(ledger, month, known, last, params)
    parts = [_split(int(whole), share) for whole in expected]
    total = _total(labels, expected, ahead.low, ahead.high)
    rows = np.flatnonzero(share > 0)
    bounds = [_bounds(part[rows], count[rows], spread) for part, spread in zip(parts, tested.spread, strict=True)]
    customers = _customers(ledger, labels, rows, [part[rows] for part in parts], bounds)
    return Demand(total, customers, _told(tested, series, last))


def _months(day: Array) -> Array:
    """Months since 1970-01 of day numbers."""
    found: Array = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def _month_of(on: date) -> int:
    return int(_months(np.array([day_number(on)]))[0])


def _label(month: int) -> str:
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def _none() -> Array:
    return np.zeros(0, dtype=np.int64)


def _series(ledger: Ledger, month: Array, known: Array, last: int) -> Array:
    """Net revenue of each month from the first one that is whole, oldest first.

    A log may begin within a month: unless it is the only one, the first is left out where it does not begin on its 1st.
    """
    first = int(month[known].min())
    begins = int(ledger.day[known].min())
    if first < last and _months(np.array([begins - 1]))[0] == first:
        first += 1
    inside = known & (month >= first)
    return np.bincount(month[inside] - first, weights=ledger.amount[inside], minlength=last - first + 1)


def _shares(ledger: Ledger, month: Array, known: Array, last: int, params: DemandParams) -> tuple[Array, Array]:
    """Each customer's part of a month (sums to 1), and purchase days expected of them in it."""
    age = np.where(known, last - month, 0)
    weight = np.where(known, params.fade**age, 0.0)
    size = len(ledger)
    amount = np.bincount(ledger.customer, weights=weight * ledger.amount, minlength=size)
    bought = np.bincount(ledger.customer, weights=weight * ledger.is_purchase, minlength=size)
    oldest = np.zeros(size, dtype=np.int64)
    np.maximum.at(oldest, ledger.customer, age)
    exposed = (1 - params.fade ** (oldest + 1.0)) / (1 - params.fade) + params.rest
    mean = np.maximum(amount / exposed, 0.0)
    whole = mean.sum()
    share: Array = mean / whole if whole > 0 else np.where(bought > 0, 1.0, 0.0) / max(int((bought > 0).sum()), 1)
    return share, bought / exposed


def _split(whole: int, share: Array) -> Array:
    """Whole minor units by share, the largest remainders first, so that they add up exactly."""
    ideal = share * whole
    parts = np.floor(ideal).astype(np.int64)
    parts[share <= 0] = 0
    left = whole - int(parts.sum())
    rows = np.flatnonzero(share > 0)
    order = rows[np.argsort(-(ideal - parts)[rows], kind="stable")]
    if left > 0 and len(order):
        parts[order[: left % len(order)]] += 1
        parts[order] += left // len(order)
    elif left < 0:
        # Rounding of very large sums: take back from the largest.
        parts[int(np.argmax(parts))] += left
    return parts


def _bounds(part: Array, count: Array, spread: float) -> tuple[Array, Array]:
    expected = np.maximum(count, 1e-3)
    low, high = money_interval(
        expected, np.exp(-expected), part / expected, np.full(len(part), OWN), EACH, level=float(spread)
    )
    return np.rint(low).astype(np.int64), np.rint(high).astype(np.int64)


def _total(labels: list[str], minor: Array, low: Array, high: Array) -> pa.Table:
    months = pa.array(labels, pa.string())
    return pa.table({"month": months, "minor": minor, "p10_minor": low, "p90_minor": high})


def _customers(
    ledger: Ledger, labels: list[str], rows: Array, parts: list[Array], bounds: list[tuple[Array, Array]]
) -> pa.Table:
    """Month after month, in each the customers in the order of the ledger."""
    ids = ledger.ids.take(pa.array(rows))
    each = [np.concatenate(found) if found else _none() for found in (parts, *zip(*bounds, strict=True))] or [_none()]
    each += [_none()] * (3 - len(each))
    return pa.table(
        {
            "customer_id": pa.concat_arrays([ids] * len(labels)) if labels else ids.slice(0, 0),
            "month": pa.array(np.repeat(np.array(labels, dtype=object), len(rows)), pa.string()),
            "minor": each[0],
            "p10_minor": each[1],
            "p90_minor": each[2],
        }
    )


def _told(tested: Tested, series: Array, last: int) -> dict[str, Any]:
    return {
        "method": tested.chosen,
        "origins": tested.origins,
        "error_minor": {name: round(value) for name, value in tested.error.items()},
        "beats_naive": tested.beats,
        "spread": [round(float(value), 6) for value in tested.spread],
        "season": _from_january(series, last) if tested.chosen == "season_and_damped_trend" else None,
        "history_months": len(series),
    }


def _from_january(series: Array, last: int) -> list[float]:
    first = (last - len(series) + 1) % 12
    return [round(float(value), 6) for value in np.roll(season(series), first)]
