"""How far the truth may lie from what is expected: P10 and P90 of a customer's purchases and money (methods §4.1)."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import betainc, ndtri

from holdfast.analysis.ledger import Array

LOW, HIGH = 0.10, 0.90
# Above so many purchases expected steps of one purchase no longer matter: the normal curve on √n is as good.
MANY = 60.0
SMALL, LEAST_WANT = 1e-9, 1e-6


def count_interval(mean: Array, p_none: Array, level: float = 0.0) -> tuple[Array, Array]:
    """P10 and P90 of the number of purchase days, whole numbers.

    In: expected purchases, chance of none (0–1) and level: relative standard error of the level of all forecasts (what
    the back-test shows of parameters and season). Formula: the negative binomial that has this mean and this chance of
    none (Poisson where none is more likely than a Poisson allows less), its dispersion widened by level². Source:
    ours, a two-moment match to the mixture of each model; its coverage stands in docs/accuracy.
    """
    mean = np.maximum(np.asarray(mean, dtype=np.float64), 0.0)
    spread = dispersion(mean, p_none, level)
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    wide = mean > MANY
    low[wide], high[wide] = _normal(mean[wide], spread[wide])
    rows = np.flatnonzero(~wide & (mean > 0))
    low[rows], high[rows] = _counted(mean[rows], spread[rows])
    return low, high


def money_interval(
    count: Array, p_none: Array, value: Array, own: Array, each: float, level: float = 0.0
) -> tuple[Array, Array]:
    """P10 and P90 of the money of a span, in the unit of `value`.

    In: expected purchase days (discounted ones for a present value), chance of none, expected value of a day, own: squared
    relative standard error of a customer's mean value, each: squared relative spread of one day around that mean.
    Formula: nothing with the chance of none, else gamma with the mean and variance of the random sum, its quantiles by
    Wilson & Hilferty 1931. Source: ours.
    """
    count = np.maximum(np.asarray(count, dtype=np.float64), SMALL)
    p_none = np.clip(p_none, 0.0, 1 - SMALL)
    second = 1 + 1 / count + dispersion(count, p_none, level)
    # E[S²] ÷ E[S]² of all, then of those who buy at all.
    square = (second + each / count) * (1 + own)
    bought = 1 - p_none
    middle = count * value / bought
    ninth = np.maximum(square * bought - 1, SMALL) / 9
    found = []
    for share in (LOW, HIGH):
        inside = np.clip((share - p_none) / bought, SMALL, 1 - SMALL)
        reach = np.maximum(1 - ninth + ndtri(inside) * np.sqrt(ninth), 0.0)
        found.append(np.where(share > p_none, middle * reach**3, 0.0))
    return np.where(value > 0, found[0], 0.0), np.where(value > 0, found[1], 0.0)


def dispersion(mean: Array, p_none: Array, level: float = 0.0) -> Array:
    """1/k of the negative binomial with this mean and this chance of none; 0 is Poisson.

    Formula: ln(1 + m·d)/d = −ln p_none, from a table and one of Newton's steps; d and level² add up as independent causes do.
    """
    mean = np.maximum(np.asarray(mean, dtype=np.float64), SMALL)
    target = -np.log(np.clip(p_none, 1e-300, 1.0)) / mean
    # f(u) = ln(1+u)/u falls from 1; u = m·d. In v = ln u it is smooth, and near ln(1/f − 1) all along.
    want = np.clip(target, LEAST_WANT, 1 - LEAST_WANT)
    far = np.log(1 / want - 1)
    start, above = _table()
    u = np.exp(far + np.interp(far, start, above))
    grown = np.log1p(u)
    slope = u / ((1 + u) * grown) - 1
    u *= np.exp(np.clip((np.log(want * u / grown)) / np.minimum(slope, -SMALL), -1.0, 1.0))
    own = np.where(target >= 1 - SMALL, 0.0, u / mean)
    found: Array = own + level**2 * (1 + own)
    return found


@cache
def _table() -> tuple[Array, Array]:
    """ln(1/f − 1) and ln u less that, for u from next to nothing to more than is ever asked for."""
    v = np.linspace(-22.0, 19.0, 4_001)
    u = np.exp(v)
    # 1/f − 1 = (u − ln(1+u)) ÷ ln(1+u), by its series where that would cancel.
    rest = np.where(u < 1e-3, u * u * (0.5 - u * (1 / 3 - u / 4)), u - np.log1p(u))
    far = np.log(rest / np.log1p(u))
    return far, v - far


def _normal(mean: Array, spread: Array) -> tuple[Array, Array]:
    half = ndtri(HIGH) * np.sqrt(1 / mean + spread) / 2
    return np.rint(mean * np.maximum(1 - half, 0) ** 2), np.rint(mean * (1 + half) ** 2)


def _counted(mean: Array, spread: Array) -> tuple[Array, Array]:
    """The smallest numbers whose chance of not being exceeded reaches 10 and 90 %, counted up from 0."""
    flat = spread < SMALL
    d = np.where(flat, 1.0, spread)
    chance = np.exp(np.where(flat, -mean, -np.log1p(mean * d) / d))
    share = np.where(flat, 0.0, mean * d / (1 + mean * d))
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    reached, rows = chance.copy(), np.arange(len(mean))
    start, n = np.where(flat, mean, share / d), 0
    while len(rows):
        low[rows[reached < LOW]] = n + 1
        again = reached < HIGH
        rows, reached, chance = rows[again], reached[again], chance[again]
        start, share = start[again], share[again]
        high[rows] = n + 1
        # p(n + 1) = p(n)·(n + k)·q/(n + 1), with q·k kept whole so that k may be endless.
        chance = chance * (start + share * n) / (n + 1)
        reached = reached + chance
        n += 1
        if n > 100 * MANY:
            break
    return low, high


def coverage(low: Array, high: Array, came: Array) -> float:
    """Share (0–1) of what came that lies from low to high, both included; NaN without customers. Source: methods §4.1."""
    inside = (came >= low) & (came <= high)
    return float(inside.mean()) if len(inside) else float("nan")


def expected_coverage(mean: Array, p_none: Array, low: Array, high: Array, level: float = 0.0) -> float:
    """The share that whole numbers let such intervals cover on average: above .80, as steps cannot be cut (methods §4.1)."""
    spread = np.maximum(dispersion(mean, p_none, level), SMALL)
    k = 1 / spread
    q = 1 / (1 + mean * spread)
    inside = betainc(k, high + 1, q) - np.where(low > 0, betainc(k, np.maximum(low, 1), q), 0.0)
    return float(inside.mean())
