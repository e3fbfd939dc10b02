"""MBG/CNBD-k: customers who buy more regularly than chance, with k chosen by likelihood (methods §4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.special import betainc, betaln, digamma, gammaln, logsumexp

from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime.dropout import MbgNbd
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams, fit_counts
from holdfast.analysis.lifetime.summary import WEEK, Seen, Tuples, summary
from holdfast.analysis.tables import Source, TableError

MOST_REGULAR = 4
# The sum over the next purchases ends where what is left of it cannot matter.
MOST_PURCHASES, TOO_LITTLE = 4_000, 1e-12


@dataclass(frozen=True)
class MbgCnbd:
    """k: purchases are as regular as every k-th of a random stream (1: MBG/NBD). r, alpha (weeks), a, b as there, of
    the stream."""

    k: int
    r: float
    alpha: float
    a: float
    b: float

    @property
    def parameters(self) -> dict[str, float]:
        """By name; alpha in weeks."""
        return {"k": self.k, "r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

    def p_alive(self, seen: Seen) -> Array:
        """Chance that the customer has not left yet (0–1)."""
        alive, dead, _ = _terms(seen.x, seen.t_x, seen.age, (self.r, self.alpha, self.a, self.b), self.k)
        found: Array = np.exp(alive - np.logaddexp(alive, dead))
        return found

    def expected(self, seen: Seen, weeks: float) -> Array:
        """Purchase days expected in the next `weeks`.

        Formula, exact: the n-th next purchase comes when the stream has gone nk − j events further, j those since the last
        purchase, and the customer must have stayed at the n − 1 before it: Σ_j P(j)·Σ_n B(a, b+x+n)/B(a, b+x+1)·
        I_z(nk − j, r+kx+j), z = t/(alpha+T+t). Source: ours, from the model of Reutterer, Platzer & Schröder 2020.
        """
        found: Array = self.p_alive(seen) * self._come(seen, weeks, MOST_PURCHASES)
        return found

    def p_buys(self, seen: Seen, weeks: float) -> Array:
        """Chance of at least one purchase in the next `weeks` (0–1): the first term of `expected`."""
        found: Array = self.p_alive(seen) * self._come(seen, weeks, 1)
        return found

    def expected_new(self, weeks: Array | float) -> Array:
        """Repeat purchase days of a new customer in the first `weeks`."""
        times = np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        none = np.zeros_like(times)
        return self.p_alive(Seen(none, none, none)) * self._come(Seen(none, none, none), times, MOST_PURCHASES)

    def rate(self, seen: Seen) -> Array:
        """Purchase days a week for as long as the customer stays."""
        found: Array = (self.r + self.k * seen.x) / (self.alpha + seen.age) / self.k
        return found

    def _come(self, seen: Seen, weeks: Array | float, most: int) -> Array:
        """Purchases expected of one who is there at T, or only the chance of the first."""
        _, _, stages = _terms(seen.x, seen.t_x, seen.age, (self.r, self.alpha, self.a, self.b), self.k)
        span = np.broadcast_to(np.asarray(weeks, dtype=np.float64), seen.x.shape)
        z = span / (self.alpha + seen.age + span)
        total, open_rows, staying = np.zeros(len(seen)), np.arange(len(seen)), np.ones(len(seen))
        for n in range(1, most + 1):
            shape = self.r + self.k * seen.x[open_rows]
            parts = [stages[j, open_rows] * betainc(n * self.k - j, shape + j, z[open_rows]) for j in range(self.k)]
            added = staying[open_rows] * np.sum(parts, axis=0)
            total[open_rows] += added
            # B(a, b + x + n + 1) ÷ B(a, b + x + n): stays at the n-th purchase too.
            low = self.b + seen.x[open_rows] + n
            staying[open_rows] *= low / (self.a + low)
            open_rows = open_rows[added > TOO_LITTLE * np.maximum(total[open_rows], 1e-300)]
            if not len(open_rows):
                break
        return total


def regular_summary(days: Source | Ledger, *, as_of: date, minor_digits: int = 2) -> pa.Table:
    """`summary` with how regular each customer was: the column litt, Σ ln of his gaps in weeks (0 without one).

    In: customer days. Out: customer_id, x, t_x, T, m, litt. Source: methods §4.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought = ledger.purchases
    logs = np.log(np.where(bought.rank > 0, np.maximum(bought.gap, 1), WEEK) / WEEK)
    litt = np.bincount(bought.customer, weights=logs, minlength=len(ledger))[bought.has_any]
    return summary(ledger, as_of=as_of, minor_digits=minor_digits).append_column("litt", pa.array(litt))


def fit_mbgcnbd(table: pa.Table, params: FitParams = DEFAULTS, *, most: int = MOST_REGULAR) -> Fit[MbgCnbd]:
    """Fit the MBG/CNBD-k model for k = 1 … 4 and keep the most likely; all four have as many parameters.

    In: a table of `regular_summary`. Out: Fit of MbgCnbd, seconds of all k. Errors: TableError without litt.
    Source: Platzer & Reutterer 2016; Reutterer, Platzer & Schröder 2020, IJRM; methods §4.1 (choose k by likelihood).
    """
    if "litt" not in table.column_names:
        raise TableError("column_missing", "summary", "litt", "is missing")
    begin = time.perf_counter()
    tuples, litt = Tuples.of(Seen.of(table)), float(np.sum(table["litt"].to_numpy()))
    fits = [_fitted(tuples, litt, k, params) for k in range(1, most + 1)]
    best = max((fit for fit in fits if not fit.failed), key=lambda fit: fit.log_likelihood, default=fits[0])
    return replace(best, seconds=time.perf_counter() - begin)


def _fitted(tuples: Tuples, litt: float, k: int, params: FitParams) -> Fit[MbgCnbd]:
    def likelihood(some: Tuples, values: Array) -> tuple[float, Array]:
        return _likelihood(some, values, k)

    starts = [(r, alpha / k, a, b) for r, alpha, a, b in MbgNbd.starts]
    r, alpha, a, b = MbgNbd.default
    values, total, flags = fit_counts(tuples, likelihood, starts, (r, alpha / k, a, b), params)
    model = MbgCnbd(k, *(float(value) for value in values))
    gaps = (k - 1) * litt - float(gammaln(k)) * float(tuples.weight @ tuples.x)
    return Fit(model, total + gaps, int(tuples.customers), 0.0, flags)


def _likelihood(tuples: Tuples, values: Array, k: int) -> tuple[float, Array]:
    """Log-likelihood without what no parameter changes, and its gradient by (r, alpha, a, b)."""
    r, alpha, a, b = (float(value) for value in values)
    x, weight = tuples.x, tuples.weight
    alive, dead, stage = _terms(x, tuples.t_x, tuples.age, (r, alpha, a, b), k)
    whole = np.logaddexp(alive, dead)
    here = np.exp(alive - whole)
    gone = 1.0 - here
    n = r + k * x
    steps = n + np.arange(k)[:, None]
    age, last = alpha + tuples.age, alpha + tuples.t_x
    of_r = here * ((stage * digamma(steps)).sum(axis=0) - np.log(age)) + gone * (digamma(n) - np.log(last))
    of_alpha = -here * (stage * steps).sum(axis=0) / age - gone * n / last
    tail = digamma(a + b) - digamma(a + b + x + 1)
    of_a = tail + gone / a
    of_b = tail - digamma(b) + here * digamma(b + x + 1) + gone * digamma(b + x)
    people = float(weight.sum())
    shared = people * (r * np.log(alpha) - float(gammaln(r)))
    slopes = [of_r + np.log(alpha) - digamma(r), of_alpha + r / alpha, of_a, of_b]
    return float(weight @ whole) + shared, np.array([float(weight @ slope) for slope in slopes])


def _terms(
    x: Array, t_x: Array, age: Array, values: tuple[float, float, float, float], k: int
) -> tuple[Array, Array, Array]:
    """ln of being there and of having left (without α^r ÷ Γ(r)), and the chance of each stage if there."""
    r, alpha, a, b = values
    n, step = r + k * x, np.arange(k)[:, None]
    since = np.log(np.maximum(age - t_x, 1e-300))
    stages = (
        gammaln(n + step) + np.where(step > 0, step * since, 0.0) - gammaln(step + 1) - (n + step) * np.log(alpha + age)
    )
    waiting = logsumexp(stages, axis=0)
    alive = betaln(a, b + x + 1) - betaln(a, b) + waiting
    dead = betaln(a + 1, b + x) - betaln(a, b) + gammaln(n) - n * np.log(alpha + t_x)
    return alive, dead, np.exp(stages - waiting)
