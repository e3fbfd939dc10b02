"""Shares of answers with the interval that their number allows: CSAT, NPS, effort, first contact."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import pyarrow as pa

from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import Source, arrow

FEW_ANSWERS = 30
PROMOTER, DETRACTOR = 9, 6
ADJUSTMENT = (0.75, 1.5, 0.75)


@dataclass(frozen=True)
class Rate:
    """A figure from n answers: value, standard error and the interval low … high; all null without an answer.

    Shares 0–1, NPS in points −100 … 100. mean: of the answers themselves, where that is asked for.
    """

    n: int
    value: float | None
    error: float | None
    low: float | None
    high: float | None
    mean: float | None = None


def normal_point(confidence: float) -> float:
    """The two-sided point of the normal distribution: 1.96 for .95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(cases: float, size: float, confidence: float = 0.95) -> tuple[float, float] | None:
    """Interval of a share (0–1) that stays within 0 and 1; None without a case to count.

    Formula: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n). Source: Wilson 1927; methods §6 (80 of 100 →
    .7112 … .8666, 9 of 10 → .5958 … .9821, 0 of 10 → 0 … .2775).
    """
    if size <= 0:
        return None
    z, share = normal_point(confidence), cases / size
    middle = share + z * z / (2 * size)
    reach = z * sqrt(max(share * (1 - share), 0.0) / size + z * z / (4 * size * size))
    base = 1 + z * z / size
    low, high = (middle - reach) / base, (middle + reach) / base
    return (0.0 if cases <= 0 else max(low, 0.0), 1.0 if cases >= size else min(high, 1.0))


def rate_of(cases: int, size: int, *, confidence: float = 0.95, mean: float | None = None) -> Rate:
    """A share as a Rate with Wilson's interval; all null without a case to count. Source: methods §6."""
    span = wilson(cases, size, confidence)
    if span is None:
        return Rate(0, None, None, None, None)
    share = cases / size
    return Rate(size, share, sqrt(share * (1 - share) / size), *span, mean)


def customer_satisfaction(scores: Array, *, top: float = 4, confidence: float = 0.95) -> Rate:
    """CSAT: share of answers in the top boxes, with Wilson's interval, and their mean.

    In: scores (NaN = not answered), lowest score of the top boxes (4 on a scale of 5). Out: Rate, 0–1.
    Source: methods §6.
    """
    given = _given(scores)
    return rate_of(int((given >= top).sum()), len(given), confidence=confidence, mean=_mean(given))


def customer_effort(scores: Array, *, easy: float = 5, confidence: float = 0.95) -> Rate:
    """CES: share that found it easy (5–7 on a scale of 1–7 where 7 agrees that it was easy), and the mean.

    Out: Rate, 0–1; a higher value is less effort. Source: methods §6.
    """
    return customer_satisfaction(scores, top=easy, confidence=confidence)


def net_promoter_score(scores: Array, *, confidence: float = 0.95) -> Rate:
    """NPS of answers 0–10: points of promoters (9–10) less detractors (0–6).

    Out: Rate, −100 … 100. Errors: ValueError for a score outside 0–10. Source: methods §6.
    """
    given = _given(scores)
    if len(given) and (given.min() < 0 or given.max() > 10):
        raise ValueError("a recommendation is asked on a scale of 0 to 10")
    promoters, detractors = int((given >= PROMOTER).sum()), int((given <= DETRACTOR).sum())
    return nps_of_counts(promoters, len(given) - promoters - detractors, detractors, confidence=confidence)


def nps_of_counts(promoters: int, passives: int, detractors: int, *, confidence: float = 0.95) -> Rate:
    """NPS from counts; the interval is the adjusted Wald where there are under 30 answers or all are alike.

    Out: Rate; value is always the plain NPS, the adjusted interval may stand off it and is clipped to ±100.
    Formula: variance (p + d − (p − d)²) ÷ n; adjusted: ¾, 1½ and ¾ answers added first. Source: methods §6 (60/25/15 →
    45.0, standard error 7.40, 30.5 … 59.5; adjusted 43.69, 29.34 … 58.03).
    """
    counts = (promoters, passives, detractors)
    size = sum(counts)
    if not size:
        return Rate(0, None, None, None, None)
    value, error = _nps(counts)
    if size < FEW_ANSWERS or error == 0:
        middle, spread = adjusted_nps(*counts)
    else:
        middle, spread = value, error
    reach = normal_point(confidence) * spread
    return Rate(size, value, error, max(middle - reach, -100.0), min(middle + reach, 100.0))


def adjusted_nps(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Middle and standard error of the adjusted Wald interval of NPS, in points. Source: methods §6."""
    counts = zip((promoters, passives, detractors), ADJUSTMENT, strict=True)
    return _nps(tuple(count + more for count, more in counts))


def first_contact_resolution(tickets: Source, *, confidence: float = 0.95) -> Rate:
    """FCR 首次终结: solved tickets that took one contact, no transfer and did not come back.

    In: one row a solved ticket: contacts, transfers, came_back (reopened, or the same reason again within 7 days).
    Out: Rate, 0–1. A null counts as not known and leaves the ticket out. Source: methods §6 (SAT-04).
    """
    table = arrow(tickets).select(["contacts", "transfers", "came_back"]).drop_null()
    contacts, transfers = table["contacts"].to_numpy(), table["transfers"].to_numpy()
    back = table["came_back"].cast(pa.int8()).to_numpy() > 0
    at_once = (contacts == 1) & (transfers == 0) & ~back
    return rate_of(int(at_once.sum()), len(at_once), confidence=confidence)


def _nps(counts: tuple[float, ...]) -> tuple[float, float]:
    size = sum(counts)
    up, down = counts[0] / size, counts[2] / size
    return 100 * (up - down), 100 * sqrt(max(up + down - (up - down) ** 2, 0.0) / size)


def _mean(given: Array) -> float | None:
    return float(given.mean()) if len(given) else None


def _given(scores: Array) -> Array:
    values = np.asarray(scores, dtype=np.float64)
    found: Array = values[~np.isnan(values)]
    return found
