"""One row of monthly totals looked ahead: damped trend with a season where two years are known, naive ones beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from holdfast.analysis.demand.terms import DEFAULTS, DemandParams
from holdfast.analysis.ledger import Array

YEAR = 12
LEVELS, SLOPES = (0.1, 0.2, 0.35, 0.5, 0.7), (0.0, 0.05, 0.1)
# A season seen only twice is half believed, one seen often almost wholly: seen ÷ (seen + DOUBT).
DOUBT = 1.0

Method = Callable[[Array, int, DemandParams], Array]
"""Monthly totals, months ahead, settings → the months to come."""


def naive(series: Array, ahead: int, params: DemandParams = DEFAULTS) -> Array:
    """The last month again."""
    return np.full(ahead, series[-1])


def seasonal_naive(series: Array, ahead: int, params: DemandParams = DEFAULTS) -> Array:
    """The same month of last year again; the last month where there is none."""
    if len(series) < YEAR:
        return naive(series, ahead)
    return np.array([series[len(series) - YEAR + step % YEAR] for step in range(ahead)])


def damped(series: Array, ahead: int, params: DemandParams = DEFAULTS) -> Array:
    """Level and damped trend, their weights chosen by the errors one month ahead. Source: Gardner & McKenzie 1985."""
    best = min(product(LEVELS, SLOPES), key=lambda pair: _error(series, pair[0], pair[1], params.damping))
    level, slope, _ = _smoothed(series, *best, params.damping)
    kept = np.cumsum(params.damping ** np.arange(1, ahead + 1))
    return np.maximum(level + slope * kept, 0.0)


def seasonal_damped(series: Array, ahead: int, params: DemandParams = DEFAULTS) -> Array:
    """The same on totals without season, times the season; without two years of history what there is for one."""
    if len(series) < params.season_months:
        shorter = year_and_trend if len(series) >= YEAR else damped
        return shorter(series, ahead, params)
    index = season(series)
    place = (len(series) + np.arange(ahead)) % YEAR
    return damped(series / index[np.arange(len(series)) % YEAR], ahead, params) * index[place]


def year_and_trend(series: Array, ahead: int, params: DemandParams = DEFAULTS) -> Array:
    """The same month of last year and the damped trend, weighed by `belief`: one year does not tell a season from chance."""
    year = belief(series, params)
    found: Array = year * seasonal_naive(series, ahead, params) + (1 - year) * damped(series, ahead, params)
    return found


def belief(series: Array, params: DemandParams = DEFAULTS) -> float:
    """Part of last year's months in the forecast (0–1): half at first, then as the months since that year have shown.

    In: complete months, oldest first, at least twelve. Formula: least squares of what both ways of looking ahead missed from
    every month end of the second year on, drawn to one half as if by `doubt` more misses. Source: Bates & Granger 1969.
    """
    pairs = [
        (series[at + step - YEAR] - series[at + step], trend - series[at + step])
        for at in range(YEAR, len(series))
        for step, trend in enumerate(damped(series[:at], min(params.months, len(series) - at), params))
    ]
    if not pairs:
        return 0.5
    by_year, by_trend = np.array(pairs).T
    apart = by_year - by_trend
    square = float(apart @ apart)
    prior = params.doubt * square / len(pairs)
    return float(np.clip((0.5 * prior - by_trend @ apart) / (square + prior), 0.0, 1.0)) if square > 0 else 0.5


def season(series: Array) -> Array:
    """Twelve factors with the mean 1, from the row's first month on: each month against the year around it.

    Formula: ratio to the centred mean of 12 months, its mean by month of the year, drawn to 1 by n/(n + 1), n how often
    it was seen. Source: classical decomposition (Makridakis, Wheelwright & Hyndman 1998), the shrinkage ours.
    """
    kernel = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    middle = np.convolve(series, kernel, mode="valid")
    place = np.arange(YEAR // 2, YEAR // 2 + len(middle))
    ratio = series[place] / np.maximum(middle, 1e-9)
    seen = np.bincount(place % YEAR, minlength=YEAR)
    mean = np.bincount(place % YEAR, weights=ratio, minlength=YEAR) / np.maximum(seen, 1)
    drawn = np.where(seen > 0, 1 + (mean - 1) * seen / (seen + DOUBT), 1.0)
    drawn = np.maximum(drawn, 0.05)
    found: Array = drawn / drawn.mean()
    return found


def _smoothed(series: Array, alpha: float, beta: float, phi: float) -> tuple[float, float, Array]:
    level, slope = float(series[: min(3, len(series))].mean()), 0.0
    errors = []
    for value in series.tolist():  # plain numbers: many times faster than those of an array, and the same
        before = level + phi * slope
        error = value - before
        level = before + alpha * error
        slope = phi * slope + alpha * beta * error
        errors.append(error)
    return level, slope, np.array(errors)


def _error(series: Array, alpha: float, beta: float, phi: float) -> float:
    return float((_smoothed(series, alpha, beta, phi)[2][1:] ** 2).sum())


METHODS: dict[str, Method] = {
    "damped_trend": damped,
    "year_and_damped_trend": year_and_trend,
    "season_and_damped_trend": seasonal_damped,
    "naive": naive,
    "seasonal_naive": seasonal_naive,
}


@dataclass(frozen=True)
class Tested:
    """What the back-test found. origins: how many. error: mean absolute error of each method, in units of the row, mean
    over all months ahead. spread: relative standard error by months ahead, of the method taken. chosen: its name.
    beats: whether our method was nearer than both naive ones; null without a back-test."""

    origins: int
    error: dict[str, float]
    spread: Array
    chosen: str
    beats: bool | None


def backtest(series: Array, params: DemandParams = DEFAULTS) -> Tested:
    """Which method foresaw the last months best, each time from what was known before; see `Tested`.

    Ours is the damped trend, from one year of history on with last year's months, from two years on with a season;
    where it is not nearer than the last month or the same month of last year, the nearer of those is taken and said so.
    In: complete months, oldest first. Source: CHU-10; methods §12 (windows inside the data only).
    """
    ours, least = _ours(len(series), params)
    plain = ["naive", "seasonal_naive"] if least >= YEAR else ["naive"]
    begin = max(least, len(series) - params.test_months - params.months + 1)
    origins = range(begin, len(series) - params.months + 1)
    if len(origins) < params.least_test:
        return Tested(0, {}, _unknown(series, params.months), ours, None)
    misses = {name: _misses(series, origins, name, params) for name in (ours, *plain)}
    error = {name: float(np.abs(found).mean()) for name, found in misses.items()}
    best = min(plain, key=lambda name: error[name])
    beats = error[ours] < error[best]
    chosen = ours if beats else best
    return Tested(len(origins), error, _spread(misses[chosen], series), chosen, beats)


def _ours(months: int, params: DemandParams) -> tuple[str, int]:
    """The method for so long a history, and the shortest history on which it can be tested."""
    if months >= params.season_months:
        return "season_and_damped_trend", max(YEAR, params.season_months - params.test_months)
    if months >= YEAR:
        return "year_and_damped_trend", YEAR
    return ("damped_trend" if months >= params.least_months else "naive"), params.least_months


def _misses(series: Array, origins: range, name: str, params: DemandParams) -> Array:
    """Forecast less truth: one row per origin, one column per month ahead."""
    ahead = params.months
    return np.array([METHODS[name](series[:at], ahead, params) - series[at : at + ahead] for at in origins])


def _spread(misses: Array, series: Array) -> Array:
    """Relative standard error by months ahead: no month ahead is surer than the one before it."""
    size = max(float(np.abs(series[-YEAR:]).mean()), 1e-9)
    found: Array = np.maximum.accumulate(np.sqrt((misses**2).mean(axis=0)) / size)
    return np.maximum(found, 0.01)


def _unknown(series: Array, ahead: int) -> Array:
    """Without a back-test: as the months differ from one to the next, growing with the root of time."""
    size = max(float(np.abs(series).mean()), 1e-9)
    step = float(np.sqrt((np.diff(series) ** 2).mean())) / size if len(series) > 2 else 0.5
    return max(step, 0.05) * np.sqrt(np.arange(1, ahead + 1))
