"""BG/NBD and MBG/NBD: customers buy at a steady rate of their own and may leave after any purchase (methods §4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from scipy.special import digamma, gammaln

from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams, fit_counts
from holdfast.analysis.lifetime.special import mean_until_leaving, scaled_hyp2f1
from holdfast.analysis.lifetime.summary import Pairs, Seen, Tuples, dot

NEAR_ONE = 1e-6
SWING, LARGE = 0.5, 50.0


@dataclass(frozen=True)
class Dropout:
    """r, alpha (weeks): the rates' gamma distribution; a, b: the beta distribution of leaving after a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    # −1: nobody leaves before the second purchase (BG); 0: the first may be the last (MBG).
    offset: ClassVar[int] = 0
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (0.5, 6.0, 0.8, 2.0),
        (1.0, 2.0, 1.0, 1.0),
        (2.0, 30.0, 0.2, 3.0),
    )
    default: ClassVar[tuple[float, ...]] = (0.7, 10.0, 0.8, 2.5)

    @property
    def parameters(self) -> dict[str, float]:
        """By name; alpha in weeks."""
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

    @classmethod
    def fit(cls, tuples: Tuples, params: FitParams = DEFAULTS, *, near: Self | None = None) -> Fit[Self]:
        """The parameters under which these customers are most likely; near: a model of customers alike, to start from."""
        begin = time.perf_counter()
        starts = cls.starts if near is None else (tuple(near.parameters.values()),)
        values, total, flags = fit_counts(tuples, cls.likelihood, starts, cls.default, params)
        model = cls(*(float(value) for value in values))
        return Fit(model, total, round(tuples.customers), time.perf_counter() - begin, flags)

    @classmethod
    def likelihood(cls, tuples: Tuples, values: Array) -> tuple[float, Array]:
        """Log-likelihood of all customers and its gradient by (r, alpha, a, b)."""
        r, alpha, a, b = (float(value) for value in values)
        x, people, place = tuples.by_x
        s = b + x + cls.offset
        log_age, log_last = np.log(alpha + tuples.age), np.log(alpha + tuples.t_x)
        repeat = r + tuples.x
        odds = np.where(s > b - 1, np.log(a) - np.log(np.where(s > b - 1, s, 1.0)), -np.inf)
        turn = odds[place] + repeat * (log_age - log_last)
        small = np.exp(-np.abs(turn))
        gone = np.where(turn > 0, 1.0, small) / (1 + small) * tuples.weight
        soft = dot(tuples.weight, np.maximum(turn, 0.0) + np.log1p(small))
        return cls._summed(tuples, values, (s, log_age, log_last, repeat), gone, soft, people, x)

    @classmethod
    def _summed(
        cls,
        tuples: Tuples,
        values: Array,
        parts: tuple[Array, Array, Array, Array],
        gone: Array,
        soft: float,
        people: Array,
        x: Array,
    ) -> tuple[float, Array]:
        r, alpha, a, b = (float(value) for value in values)
        s, log_age, log_last, repeat = parts
        everyone = tuples.customers
        weight = tuples.weight
        own = gammaln(r + x) + gammaln(s + 1) - gammaln(a + s + 1)
        shared = -gammaln(r) + r * np.log(alpha) - gammaln(b) + gammaln(a + b)
        total = people @ own + everyone * shared - dot(weight * repeat, log_age) + soft
        inverse_age, inverse_last = 1 / (alpha + tuples.age), 1 / (alpha + tuples.t_x)
        by_r = people @ digamma(r + x) + everyone * (np.log(alpha) - digamma(r))
        by_r += dot(gone, log_age - log_last) - dot(weight, log_age)
        by_alpha = everyone * r / alpha - dot(weight * repeat, inverse_age)
        by_alpha += dot(gone * repeat, inverse_age - inverse_last)
        tail = people @ digamma(a + s + 1)
        by_a = everyone * digamma(a + b) - tail + gone.sum() / a
        leaving = np.bincount(tuples.by_x[2], weights=gone, minlength=len(x))
        by_b = people @ digamma(s + 1) - tail + everyone * (digamma(a + b) - digamma(b))
        by_b -= float(np.divide(leaving, s, out=np.zeros_like(s), where=leaving > 0).sum())
        return float(total), np.array([by_r, by_alpha, by_a, by_b])

    def p_alive(self, seen: Seen) -> Array:
        """Chance that the customer has not left yet (0–1)."""
        s = self.b + seen.x + self.offset
        if self.offset < 0:
            s = np.where(seen.x > 0, s, 1.0)
        with np.errstate(over="ignore"):
            ratio = np.exp((self.r + seen.x) * np.log1p((seen.age - seen.t_x) / (self.alpha + seen.t_x)))
        gone = self.a / s * ratio
        if self.offset < 0:
            gone = np.where(seen.x > 0, gone, 0.0)
        alive: Array = 1 / (1 + gone)
        return alive

    def expected(self, seen: Seen, weeks: float) -> Array:
        """Purchase days expected in the next `weeks`."""
        found: Array = self.if_alive(seen.pairs, weeks)[seen.pairs.place] * self.p_alive(seen)
        return found

    def expected_new(self, weeks: Array | float) -> Array:
        """Repeat purchase days of a new customer in the first `weeks`."""
        times = np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        none = np.zeros_like(times)
        first = self.p_alive(Seen(none[:1], none[:1], none[:1]))
        return self.if_alive(Pairs(none, none, np.arange(len(times))), times) * first

    def p_buys(self, seen: Seen, weeks: float) -> Array:
        """Chance of at least one purchase in the next `weeks` (0–1)."""
        found: Array = self.buys_if_alive(seen.pairs, weeks)[seen.pairs.place] * self.p_alive(seen)
        return found

    def buys_if_alive(self, pairs: Pairs, weeks: float) -> Array:
        """Chance that a customer who is there at T buys in the next `weeks`, by x and T (0–1)."""
        found: Array = -np.expm1(-(self.r + pairs.x) * np.log1p(weeks / (self.alpha + pairs.time)))
        return found

    def rate(self, seen: Seen) -> Array:
        """Purchase days a week for as long as the customer stays."""
        found: Array = (self.r + seen.x) / (self.alpha + seen.age)
        return found

    def if_alive(self, pairs: Pairs, weeks: Array | float) -> Array:
        """Purchases expected of a customer who is there at T, by x and T."""
        r, x = self.r, pairs.x
        a = self.a + NEAR_ONE if abs(self.a - 1) < NEAR_ONE else self.a
        c = a + self.b + x + self.offset
        c = np.where(np.abs(c) < NEAR_ONE, NEAR_ONE, c)
        span = np.broadcast_to(weeks / (self.alpha + pairs.time), x.shape)
        z = span / (1 + span)
        first = c - r - x
        found = np.empty(len(x))
        # Long alternating sums lose digits, and so does the bracket where a is large: there the mean is integrated.
        hard = (np.maximum(-first, 0.0) * max(abs(a - 1), 1.0) > SWING * c) | (a > LARGE) | ((c > LARGE) & (z > SWING))
        easy = ~hard
        value, log_scale = scaled_hyp2f1(first[easy], a - 1, c[easy], z[easy])
        bracket = 1 - value * np.exp(log_scale + (a - 1) * np.log1p(-z[easy]))
        found[easy] = c[easy] / (a - 1) * bracket
        found[hard] = mean_until_leaving(r + x[hard], span[hard], self.a, self.b + x[hard] + self.offset + 1)
        return np.maximum(found, 0.0)


@dataclass(frozen=True)
class BgNbd(Dropout):
    """BG/NBD: customers can leave only after a repeat purchase."""

    offset: ClassVar[int] = -1
    default: ClassVar[tuple[float, ...]] = (0.4, 10.0, 0.8, 2.5)


@dataclass(frozen=True)
class MbgNbd(Dropout):
    """MBG/NBD: the first purchase may already be the last."""


def fit_bgnbd(summary: pa.Table, params: FitParams = DEFAULTS) -> Fit[BgNbd]:
    """Fit the BG/NBD model.

    In: a table of `summary`. Out: Fit with r, alpha (weeks), a, b and the log-likelihood with its constants.
    Source: Fader, Hardie & Lee 2005, Marketing Science 24(2) 275–284; methods §4.1.
    """
    return BgNbd.fit(Tuples.of(Seen.of(summary)), params)


def fit_mbgnbd(summary: pa.Table, params: FitParams = DEFAULTS) -> Fit[MbgNbd]:
    """Fit the MBG/NBD model.

    In: a table of `summary`. Out: as `fit_bgnbd`. Source: Batislam, Denizel & Filiztekin 2007; methods §4.1.
    """
    return MbgNbd.fit(Tuples.of(Seen.of(summary)), params)
