"""Contract business: how long subscribers stay, from the survivors of each renewal (methods §4.4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma

from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams
from holdfast.analysis.lifetime.optimise import best_of
from holdfast.analysis.lifetime.special import hyp2f1


@dataclass(frozen=True)
class ShiftedBeta:
    """sBG: each customer leaves at each renewal with a chance of their own, beta(alpha, beta) between customers."""

    alpha: float
    beta: float

    @property
    def parameters(self) -> dict[str, float]:
        """By name."""
        return {"alpha": self.alpha, "beta": self.beta}

    def survival(self, periods: Array | Sequence[float]) -> Array:
        """Share still there after so many renewals (0–1)."""
        return _survival(np.asarray(periods, dtype=np.float64), self.alpha, self.beta)

    def retention(self, periods: Array | Sequence[float]) -> Array:
        """Share of those there that renews at each renewal: (beta+t−1)/(alpha+beta+t−1)."""
        t = np.asarray(periods, dtype=np.float64)
        found: Array = (self.beta + t - 1) / (self.alpha + self.beta + t - 1)
        return found

    def expected_lifetime(self, discount: float) -> float:
        """DEL: discounted payments of a new customer, the first one now: 2F1(1, beta; alpha+beta; 1/(1+d))."""
        return float(hyp2f1(1.0, self.beta, self.alpha + self.beta, 1 / (1 + discount)))

    def residual_lifetime(self, renewed: int, discount: float) -> float:
        """Discounted payments still to come from one who has paid `renewed` times, just before the next renewal."""
        a, b = self.alpha, self.beta + renewed
        first = (b - 1) / (a + b - 1)
        return first * float(hyp2f1(1.0, b, a + b, 1 / (1 + discount)))


@dataclass(frozen=True)
class BetaWeibull:
    """Beta-discrete-Weibull: as sBG, but a customer's own chance changes with time; c > 1 it grows, c < 1 it falls."""

    gamma: float
    delta: float
    c: float

    @property
    def parameters(self) -> dict[str, float]:
        """By name."""
        return {"gamma": self.gamma, "delta": self.delta, "c": self.c}

    def survival(self, periods: Array | Sequence[float]) -> Array:
        """Share still there after so many renewals (0–1): B(gamma, delta+t^c)/B(gamma, delta)."""
        return _survival(np.asarray(periods, dtype=np.float64) ** self.c, self.gamma, self.delta)


def _survival(grown: Array, first: float, second: float) -> Array:
    found: Array = np.exp(betaln(first, second + grown) - betaln(first, second))
    return found


def fit_sbg(alive: Sequence[float], params: FitParams = DEFAULTS) -> Fit[ShiftedBeta]:
    """Fit the shifted-beta-geometric model.

    In: how many were there at the start and after each renewal, not rising. Out: Fit with alpha, beta, log-likelihood
    Σ lost_t·ln P(t) + alive·ln S. Errors: ValueError for fewer than two numbers or a rising row. Source: Fader & Hardie 2007,
    JIM 21(1) 76–90; methods §4.4.
    """
    begin = time.perf_counter()
    counts, times = _checked(alive), np.arange(len(alive), dtype=np.float64)

    def evaluate(values: Array) -> tuple[float, Array]:
        survival, slopes = _with_slopes(times, np.zeros_like(times), values[0], values[1])
        return _likelihood(counts, survival, slopes[:2])

    values, total, flags = _searched(evaluate, ((1.0, 2.0), (0.5, 0.5), (2.0, 10.0)), counts, params)
    return Fit(ShiftedBeta(*values), total, int(counts[0]), time.perf_counter() - begin, flags)


def fit_beta_weibull(alive: Sequence[float], params: FitParams = DEFAULTS) -> Fit[BetaWeibull]:
    """Fit the beta-discrete-Weibull model.

    In, errors: as `fit_sbg`. Out: Fit with gamma, delta, c. Source: Fader, Hardie, Liu, Davin & Steenburgh 2018,
    J. Interactive Marketing 43; methods §4.4.
    """
    begin = time.perf_counter()
    counts, times = _checked(alive), np.arange(len(alive), dtype=np.float64)
    logs = np.log(np.maximum(times, 1.0))

    def evaluate(values: Array) -> tuple[float, Array]:
        grown = times ** values[2]
        return _likelihood(counts, *_with_slopes(grown, grown * logs, values[0], values[1]))

    starts = ((0.5, 1.5, 1.2), (1.0, 1.0, 1.0), (0.2, 3.0, 2.0))
    values, total, flags = _searched(evaluate, starts, counts, params)
    return Fit(BetaWeibull(*values), total, int(counts[0]), time.perf_counter() - begin, flags)


def _checked(alive: Sequence[float]) -> Array:
    counts = np.asarray(alive, dtype=np.float64)
    if len(counts) < 2 or not np.isfinite(counts).all() or counts[0] <= 0:
        raise ValueError("survivors need a start above 0 and at least one renewal")
    if (np.diff(counts) > 0).any() or (counts < 0).any():
        raise ValueError("the number of survivors cannot rise or fall below 0")
    return counts


def _with_slopes(grown: Array, by_c: Array, first: float, second: float) -> tuple[Array, Array]:
    """S(t) and its derivatives by both parameters and by the exponent of time."""
    survival = _survival(grown, first, second)
    inner = digamma(second + grown) - digamma(first + second + grown)
    slopes = [
        digamma(first + second) - digamma(first + second + grown),
        inner - digamma(second) + digamma(first + second),
        inner * by_c,
    ]
    return survival, np.stack(slopes) * survival


def _likelihood(counts: Array, survival: Array, slopes: Array) -> tuple[float, Array]:
    lost, left = -np.diff(counts), counts[-1]
    chance = np.maximum(-np.diff(survival), 1e-300)
    last = max(float(survival[-1]), 1e-300)
    total = float(lost @ np.log(chance) + left * np.log(last))
    by = (-np.diff(slopes, axis=1) / chance) @ lost + slopes[:, -1] / last * left
    return total, by


def _searched(
    evaluate: Callable[[Array], tuple[float, Array]],
    starts: Sequence[Sequence[float]],
    counts: Array,
    params: FitParams,
) -> tuple[tuple[float, ...], float, tuple[str, ...]]:
    people = float(counts[0])

    def objective(point: Array) -> tuple[float, Array]:
        values = np.exp(point)
        with np.errstate(all="ignore"):
            total, by = evaluate(values)
        if not np.isfinite(by).all():
            return np.inf, np.zeros_like(by)
        return -total / people, -by * values / people

    found = best_of(objective, starts, deadline=time.monotonic() + params.seconds)
    values = tuple(float(value) for value in np.exp(found.point))
    named = {"out_of_time": not found.in_time, "not_converged": found.in_time and not found.converged}
    return values, -found.value * people, tuple(name for name, holds in named.items() if holds)
