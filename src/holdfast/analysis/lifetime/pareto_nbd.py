"""Pareto/NBD: customers buy at a steady rate of their own and may leave at any moment (methods §4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from scipy.special import digamma, gammaln

from holdfast.analysis.compiled import compiled
from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams, fit_counts
from holdfast.analysis.lifetime.special import discounted_decay, first_unit
from holdfast.analysis.lifetime.summary import Pairs, Seen, Tuples, distinct

NEAR_ONE = 1e-6


@dataclass(frozen=True)
class Tail:
    """H = ∫ of leaving after a moment ÷ having no purchase up to it (0–1), and its derivatives by r, alpha, s, beta."""

    value: Array
    slopes: Array


@dataclass(frozen=True)
class ParetoNbd:
    """r, alpha (weeks): the rates' gamma distribution; s, beta (weeks): that of leaving."""

    r: float
    alpha: float
    s: float
    beta: float
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (0.5, 10.0, 0.6, 12.0),
        (1.0, 3.0, 1.0, 30.0),
        (2.0, 30.0, 0.3, 6.0),
    )
    default: ClassVar[tuple[float, ...]] = (0.7, 12.0, 0.6, 15.0)

    @property
    def parameters(self) -> dict[str, float]:
        """By name; alpha and beta in weeks."""
        return {"r": self.r, "alpha": self.alpha, "s": self.s, "beta": self.beta}

    @classmethod
    def fit(cls, tuples: Tuples, params: FitParams = DEFAULTS, *, near: ParetoNbd | None = None) -> Fit[ParetoNbd]:
        """The parameters under which these customers are most likely; near: a model of customers alike, to start from."""
        begin = time.perf_counter()
        starts = cls.starts if near is None else (tuple(near.parameters.values()),)
        values, total, flags = fit_counts(tuples, cls.likelihood, starts, cls.default, params)
        model = cls(*(float(value) for value in values))
        return Fit(model, total, round(tuples.customers), time.perf_counter() - begin, flags)

    @classmethod
    def likelihood(cls, tuples: Tuples, values: Array) -> tuple[float, Array]:
        """Log-likelihood of all customers and its gradient by (r, alpha, s, beta)."""
        r, alpha, s, beta = (float(value) for value in values)
        x, people, _ = tuples.by_x
        ages, lasts = tuples.at_age, tuples.at_last
        # Both at once: of few customers the calls cost more than the work.
        first, size = len(ages.x), len(ages.x) + len(lasts.x)
        counts, times = np.concatenate([ages.x, lasts.x]), np.concatenate([ages.time, lasts.time])
        tail = _tail(values, counts, times)
        quiet, slope_quiet = _log_quiet(values, counts, times)
        # Who has each (x, T) and (x, t_x), by their part in the slope of what stands there.
        by_time, by_tail = np.zeros(size), np.zeros(size)
        everyone = tuples.customers
        total = people @ (gammaln(r + x) - gammaln(r)) + everyone * (r * np.log(alpha) + s * np.log(beta))
        total += _together(ages.place, first + lasts.place, tuples.weight, quiet, tail.value, by_time, by_tail)
        by_tail[:first] *= -1
        slopes = slope_quiet @ by_time + tail.slopes @ by_tail
        slopes[0] += people @ digamma(r + x) + everyone * (np.log(alpha) - digamma(r))
        slopes[1] += everyone * r / alpha
        slopes[2] += everyone * np.log(beta)
        slopes[3] += everyone * s / beta
        return float(total), slopes

    @property
    def _values(self) -> Array:
        return np.array([self.r, self.alpha, self.s, self.beta])

    def p_alive(self, seen: Seen) -> Array:
        """Chance that the customer has not left yet (0–1)."""
        ages, lasts = seen.pairs, distinct(seen.x, seen.t_x)
        log_age, _ = _log_quiet(self._values, ages.x, ages.time)
        log_last, _ = _log_quiet(self._values, lasts.x, lasts.time)
        tail_age = _tail(self._values, ages.x, ages.time, exact=1e-13).value[ages.place]
        tail_last = _tail(self._values, lasts.x, lasts.time, exact=1e-13).value[lasts.place]
        stay = np.exp(log_age[ages.place] - log_last[lasts.place])
        alive: Array = np.clip(stay / np.maximum(stay * (1 - tail_age) + tail_last, stay), 0.0, 1.0)
        return alive

    def expected(self, seen: Seen, weeks: float) -> Array:
        """Purchase days expected in the next `weeks`."""
        found: Array = self.p_alive(seen) * self.if_alive(seen.pairs, weeks)[seen.pairs.place]
        return found

    def if_alive(self, pairs: Pairs, weeks: Array | float) -> Array:
        """Purchases expected of a customer who is there at T, by x and T."""
        rate = (self.r + pairs.x) / (self.alpha + pairs.time)
        found: Array = rate * self._staying(self.beta + pairs.time, weeks)
        return found

    def expected_new(self, weeks: Array | float) -> Array:
        """Repeat purchase days of a new customer in the first `weeks`."""
        times = np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        return self.r / self.alpha * self._staying(np.full_like(times, self.beta), times)

    def p_buys(self, seen: Seen, weeks: float) -> Array:
        """Chance of at least one purchase in the next `weeks` (0–1)."""
        found: Array = self.buys_if_alive(seen.pairs, weeks)[seen.pairs.place] * self.p_alive(seen)
        return found

    def buys_if_alive(self, pairs: Pairs, weeks: float) -> Array:
        """Chance that a customer who is there at T buys in the next `weeks`, by x and T (0–1)."""
        later = pairs.time + weeks
        log_now, _ = _log_quiet(self._values, pairs.x, pairs.time)
        log_later, _ = _log_quiet(self._values, pairs.x, later)
        quiet = np.exp(log_later - log_now)
        none = quiet * (1 - _tail(self._values, pairs.x, later, exact=1e-13).value)
        none += _tail(self._values, pairs.x, pairs.time, exact=1e-13).value
        found: Array = np.clip(1 - none, 0.0, 1.0)
        return found

    def rate(self, seen: Seen) -> Array:
        """Purchase days a week for as long as the customer stays."""
        found: Array = (self.r + seen.x) / (self.alpha + seen.age)
        return found

    def discounted_residual(self, seen: Seen, weekly_rate: float) -> Array:
        """DERT: all purchase days still to come, each discounted at the continuous rate of a week.

        Formula: P(alive)·(r+x)/(alpha+T)·∫e^(−δt)·((beta+T)/(beta+T+t))^s dt, equal to the closed form with Tricomi's
        function. Source: Fader, Hardie & Lee 2005, JMR 42; methods §4.1.
        """
        staying = discounted_decay(self.beta + seen.age, self.s, weekly_rate)
        found: Array = self.p_alive(seen) * self.rate(seen) * staying
        return found

    def _staying(self, start: Array, weeks: Array | float) -> Array:
        """Weeks out of the next `weeks` that one who is there at the start is expected to stay."""
        power = self.s - 1
        grown = np.log1p(weeks / start)
        if abs(power) < NEAR_ONE:
            found: Array = start * grown
            return found
        rest: Array = start / power * -np.expm1(-power * grown)
        return rest


@compiled
def _together(
    now: Array, last: Array, weight: Array, quiet: Array, tail: Array, by_time: Array, by_tail: Array
) -> float:
    """Σ of the logarithms of what each tuple's silence is worth; the weights of its slopes are added to the last two.

    now, last: where its (x, T) and (x, t_x) stand in the others.
    """
    total = 0.0
    for t in range(len(weight)):
        i, j, people = now[t], last[t], weight[t]
        stay = np.exp(quiet[i] - quiet[j])
        kept = stay * (1.0 - tail[i])
        here = kept + tail[j]
        total += people * (quiet[j] + np.log(here))
        part = people / here
        by_time[i] += part * kept
        by_tail[i] += part * stay
        by_time[j] += people - part * kept
        by_tail[j] += part
    return total


def _log_quiet(values: Array, x: Array, time: Array) -> tuple[Array, Array]:
    """ln of (alpha+t)^−(r+x)·(beta+t)^−s and its derivatives by r, alpha, s, beta."""
    r, alpha, s, beta = (float(value) for value in values)
    near, far = alpha + time, beta + time
    log_near, log_far = np.log(near), np.log(far)
    slopes = np.stack([-log_near, -(r + x) / near, -log_far, -s / far])
    return -(r + x) * log_near - s * log_far, slopes


def _tail(values: Array, x: Array, time: Array, *, exact: float = 1e-10) -> Tail:
    """H at each (x, t); one hypergeometric function of the form 2F1(1, p; q; z), chosen so that 0 ≤ z < 1."""
    r, alpha, s, beta = (float(value) for value in values)
    near, far, all_ = alpha + time, beta + time, r + s + x
    if alpha >= beta:
        z = (alpha - beta) / near
        unit = first_unit(r + x, all_ + 1, z, exact=exact)
        share, log_share = s / all_ * unit.value, np.zeros((4, len(z)))
        by_p, by_s_of_p = unit.by_p, np.zeros_like(z)
        by_near, by_far = far / near**2, -1 / near
    else:
        z = (beta - alpha) / far
        unit = first_unit(np.full_like(z, s + 1), all_ + 1, z, exact=exact)
        share, log_share = s / all_ * (near / far) * unit.value, np.zeros((4, len(z)))
        log_share[1], log_share[3] = 1 / near, -1 / far
        by_p, by_s_of_p = np.zeros_like(z), unit.by_p
        by_near, by_far = -1 / far, near / far**2
    log_share[0] += -1 / all_ + (by_p + unit.by_q) / unit.value
    log_share[1] += unit.by_z * by_near / unit.value
    log_share[2] += 1 / s - 1 / all_ + (by_s_of_p + unit.by_q) / unit.value
    log_share[3] += unit.by_z * by_far / unit.value
    return Tail(share, share * log_share)


def fit_paretonbd(summary: pa.Table, params: FitParams = DEFAULTS) -> Fit[ParetoNbd]:
    """Fit the Pareto/NBD model.

    In: a table of `summary`. Out: Fit with r, alpha (weeks), s, beta (weeks) and the log-likelihood with its
    constants. Source: Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005 (note on deriving); methods §4.1.
    """
    return ParetoNbd.fit(Tuples.of(Seen.of(summary)), params)
