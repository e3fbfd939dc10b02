"""Control charts: whether a process is steady, and which point says that it is not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.analysis.ledger import Array

TWO_POINTS = 1.128  # d₂ of moving ranges of two points
RANGE_LIMIT = 3.267
WESTERN_ELECTRIC = ("beyond_3", "two_of_three", "four_of_five", "eight_one_side")
NELSON = ("nine_one_side", "six_trend", "fourteen_alternating", "fifteen_within", "eight_outside")
LANEY_FROM = 10_000


@dataclass(frozen=True)
class Signal:
    """A rule that a point breaks; `at` counts points from 1."""

    rule: str
    at: int


@dataclass(frozen=True)
class Chart:
    """Points with the centre line and both limits, and what the rules say."""

    points: Array
    centre: float
    lower: Array
    upper: Array
    signals: tuple[Signal, ...]

    @property
    def in_control(self) -> bool:
        """No rule is broken."""
        return not self.signals


def individuals(values: Array, *, baseline: int | None = None, rules: Sequence[str] = WESTERN_ELECTRIC) -> Chart:
    """Chart of single values (I-MR): mean ± 2.66 × mean moving range.

    In: values in the order of time (long-tailed times: their logarithms); baseline: how many of the first ones the
    limits are made from and then frozen. Out: Chart. Errors: ValueError below 2 values.
    Source: methods §7 (3 ÷ 1.128 = 2.66; the ten values of the NIST handbook).
    """
    values = np.asarray(values, dtype=np.float64)
    base = values[:baseline]
    if len(base) < 2:
        raise ValueError("a chart of single values needs at least two of them")
    centre = float(base.mean())
    sigma = float(np.abs(np.diff(base)).mean()) / TWO_POINTS
    wide = 2.66 * sigma * TWO_POINTS
    return _chart(values, centre, np.full(len(values), wide), np.full(len(values), sigma), rules)


def moving_ranges(values: Array) -> tuple[float, float]:
    """Mean moving range of neighbours and its upper limit (3.267 ×). Source: methods §7."""
    mean = float(np.abs(np.diff(np.asarray(values, dtype=np.float64))).mean())
    return mean, RANGE_LIMIT * mean


def means_chart(groups: Iterable[Array], *, rules: Sequence[str] = WESTERN_ELECTRIC) -> Chart:
    """Chart of group means (X̄): grand mean ± 3 × pooled standard deviation within groups ÷ √n of each.

    In: groups, such as the jobs finished in each week, in the order of time. Errors: ValueError where no group has
    two values. Source: methods §7; Montgomery, Introduction to Statistical Quality Control (X̄ and S charts).
    """
    parts = [np.asarray(group, dtype=np.float64) for group in groups]
    parts = [part for part in parts if len(part)]
    sizes = np.array([len(part) for part in parts], dtype=np.float64)
    free = float((sizes - 1).sum()) if parts else 0.0
    if free < 1:
        raise ValueError("a chart of means needs a group with at least two values")
    means = np.array([part.mean() for part in parts])
    within = math.sqrt(sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / free)
    centre = float((means * sizes).sum() / sizes.sum())
    sigma = within / np.sqrt(sizes)
    return _chart(means, centre, 3 * sigma, sigma, rules)


def p_chart(
    events: Array,
    sizes: Array,
    *,
    laney: bool | None = None,
    baseline: int | None = None,
    rules: Sequence[str] = ("beyond_3",),
) -> Chart:
    """Chart of shares: p̄ ± 3·√(p̄(1−p̄) ÷ n), inside 0–1.

    In: events and sizes by period; laney: widen by the spread seen (p′), by itself where sizes exceed 10,000 and the
    shares spread more than chance would; baseline: how many of the first periods p̄ and that spread are taken from and
    then frozen. Errors: ValueError where a size is not above 0.
    Source: methods §7 (30 samples of 50 of the NIST handbook; Laney 2002).
    """
    sizes = _positive(sizes)
    shares = np.asarray(events, dtype=np.float64) / sizes
    centre = _mean(shares, sizes, baseline)
    sigma = _widened(shares, centre, np.sqrt(centre * (1 - centre) / sizes), sizes, laney, baseline)
    chart = _chart(shares, centre, 3 * sigma, sigma, rules)
    return Chart(shares, centre, np.maximum(chart.lower, 0), np.minimum(chart.upper, 1), chart.signals)


def u_chart(
    counts: Array,
    sizes: Array,
    *,
    laney: bool | None = None,
    baseline: int | None = None,
    rules: Sequence[str] = ("beyond_3",),
) -> Chart:
    """Chart of counts per unit: ū ± 3·√(ū ÷ n), not below 0.

    In, Errors: as p_chart. Source: methods §7 (ū .5, n 20: .0257 and .9743).
    """
    sizes = _positive(sizes)
    rates = np.asarray(counts, dtype=np.float64) / sizes
    centre = _mean(rates, sizes, baseline)
    sigma = _widened(rates, centre, np.sqrt(centre / sizes), sizes, laney, baseline)
    chart = _chart(rates, centre, 3 * sigma, sigma, rules)
    return Chart(rates, centre, np.maximum(chart.lower, 0), chart.upper, chart.signals)


def signals_of(z: Array, rules: Sequence[str] = WESTERN_ELECTRIC) -> tuple[Signal, ...]:
    """Which points break which rules, in the order of time.

    In: distances from the centre in standard deviations. Rule: Western Electric: 1 beyond 3σ; 2 of 3 beyond 2σ and
    4 of 5 beyond 1σ on one side; 8 on one side. Nelson (opt-in, as false alarms rise): 9 on one side, 6 rising or
    falling, 14 up and down in turn, 15 within 1σ, 8 outside 1σ. A point breaks a rule when it completes the pattern.
    Errors: ValueError for an unknown rule. Source: methods §7; Western Electric 1956, Nelson 1984.
    """
    z = np.asarray(z, dtype=np.float64)
    unknown = set(rules) - set(_RULES)
    if unknown:
        raise ValueError(f"there is no rule {', '.join(sorted(unknown))}")
    found = [Signal(rule, int(at) + 1) for rule in rules for at in np.flatnonzero(_RULES[rule](z))]
    return tuple(sorted(found, key=lambda signal: (signal.at, list(_RULES).index(signal.rule))))


def _positive(sizes: Array) -> Array:
    sizes = np.asarray(sizes, dtype=np.float64)
    if not len(sizes) or float(sizes.min()) <= 0:
        raise ValueError("every period needs a size above 0")
    return sizes


def _mean(values: Array, sizes: Array, baseline: int | None) -> float:
    base, weight = values[:baseline], sizes[:baseline]
    if not len(base):
        raise ValueError("a baseline needs at least one period")
    return float((base * weight).sum() / weight.sum())


def _widened(
    values: Array, centre: float, sigma: Array, sizes: Array, laney: bool | None, baseline: int | None
) -> Array:
    """Laney: σ times the spread of the standardised values, where wanted."""
    wanted = float(sizes.min()) > LANEY_FROM if laney is None else laney
    base = ((values - centre) / np.where(sigma > 0, sigma, 1.0))[:baseline]
    if not wanted or len(base) < 2 or float(sigma.min()) <= 0:
        return sigma
    spread = float(np.abs(np.diff(base)).mean()) / TWO_POINTS
    return sigma * (max(spread, 1.0) if laney is None else spread)


def _chart(values: Array, centre: float, wide: Array, sigma: Array, rules: Sequence[str]) -> Chart:
    safe = np.where(sigma > 0, sigma, 1.0)
    z = np.where(sigma > 0, (values - centre) / safe, 0.0)
    return Chart(values, centre, centre - wide, centre + wide, signals_of(z, rules))


# --- the rules: each tells for every point whether it completes the pattern ---
def _of(flags: Array, need: int, window: int) -> Array:
    """The point has the mark, and so have `need` of the last `window`."""
    total = np.concatenate([[0], np.cumsum(flags)])
    ends = np.arange(1, len(flags) + 1)
    found: Array = flags & (total[ends] - total[np.maximum(ends - window, 0)] >= need)
    return found


def _one_side(z: Array, beyond: float, need: int, window: int) -> Array:
    found: Array = _of(z > beyond, need, window) | _of(z < -beyond, need, window)
    return found


def _trend(z: Array) -> Array:
    step = np.sign(np.diff(z, prepend=z[:1]))
    return _one_side(step, 0.5, 5, 5)


def _alternating(z: Array) -> Array:
    step = np.sign(np.diff(z, prepend=z[:1]))
    turned = np.zeros(len(z), dtype=bool)
    turned[2:] = step[2:] * step[1:-1] < 0
    return _of(turned, 12, 12)


_RULES: dict[str, Callable[[Array], Any]] = {
    "beyond_3": lambda z: np.abs(z) > 3,
    "two_of_three": lambda z: _one_side(z, 2, 2, 3),
    "four_of_five": lambda z: _one_side(z, 1, 4, 5),
    "eight_one_side": lambda z: _one_side(z, 0, 8, 8),
    "nine_one_side": lambda z: _one_side(z, 0, 9, 9),
    "six_trend": _trend,
    "fourteen_alternating": _alternating,
    "fifteen_within": lambda z: _of(np.abs(z) < 1, 15, 15),
    "eight_outside": lambda z: _of(np.abs(z) > 1, 8, 8),
}
