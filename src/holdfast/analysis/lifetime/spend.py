"""Gamma-Gamma: how much a purchase day of each customer is worth, from the mean of those seen (methods §4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pyarrow as pa
from scipy.special import digamma, gammaln

from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams
from holdfast.analysis.lifetime.optimise import HIGHEST, LOWEST, Objective, best_of, minimise
from holdfast.analysis.lifetime.summary import dot, evenly

# q so close to 1 would make the mean of all customers boundless.
LEAST_Q = 1.05


@dataclass(frozen=True)
class GammaGamma:
    """p, q without unit, gamma in money: values vary with p around a mean that varies between customers with q, gamma.

    mean: what is taken for customers of whom no value is known: p·gamma/(q−1), or the plain mean where q is near 1.
    """

    p: float
    q: float
    gamma: float
    mean: float
    starts: ClassVar[tuple[tuple[float, ...], ...]] = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0), (20.0, 2.0, 0.05))

    @property
    def parameters(self) -> dict[str, float]:
        """By name; gamma in the unit of the means."""
        return {"p": self.p, "q": self.q, "gamma": self.gamma}

    def expected_value(self, x: Array, m: Array) -> Array:
        """E[M | x, m]: mean amount of a purchase day, from x values with the mean m; the mean of all where x = 0.

        Formula: (q−1)/(px+q−1)·γp/(q−1) + px/(px+q−1)·m. Source: Fader & Hardie 2013 (note 025); methods §4.1.
        """
        x, m = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
        seen = (x > 0) & (m > 0)
        below = np.maximum(self.p * x + self.q - 1, 1e-9)
        found: Array = np.where(seen, self.p * (self.gamma + x * np.where(seen, m, 0.0)) / below, self.mean)
        return found


def fit_gamma_gamma(summary: pa.Table, params: FitParams = DEFAULTS) -> Fit[GammaGamma] | None:
    """Fit the Gamma-Gamma model to all customers with repeat purchases of a positive mean; None where there is none.

    In: a table of `summary` (x repeat purchase days, m their mean amount, major units). Out: Fit with p, q, gamma
    (unit of m), log-likelihood. Flag "correlated" where |r| between x and m is above .3, which the model assumes away.
    Source: Fader, Hardie & Lee 2005 (JMR 42); methods §4.1.
    """
    x = summary["x"].cast(pa.float64()).to_numpy()
    m = summary["m"].cast(pa.float64()).fill_null(0.0).to_numpy()
    return fit_values(x, m, params)


@dataclass(frozen=True)
class Values:
    """x values with the mean m of each customer, by x, then m: all, or so many taken evenly that stand for `customers`."""

    x: Array
    m: Array
    customers: int

    @classmethod
    def of(cls, count: Array, total: Array, unit: float, most: int) -> Values:
        """From whole numbers: how many values each customer has, and their sum (units of money to one of m)."""
        seen = (count > 0) & (total > 0)
        count, total = count[seen].astype(np.int64), total[seen].astype(np.int64)
        if len(count) > most:
            count, total = _sorted(count, total, evenly(len(count), most))
        else:
            count, total = _sorted(count, total, slice(None))
        return cls.among(count, total, unit, int(seen.sum()))

    @classmethod
    def among(cls, count: Array, total: Array, unit: float, customers: int) -> Values:
        """Those taken evenly from so many customers, in order."""
        return cls(count.astype(np.float64), total / count / unit, customers)


def _sorted(count: Array, total: Array, places: Array | slice) -> tuple[Array, Array]:
    """Pairs by count, then total; those at these places."""
    step = int(total.max(initial=0)) + 1
    if int(count.max(initial=0)) * step >= 2**62:
        order = np.lexsort((total, count))[places]
        return count[order], total[order]
    # One number a pair sorts several times faster than two.
    key = np.sort(count * step + total)[places]
    return key // step, key % step


def fit_values(x: Array, m: Array, params: FitParams = DEFAULTS) -> Fit[GammaGamma] | None:
    """`fit_gamma_gamma` from arrays: number of values x, and their mean m (0 = none). Source: methods §4.1."""
    seen = (x > 0) & (m > 0) & np.isfinite(m)
    order = np.lexsort((m[seen], x[seen]))[evenly(int(seen.sum()), params.most_values)]
    return fit_spend(
        Values(x[seen][order].astype(np.float64), m[seen][order].astype(np.float64), int(seen.sum())), params
    )


def fit_spend(values: Values, params: FitParams = DEFAULTS) -> Fit[GammaGamma] | None:
    """`fit_gamma_gamma` from `Values`, one number a customer, in order; None without any. Source: methods §4.1."""
    begin = time.perf_counter()
    x, m = values.x, values.m
    if not len(x):
        return None
    unit = float(np.median(m))
    point, flags = _searched(x, m / unit, params)
    total = _likelihood(x, m / unit, np.exp(point))[0] - len(x) * float(np.log(unit))
    p, q, gamma = (float(value) for value in np.exp(point))
    gamma *= unit
    mean = p * gamma / (q - 1) if q > LEAST_Q else dot(x, m) / float(x.sum())
    if len(x) > 2 and _correlation(x, m) > 0.3:
        flags = (*flags, "correlated")
    total *= values.customers / len(x)
    return Fit(GammaGamma(p, q, gamma, mean), total, values.customers, time.perf_counter() - begin, flags)


def _searched(x: Array, m: Array, params: FitParams) -> tuple[Array, tuple[str, ...]]:
    deadline = time.monotonic() + params.seconds
    few = len(x) < params.min_customers
    thin = slice(0, None, max(1, len(x) // params.thin_above))
    found = best_of(_objective(x[thin], m[thin], few, params.lean), GammaGamma.starts, deadline=deadline)
    if len(x[thin]) < len(x):
        whole = _objective(x, m, few, params.lean)
        found = minimise(whole, found.point, deadline=deadline, curve=found.curve, enough=1e-6)
    named = {
        "few_customers": few,
        "at_bound": bool(((found.point <= LOWEST) | (found.point >= HIGHEST)).any()),
        "out_of_time": not found.in_time,
        "not_converged": found.in_time and not found.converged,
    }
    return found.point, tuple(name for name, holds in named.items() if holds)


def _objective(x: Array, m: Array, few: bool, lean: float) -> Objective:
    prior = np.log(GammaGamma.starts[0])
    counts, place = np.unique(x, return_inverse=True)
    evaluate = partial(_likelihood_by, counts, np.bincount(place).astype(np.float64), x, m, _constants(x, m))

    def objective(point: Array) -> tuple[float, Array]:
        values = np.exp(point)
        with np.errstate(all="ignore"):
            total, slope = evaluate(values)
        value, turned = -total / len(x), -slope * values / len(x)
        if few:
            away = (point - prior) / lean
            value, turned = value + 0.5 * float(away @ away) / len(x), turned + away / lean / len(x)
        if not np.isfinite(turned).all():
            return np.inf, np.zeros_like(turned)
        return float(value), turned

    return objective


def _likelihood(x: Array, m: Array, values: Array) -> tuple[float, Array]:
    """Log-likelihood and gradient by (p, q, gamma)."""
    counts, place = np.unique(x, return_inverse=True)
    return _likelihood_by(counts, np.bincount(place).astype(np.float64), x, m, _constants(x, m), values)


def _constants(x: Array, m: Array) -> tuple[float, float]:
    """Σ x·ln(x·m) and Σ ln m."""
    return dot(x, np.log(x * m)), float(np.log(m).sum())


def _likelihood_by(
    counts: Array, people: Array, x: Array, m: Array, constants: tuple[float, float], values: Array
) -> tuple[float, Array]:
    p, q, gamma = (float(value) for value in values)
    size = float(len(x))
    log_all = np.log(x * m + gamma)
    log_sum, heavy, inverse = float(log_all.sum()), dot(x, log_all), 1 / (x * m + gamma)
    total = people @ (gammaln(p * counts + q) - gammaln(p * counts)) + size * (q * np.log(gamma) - gammaln(q))
    total += p * constants[0] - constants[1] - p * heavy - q * log_sum
    both = digamma(p * counts + q)
    by_p = (people * counts) @ (both - digamma(p * counts)) + constants[0] - heavy
    by_q = people @ both + size * (np.log(gamma) - digamma(q)) - log_sum
    by_gamma = size * q / gamma - p * dot(x, inverse) - q * inverse.sum()
    return float(total), np.array([by_p, by_q, by_gamma])


def _correlation(x: Array, m: Array) -> float:
    if x.min() == x.max() or m.min() == m.max():
        return 0.0
    return abs(float(np.corrcoef(x, m)[0, 1]))
