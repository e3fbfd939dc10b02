"""NBD: everyone keeps buying at a steady rate of their own for ever; the baseline without leaving (methods §4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from scipy.special import digamma, gammaln

from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams, fit_counts
from holdfast.analysis.lifetime.summary import Pairs, Seen, Tuples, dot


@dataclass(frozen=True)
class Nbd:
    """r, alpha (weeks): the rates' gamma distribution."""

    r: float
    alpha: float
    starts: ClassVar[tuple[tuple[float, ...], ...]] = ((0.5, 10.0), (1.0, 3.0), (2.0, 40.0))
    default: ClassVar[tuple[float, ...]] = (0.7, 12.0)

    @property
    def parameters(self) -> dict[str, float]:
        """By name; alpha in weeks."""
        return {"r": self.r, "alpha": self.alpha}

    @classmethod
    def fit(cls, tuples: Tuples, params: FitParams = DEFAULTS) -> Fit[Nbd]:
        """The parameters under which these customers are most likely."""
        begin = time.perf_counter()
        values, total, flags = fit_counts(tuples, cls.likelihood, cls.starts, cls.default, params)
        return Fit(
            cls(float(values[0]), float(values[1])), total, round(tuples.customers), time.perf_counter() - begin, flags
        )

    @classmethod
    def likelihood(cls, tuples: Tuples, values: Array) -> tuple[float, Array]:
        """Log-likelihood of all customers, up to what the times of purchase alone decide, and its gradient."""
        r, alpha = (float(value) for value in values)
        x, people, _ = tuples.by_x
        log_age = np.log(alpha + tuples.age)
        everyone, heavy = tuples.customers, tuples.weight * (r + tuples.x)
        total = people @ (gammaln(r + x) - gammaln(r)) + everyone * r * np.log(alpha) - dot(heavy, log_age)
        by_r = people @ digamma(r + x) + everyone * (np.log(alpha) - digamma(r)) - dot(tuples.weight, log_age)
        by_alpha = everyone * r / alpha - dot(heavy, 1 / (alpha + tuples.age))
        return float(total), np.array([by_r, by_alpha])

    def p_alive(self, seen: Seen) -> Array:
        """1: nobody leaves in this model."""
        return np.ones(len(seen))

    def expected(self, seen: Seen, weeks: float) -> Array:
        """Purchase days expected in the next `weeks`."""
        return self.rate(seen) * weeks

    def if_alive(self, pairs: Pairs, weeks: Array | float) -> Array:
        """Purchases expected by x and T."""
        found: Array = (self.r + pairs.x) / (self.alpha + pairs.time) * weeks
        return found

    def buys_if_alive(self, pairs: Pairs, weeks: float) -> Array:
        """Chance of at least one purchase in the next `weeks`, by x and T (0–1)."""
        found: Array = -np.expm1(-(self.r + pairs.x) * np.log1p(weeks / (self.alpha + pairs.time)))
        return found

    def expected_new(self, weeks: Array | float) -> Array:
        """Repeat purchase days of a new customer in the first `weeks`."""
        found: Array = self.r / self.alpha * np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        return found

    def p_buys(self, seen: Seen, weeks: float) -> Array:
        """Chance of at least one purchase in the next `weeks` (0–1)."""
        found: Array = self.buys_if_alive(seen.pairs, weeks)[seen.pairs.place]
        return found

    def rate(self, seen: Seen) -> Array:
        """Purchase days a week."""
        found: Array = (self.r + seen.x) / (self.alpha + seen.age)
        return found


def fit_nbd(summary: pa.Table, params: FitParams = DEFAULTS) -> Fit[Nbd]:
    """Fit the NBD model, the baseline in which nobody leaves.

    In: a table of `summary`. Out: Fit with r, alpha (weeks). Source: Ehrenberg 1959; methods §4.1.
    """
    return Nbd.fit(Tuples.of(Seen.of(summary)), params)
