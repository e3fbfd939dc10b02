"""MBG/CNBD-k: customers who buy more regularly than chance, with k chosen by likelihood (methods §4.1)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.special import betaln, digamma, gammaln

from holdfast.analysis.compiled import compiled
from holdfast.analysis.ledger import LOG_UNIT, Array, Ledger
from holdfast.analysis.lifetime.dropout import MbgNbd
from holdfast.analysis.lifetime.fits import DEFAULTS, Fit, FitParams, fit_counts
from holdfast.analysis.lifetime.summary import WEEK, Pairs, Seen, Tuples, dot, summary
from holdfast.analysis.tables import Source, TableError

MOST_REGULAR = 4
# The sum over the next purchases ends where what is left of it cannot matter.
MOST_PURCHASES, TOO_LITTLE = 4_000, 1e-12
# Bounds of the regularity that gaps alone can tell, and halvings between them.
IRREGULAR, EVEN, HALVINGS = 0.02, 200.0, 60


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
        n = self.r + self.k * seen.x
        waited = _waited(n, seen.t_x, seen.age, self.alpha, self.k)
        turn = np.log(self.a / (self.b + seen.x)) + n * waited.longer - np.log(waited.ways)
        with np.errstate(over="ignore"):
            found: Array = 1 / (1 + np.exp(turn))
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
        fresh = Pairs(none, none, np.arange(len(times)))
        return self.p_alive(Seen(none, none, none)) * self._by_stage(fresh, times, MOST_PURCHASES)[:, 0]

    def rate(self, seen: Seen) -> Array:
        """Purchase days a week for as long as the customer stays."""
        found: Array = (self.r + self.k * seen.x) / (self.alpha + seen.age) / self.k
        return found

    def _come(self, seen: Seen, weeks: float, most: int) -> Array:
        """Purchases expected of one who is there at T, or only the chance of the first."""
        pairs = seen.pairs
        steps = self._by_stage(pairs, np.broadcast_to(weeks, pairs.x.shape), most)
        n, total = self.r + self.k * seen.x, np.zeros(len(seen))
        waited = _waited(n, seen.t_x, seen.age, self.alpha, self.k)
        chance = 1 / waited.ways
        for j in range(self.k):
            total += chance * steps[pairs.place, j]
            chance = chance * (n + j) / (j + 1) * waited.share
        return total

    def _by_stage(self, pairs: Pairs, weeks: Array, most: int) -> Array:
        """The same for each (x, T) and stage: events of the stream since the last purchase. They alone need the sum."""
        found = np.empty((len(pairs.x), self.k))
        wide = (np.ascontiguousarray(part, dtype=np.float64) for part in (pairs.x, pairs.time, weeks))
        _stream(*wide, self.k, self.r, self.alpha, self.a, self.b, most, found)
        return found


@compiled
def _stream(
    x: Array, age: Array, weeks: Array, k: int, r: float, alpha: float, a: float, b: float, most: int, found: Array
) -> None:
    """Σ over the next purchases, for each row and stage; the stream's events are counted up one by one."""
    for i in range(len(x)):
        z = weeks[i] / (alpha + age[i] + weeks[i])
        for j in range(k):
            shape = r + k * x[i] + j
            # ln of the chance of no event: below e^−700 the count goes on in logarithms until it can be seen.
            low = shape * np.log1p(-z)
            chance = np.exp(low)
            none_more, total, staying, m = 1.0, 0.0, 1.0, 0
            for n in range(1, most + 1):
                while m < n * k - j:
                    none_more -= chance
                    if low < -700.0:
                        low += np.log((shape + m) / (m + 1.0) * z)
                        chance = np.exp(low)
                    else:
                        chance *= (shape + m) / (m + 1.0) * z
                    m += 1
                added = staying * max(none_more, 0.0)
                total += added
                staying *= (b + x[i] + n) / (a + b + x[i] + n)
                if added <= TOO_LITTLE * total:
                    break
            found[i, j] = total


def regular_summary(days: Source | Ledger, *, as_of: date, minor_digits: int = 2) -> pa.Table:
    """`summary` with how regular each customer was: the column litt, Σ ln of his gaps in weeks (0 without one).

    In: customer days. Out: customer_id, x, t_x, T, m, litt. Source: methods §4.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought = ledger.purchases
    some, logs = bought.has_any, np.append(bought.log_gaps, 0)
    units = (logs[bought.start + bought.count - bought.has_any] - logs[bought.start])[some]
    litt = units / LOG_UNIT - (bought.count[some] - 1) * np.log(WEEK)
    return summary(ledger, as_of=as_of, minor_digits=minor_digits).append_column("litt", pa.array(litt))


def fit_mbgcnbd(table: pa.Table, params: FitParams = DEFAULTS, *, most: int = MOST_REGULAR) -> Fit[MbgCnbd]:
    """Fit the MBG/CNBD-k model for k = 1 … 4 and keep the most likely; all four have as many parameters.

    In: a table of `regular_summary`. Out: Fit of MbgCnbd, seconds of all k. Errors: TableError without litt.
    Source: Platzer & Reutterer 2016; Reutterer, Platzer & Schröder 2020, IJRM; methods §4.1 (choose k by likelihood).
    """
    if "litt" not in table.column_names:
        raise TableError("column_missing", "summary", "litt", "is missing")
    return fit_gaps(Tuples.of(Seen.of(table)), float(np.sum(table["litt"].to_numpy())), params, most=most)


def fit_gaps(tuples: Tuples, litt: float, params: FitParams = DEFAULTS, *, most: int = MOST_REGULAR) -> Fit[MbgCnbd]:
    """`fit_mbgcnbd` from collapsed customers: of the gaps it needs one number, Σ ln of all gaps in weeks (methods §4.1)."""
    begin = time.perf_counter()
    thin = tuples.thinned(params.thin_above)
    fits = [_fitted(thin, tuples, litt, k, MbgNbd.starts, params) for k in range(1, most + 1)]
    best = max((fit for fit in fits if not fit.failed), key=lambda fit: fit.log_likelihood, default=fits[0])
    if thin is not tuples:
        near = (best.model.r, best.model.alpha * best.model.k, best.model.a, best.model.b)
        best = _fitted(tuples, tuples, litt, best.model.k, (near,), params)
    return replace(best, seconds=time.perf_counter() - begin)


def gap_regularity(tuples: Tuples, litt: float) -> float | None:
    """k as the gaps alone tell it, whoever leaves when: 1 is chance, 2 and more regular; null without two gaps in a row.

    In: collapsed customers, litt: Σ ln of all their gaps in weeks. Formula: given x and t_x the x gaps share t_x out as a
    symmetric Dirichlet(k) does; the most likely k has Σ x·ψ(kx) − ψ(k)·Σ x + litt − Σ x·ln t_x = 0. Source: ours, from
    the model of Platzer & Reutterer 2016; it takes the place of Wheat & Morrison 1990, which sees two gaps only.
    """
    again = tuples.x > 1
    if not again.any():
        return None
    x, weight, t_x = tuples.x, tuples.weight, tuples.t_x
    once = (tuples.x > 0) & (t_x > 0)
    uneven = litt - dot(weight[once] * x[once], np.log(t_x[once]))
    counts, people, _ = tuples.by_x
    counts, people = counts[counts > 0], people[counts > 0]
    gaps = float(people @ counts)

    def slope(k: float) -> float:
        return float((people * counts) @ digamma(k * counts)) - gaps * float(digamma(k)) + uneven

    low, high = np.log(IRREGULAR), np.log(EVEN)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(float(np.exp(middle))) > 0 else (low, middle)
    return float(np.exp(low))


def _fitted(
    tuples: Tuples, everyone: Tuples, litt: float, k: int, starts: Sequence[Sequence[float]], params: FitParams
) -> Fit[MbgCnbd]:
    """For one k, with the log-likelihood of everyone, whoever it was searched on."""

    def likelihood(some: Tuples, values: Array) -> tuple[float, Array]:
        return _likelihood(some, values, k)

    slower = [(r, alpha / k, a, b) for r, alpha, a, b in starts]
    r, alpha, a, b = MbgNbd.default
    values, total, flags = fit_counts(tuples, likelihood, slower, (r, alpha / k, a, b), params)
    if everyone is not tuples:
        total, _ = likelihood(everyone, values)
    model = MbgCnbd(k, *(float(value) for value in values))
    gaps = (k - 1) * litt - float(gammaln(k)) * dot(everyone.weight, everyone.x)
    return Fit(model, float(total + gaps), int(everyone.customers), 0.0, flags)


@dataclass(frozen=True)
class _Waited:
    """Since the last purchase. longer: ln((alpha+T)/(alpha+t_x)). share: (T − t_x)/(alpha+T). ways: Σ_{j<k} (n)_j/j!·share^j,
    how much likelier the silence is because the stream may have moved on by j events; its slopes by n and by share."""

    longer: Array
    share: Array
    ways: Array
    by_n: Array
    by_share: Array


def _waited(n: Array, t_x: Array, age: Array, alpha: float, k: int) -> _Waited:
    share = (age - t_x) / (alpha + age)
    term, ways, by_n, by_share, inverse = (
        np.ones_like(share),
        np.ones_like(share),
        0.0 * share,
        0.0 * share,
        0.0 * share,
    )
    for j in range(1, k):
        step = (n + (j - 1)) / j
        by_share = by_share + j * term * step
        term = term * step * share
        inverse = inverse + 1 / (n + (j - 1))
        ways, by_n = ways + term, by_n + term * inverse
    return _Waited(-np.log1p(-share), share, ways, by_n, by_share)


def _likelihood(tuples: Tuples, values: Array, k: int) -> tuple[float, Array]:
    """Log-likelihood without what no parameter changes, and its gradient by (r, alpha, a, b).

    Formula: as MBG/NBD with n = r + kx purchases of the stream, and `ways` that it may have moved on since the last.
    """
    r, alpha, a, b = (float(value) for value in values)
    counts, people, place = tuples.by_x
    weight, n = tuples.weight, (r + k * counts)[place]
    waited = _waited(n, tuples.t_x, tuples.age, alpha, k)
    age = alpha + tuples.age
    log_age, log_ways = np.log(age), np.log(waited.ways)
    turn = np.log(a / (b + counts))[place] + n * waited.longer - log_ways
    small = np.exp(-np.abs(turn))
    gone = np.where(turn > 0, 1.0, small) / (1 + small) * weight
    here = weight - gone
    everyone = tuples.customers
    own = gammaln(r + k * counts) + betaln(a, b + counts + 1) - betaln(a, b)
    total = people @ own + everyone * (r * np.log(alpha) - float(gammaln(r)))
    total += dot(weight, np.maximum(turn, 0.0) + np.log1p(small) - n * log_age + log_ways)
    by_r = people @ digamma(r + k * counts) + everyone * (np.log(alpha) - digamma(r)) - dot(weight, log_age)
    by_r += dot(gone, waited.longer) + dot(here, waited.by_n / waited.ways)
    last = alpha + tuples.t_x
    by_alpha = everyone * r / alpha - dot(here * n, 1 / age) - dot(gone * n, 1 / last)
    by_alpha -= dot(here, waited.by_share * waited.share / (waited.ways * age))
    tail = people @ digamma(a + b + counts + 1)
    leaving = np.bincount(place, weights=gone, minlength=len(counts))
    by_a = everyone * digamma(a + b) - tail + gone.sum() / a
    by_b = people @ digamma(b + counts + 1) - tail + everyone * (digamma(a + b) - digamma(b))
    by_b -= float((leaving / (b + counts)).sum())
    return float(total), np.array([by_r, by_alpha, by_a, by_b])
