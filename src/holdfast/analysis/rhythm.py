"""Each customer's own rhythm: how long their usual gap is, and how unusual today's silence (methods §3.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.special import ndtr, ndtri

from holdfast.analysis.compiled import compiled
from holdfast.analysis.ledger import LOG_UNIT, Array, Ledger, Purchases, dates
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source


@dataclass(frozen=True)
class RhythmParams(Params):
    """Settings of the rhythm model.

    kappa: how many gaps the segment's mean counts for in a customer's own. default_gap_days, default_sigma: what is
    assumed before any repeat gap is known; they count as prior_gaps observations and so vanish as data come in.
    min_segment_customers: smaller segments (counted in customers with a gap) use all customers' values.
    watch, risk, silent: chances (0–1) that a gap this long is not usual for the customer.
    """

    kappa: float = 3.0
    default_gap_days: float = 90.0
    default_sigma: float = 0.8
    prior_gaps: float = 3.0
    min_segment_customers: int = 20
    watch: float = 0.80
    risk: float = 0.95
    silent: float = 0.99


DEFAULTS = RhythmParams()


@dataclass(frozen=True)
class Prior(Params):
    """ln(gap days) of a segment: mean over its customers, and spread around each customer's own mean."""

    mu0: float
    sigma: float


@dataclass(frozen=True)
class Priors(Params):
    """The prior of all customers together, and those of the segments large enough for one of their own."""

    overall: Prior
    segments: dict[str, Prior] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> Priors:
        """The inverse of `to_dict`."""
        found = {name: Prior.from_dict(value) for name, value in values["segments"].items()}  # type: ignore[attr-defined]
        return cls(Prior.from_dict(values["overall"]), found)  # type: ignore[arg-type]


def priors(
    days: Source | Ledger,
    *,
    as_of: date,
    customers: Source | None = None,
    params: RhythmParams = DEFAULTS,
) -> Priors:
    """What is usual among all customers and in each segment: the start of every customer's own rhythm.

    In: customer days; customers(segment) optional. Out: Priors. mu0 = mean of the customers' mean ln(gap), each
    customer with a gap counting once; sigma = pooled standard deviation of ln(gap) around the customer's mean.
    Both start from the documented defaults (90 days, 0.8), which count as 3 observations: with no repeat gap at
    all the defaults stand. Source: methods §3.2; the weight of the defaults is our choice.
    """
    return Gaps.of(Ledger.of(days, as_of=as_of, customers=customers)).priors(params)


@dataclass(frozen=True)
class GapSums:
    """Sums over customers with a gap: how many, their mean ln(gap), their gaps beyond the first, squares around the mean.

    In whole numbers (the second and last in units of 2^-32), so that parts add up to the same in any order.
    """

    people: int = 0
    means: int = 0
    freedom: int = 0
    squares: int = 0

    def __add__(self, other: GapSums) -> GapSums:
        return GapSums(
            self.people + other.people,
            self.means + other.means,
            self.freedom + other.freedom,
            self.squares + other.squares,
        )

    def prior(self, params: RhythmParams) -> Prior:
        """Mean and spread, drawn towards the documented defaults."""
        weight = params.prior_gaps
        mu0 = (self.means / LOG_UNIT + weight * math.log(params.default_gap_days)) / (self.people + weight)
        variance = (self.squares / LOG_UNIT + weight * params.default_sigma**2) / (self.freedom + weight)
        return Prior(mu0, math.sqrt(variance))


@dataclass(frozen=True)
class Gaps:
    """What `priors` rests on, of all customers and by segment; parts of the customers add up."""

    overall: GapSums = GapSums()
    segments: dict[str, GapSums] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, day: int | None = None) -> Gaps:
        """The sums of this ledger's customers; day: as known at the end of an earlier day (a day number)."""
        stats = _gap_statistics(ledger.purchases, len(ledger), day)
        seen = stats.count > 0
        segment = ledger.attribute("segment")
        if segment is None:
            return cls(_summed(stats, seen))
        names = np.asarray(segment.fill_null("").to_pylist(), dtype=object)
        return cls(
            _summed(stats, seen), {name: _summed(stats, seen & (names == name)) for name in sorted(set(names) - {""})}
        )

    def __add__(self, other: Gaps) -> Gaps:
        names = sorted({*self.segments, *other.segments})
        none = GapSums()
        both = {name: self.segments.get(name, none) + other.segments.get(name, none) for name in names}
        return Gaps(self.overall + other.overall, both)

    def priors(self, params: RhythmParams) -> Priors:
        """The prior of all, and of the segments with enough customers."""
        large = {name: sums for name, sums in self.segments.items() if sums.people >= params.min_segment_customers}
        return Priors(self.overall.prior(params), {name: sums.prior(params) for name, sums in large.items()})


def _summed(stats: _Gaps, seen: Array) -> GapSums:
    whole = (np.rint(values[seen] * LOG_UNIT).astype(np.int64).sum() for values in (stats.mean, stats.squares))
    means, squares = (int(value) for value in whole)
    people = int(seen.sum())
    return GapSums(people, means, int(stats.count[seen].sum()) - people, squares)


@dataclass(frozen=True)
class _Gaps:
    """Per customer: number of gaps, mean of ln(gap), sum of squares around it."""

    count: Array
    mean: Array
    squares: Array


def _gap_statistics(purchases: Purchases, size: int, day: int | None) -> _Gaps:
    if _sum_gaps.at_hand:
        # There are fewer lengths of gaps than gaps.
        logs = np.log(np.arange(1, int(purchases.gap.max(initial=1)) + 1))
        until = np.iinfo(np.int32).max if day is None else day
        return _Gaps(*_sum_gaps(purchases.day, purchases.start, purchases.count, logs, until))
    repeat = purchases.gap > 0
    if day is not None:
        repeat &= purchases.day <= day
    owner, logs = purchases.customer[repeat], np.log(purchases.gap[repeat])
    count = np.bincount(owner, minlength=size)
    mean = np.bincount(owner, weights=logs, minlength=size) / np.maximum(count, 1)
    squares = np.bincount(owner, weights=(logs - mean[owner]) ** 2, minlength=size)
    return _Gaps(count, mean, squares)


@compiled("Tuple((i8[::1], f8[::1], f8[::1]))(i4[::1], i8[::1], i8[::1], f8[::1], i8)")
def _sum_gaps(day: Array, start: Array, count: Array, logs: Array, until: int) -> tuple[Array, Array, Array]:
    """The same, added up in the same order; logs: ln of 1, 2, 3 … days."""
    size = len(start)
    gaps, means, squares = np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size)
    for customer in range(size):
        first, last = start[customer] + 1, start[customer] + count[customer]
        total, end = 0.0, first
        while end < last and day[end] <= until:
            total += logs[day[end] - day[end - 1] - 1]
            end += 1
        if end <= first:
            continue
        mean, around = total / (end - first), 0.0
        for purchase in range(first, end):
            off = logs[day[purchase] - day[purchase - 1] - 1] - mean
            around += off * off
        gaps[customer], means[customer], squares[customer] = end - first, mean, around
    return gaps, means, squares


@dataclass(frozen=True)
class Pace:
    """The rhythm as known at each purchase: mu and sigma of ln(gap), one entry per purchase day."""

    mu: Array
    sigma: Array | float

    def days_until(self, chance: float) -> Array:
        """Whole days after the purchase at which p_gap first reaches `chance`."""
        with np.errstate(over="ignore"):
            wait = np.ceil(np.exp(self.mu + ndtri(chance) * self.sigma))
        found: Array = np.minimum(wait, 2.0**31).astype(np.int64)
        return found


def pace(ledger: Ledger, priors: Priors, params: RhythmParams) -> Pace:
    """The shrunken rhythm after every purchase, from the gaps up to it (methods §3.2)."""
    bought = ledger.purchases
    if _paces.at_hand:
        mu0, sigma = _own_priors(ledger, priors)
        mu = _paces(bought.log_gaps, bought.start, bought.count, mu0, params.kappa, 1 / LOG_UNIT)
        return Pace(mu, priors.overall.sigma if not priors.segments else sigma[bought.customer])
    return _shrunken(ledger, np.arange(len(bought.day)), bought.customer, priors, params)


@compiled("f8[::1](i8[::1], i8[::1], i8[::1], f8[::1], f8, f8)")
def _paces(running: Array, start: Array, count: Array, mu0: Array, kappa: float, unit: float) -> Array:
    """`_shrunken` of every purchase, to the last bit."""
    found = np.empty(len(running))
    for customer in range(len(start)):
        first, own = start[customer], mu0[customer]
        for purchase in range(first, first + count[customer]):
            gaps = purchase - first
            if gaps == 0 and kappa == 0:
                found[purchase] = own
            else:
                found[purchase] = ((running[purchase] - running[first]) * unit + kappa * own) / max(gaps + kappa, 1e-12)
    return found


def _shrunken(ledger: Ledger, purchase: Array, customer: Array, priors: Priors, params: RhythmParams) -> Pace:
    """The rhythm known at some of the purchases, and whose they are."""
    bought = ledger.purchases
    mu0, sigma = _own_priors(ledger, priors)
    running, first = bought.log_gaps, bought.start[customer]
    gaps = purchase - first
    own = mu0[customer]
    mean_sum = (running[purchase] - running[first]) / LOG_UNIT
    mu = (mean_sum + params.kappa * own) / np.maximum(gaps + params.kappa, 1e-12)
    if params.kappa == 0:
        mu = np.where(gaps == 0, own, mu)
    return Pace(mu, sigma[customer])


def _own_priors(ledger: Ledger, priors: Priors) -> tuple[Array, Array]:
    mu0 = np.full(len(ledger), priors.overall.mu0)
    sigma = np.full(len(ledger), priors.overall.sigma)
    segment = ledger.attribute("segment")
    if segment is not None and priors.segments:
        names = np.asarray(segment.fill_null("").to_pylist(), dtype=object)
        for name, prior in priors.segments.items():
            mu0[names == name], sigma[names == name] = prior.mu0, prior.sigma
    return mu0, sigma


def rhythm(
    days: Source | Ledger,
    *,
    as_of: date,
    customers: Source | None = None,
    params: RhythmParams = DEFAULTS,
    prior: Priors | None = None,
) -> pa.Table:
    """How often each customer usually buys and how unusual the silence since is; one row per customer who bought.

    In: customer days; customers(segment) optional; prior: frozen `priors`, else taken from these days.
    Out: customer_id, purchase_days (count), first_on, last_on (dates), typical_gap_days (days),
    elapsed_days (whole days since last_on, 0 = as_of), overdue_ratio (elapsed ÷ typical), p_gap (0–1),
    watch_on, risk_on, silent_on (the day p_gap reaches .80, .95, .99; null past the year 9999).
    Formula: mu = (n·mean(ln gap) + kappa·mu0) / (n + kappa); typical = e^mu;
    p_gap = Φ((ln elapsed − mu) / sigma), 0 on the day of a purchase. One purchase only: the segment's rhythm.
    Customers without a purchase day have no row. Source: methods §3.2.
    """
    ledger = Ledger.of(days, as_of=as_of, customers=customers)
    prior = prior or priors(ledger, as_of=as_of, params=params)
    bought = ledger.purchases
    who = np.flatnonzero(bought.has_any)
    last = (bought.start + bought.count - 1)[who]
    return _rhythm_table(ledger, _shrunken(ledger, last, who, prior, params), params)


def chances(ledger: Ledger, day: int, prior: Priors, params: RhythmParams = DEFAULTS) -> Array:
    """p_gap of every customer as known at the end of a day (a day number); 1 for those who had not bought by then."""
    bought = ledger.purchases
    count = bought.known(day)
    who = np.flatnonzero(count > 0)
    last = (bought.start + count - 1)[who]
    found = np.ones(len(ledger))
    found[who] = p_gap(day - bought.day[last].astype(np.int64), _shrunken(ledger, last, who, prior, params))
    return found


def _rhythm_table(ledger: Ledger, own: Pace, params: RhythmParams) -> pa.Table:
    bought = ledger.purchases
    last_day = bought.last_day[bought.has_any].astype(np.int64)
    elapsed = ledger.today - last_day
    typical = np.exp(own.mu)
    return pa.table(
        {
            "customer_id": ledger.ids.filter(pa.array(bought.has_any)),
            "purchase_days": bought.count[bought.has_any].astype(np.int32),
            "first_on": dates(bought.first_day[bought.has_any]),
            "last_on": dates(last_day),
            "typical_gap_days": typical,
            "elapsed_days": elapsed.astype(np.int32),
            "overdue_ratio": elapsed / typical,
            "p_gap": p_gap(elapsed, own),
            "watch_on": dates(last_day + own.days_until(params.watch)),
            "risk_on": dates(last_day + own.days_until(params.risk)),
            "silent_on": dates(last_day + own.days_until(params.silent)),
        }
    )


def p_gap(elapsed: Array, own: Pace) -> Array:
    """Share of the customer's usual gaps that are shorter than `elapsed` days (0–1)."""
    log = np.log(np.maximum(elapsed, 1))
    chance: Array = np.where(elapsed > 0, ndtr((log - own.mu) / own.sigma), 0.0)
    return chance
