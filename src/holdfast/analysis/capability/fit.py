"""A lognormal law of times, with open jobs as lower bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import log_ndtr, ndtr, ndtri

from holdfast.analysis.ledger import Array

NOTHING = np.zeros(0)
MIN_JOBS = 3
LEAST_SIGMA = 1e-6


@dataclass(frozen=True)
class Lognormal:
    """Times whose logarithm is normal with mean mu and standard deviation sigma; days."""

    mu: float
    sigma: float

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> Lognormal:
        """The law with this mean and standard deviation, days."""
        variance = math.log1p((sd / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    @property
    def mean(self) -> float:
        """Days."""
        return math.exp(self.mu + self.sigma**2 / 2)

    def within(self, days: float) -> float:
        """Chance of at most so many days."""
        return float(ndtr((math.log(days) - self.mu) / self.sigma))

    def beyond(self, days: float) -> float:
        """Chance of more than so many days."""
        return float(ndtr((self.mu - math.log(days)) / self.sigma))

    def quantile(self, share: float) -> float:
        """Days that this share of jobs does not exceed."""
        return math.exp(self.mu + self.sigma * float(ndtri(share)))


def fit_lognormal(days: Array, open_days: Array = NOTHING) -> Lognormal | None:
    """The lognormal law of highest likelihood; null with fewer than 3 finished jobs, or where they do not vary.

    In: days of finished jobs, and how long the open ones have waited: a lower bound of what they will take. A job of
    0 days counts as at most the shortest other one. Formula: Σ ln f(x) + Σ ln(1 − F(open)) + Σ ln F(shortest).
    Source: methods §7.
    """
    days = np.asarray(days, dtype=np.float64)
    open_days = np.asarray(open_days, dtype=np.float64)
    logs = np.log(days[days > 0])
    if len(days) < MIN_JOBS or not len(logs) or float(np.ptp(logs)) <= LEAST_SIGMA:
        return None
    waiting = np.log(open_days[open_days > 0])
    instant = np.full(int((days <= 0).sum()), logs.min())
    mu, sigma = float(logs.mean()), float(logs.std())
    if not len(waiting) and not len(instant):
        return Lognormal(mu, sigma)
    return _most_likely(logs, waiting, instant, (mu, math.log(sigma)))


def _most_likely(logs: Array, waiting: Array, instant: Array, start: tuple[float, float]) -> Lognormal | None:
    def loss(at: Array) -> tuple[float, Array]:
        sigma = math.exp(at[1])
        z, late, soon = ((part - at[0]) / sigma for part in (logs, waiting, instant))
        value = float((z * z).sum() / 2 + len(z) * at[1] - log_ndtr(-late).sum() - log_ndtr(soon).sum())
        over, under = _hazard(late), _hazard(-soon)
        by_mu = (-z.sum() - over.sum() + under.sum()) / sigma
        by_scale = len(z) - (z * z).sum() - (over * late).sum() + (under * soon).sum()
        return value, np.array([by_mu, by_scale])

    bounds = [(start[0] - 20, start[0] + 20), (math.log(LEAST_SIGMA), math.log(50.0))]
    found = minimize(loss, np.array(start), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    mu, scale = (float(value) for value in found.x)
    return Lognormal(mu, math.exp(scale)) if math.isfinite(float(found.fun)) else None


def _hazard(z: Array) -> Array:
    """φ(z) ÷ Φ(−z)."""
    found: Array = np.exp(-z * z / 2 - math.log(math.sqrt(2 * math.pi)) - log_ndtr(-z))
    return found


def still_open(days: Array, open_days: Array = NOTHING) -> tuple[Array, Array]:
    """Kaplan–Meier: the days at which jobs were finished, and the share that takes longer; open ones as lower bounds.

    Source: methods §7.
    """
    days, open_days = np.asarray(days, dtype=np.float64), np.asarray(open_days, dtype=np.float64)
    times, finished = np.unique(days, return_counts=True)
    every = np.sort(np.concatenate([days, open_days]))
    at_risk = len(every) - np.searchsorted(every, times, side="left")
    share: Array = np.cumprod(1 - finished / np.maximum(at_risk, 1))
    return times, share


def largest_sd(mean: float, limit: float, share: float) -> float:
    """How much times may vary at this mean, days, so that no more than a share goes beyond the limit (lognormal).

    Errors: ValueError unless 0 < mean < limit and 0 < share < 0.5. Source: methods §7 (6.7, 9: 1.288/.878/.652 for 5/1/0.1 %).
    """
    if not (0 < mean < limit and 0 < share < 0.5):
        raise ValueError("needs 0 < mean < limit and a share between 0 and 0.5")
    z = float(ndtri(1 - share))
    gap = math.log(limit / mean)
    # ln(limit) = mu + z·sigma with mu = ln(mean) − sigma²/2; the smaller root is the one where more spread is worse.
    most = z if z * z / 2 < gap else float(brentq(lambda sigma: z * sigma - sigma**2 / 2 - gap, 0.0, z))
    return mean * math.sqrt(math.expm1(most**2))
