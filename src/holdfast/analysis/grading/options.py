"""Two other ways that a company may choose: scores by robust distance, and stars by quota (methods §1.4, 2 and 5)."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from holdfast.analysis.ledger import Array
from holdfast.analysis.scale import mid_rank_scores

NORMAL_MAD = 1.4826
QUOTA = (0.10, 0.20, 0.40, 0.20, 0.10)


def robust_scores(values: Array, ordered: Array) -> Array:
    """0–100 for each value by its distance from the median in robust standard deviations, not by its rank.

    In: values; ordered: the reference values, sorted. Out: 100·Φ((x − median) ÷ (1.4826·MAD)); where more than half of
    the reference is equal (MAD 0), mid-rank scores; 50 for an empty reference. Source: methods §1.4 step 2.
    """
    if not len(ordered):
        return mid_rank_scores(values, ordered)
    median = float(np.median(ordered))
    spread = NORMAL_MAD * float(np.median(np.abs(ordered - median)))
    if spread <= 0:
        return mid_rank_scores(values, ordered)
    scores: Array = 100.0 * ndtr((np.asarray(values, dtype=np.float64) - median) / spread)
    return scores


def quota_stars(score: Array, shares: tuple[float, ...] = QUOTA) -> Array:
    """1–5 stars so that about 10, 20, 40, 20 and 10 % of the customers have each; equal scores share one star.

    In: composite scores of all rated customers; shares from one star to five, adding up to 1. Out: stars by the
    mid-rank of each, so ties may leave a quota unfilled. Errors: ValueError where the shares do not add up to 1.
    Source: methods §1.4 step 5 (quota as an option).
    """
    if min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
        raise ValueError("the shares of all stars must be at least 0 and add up to 1")
    given = np.asarray(score, dtype=np.float64)
    place = mid_rank_scores(given, np.sort(given)) / 100
    edges = np.cumsum(shares)[:-1]
    return (1 + np.searchsorted(np.round(edges, 12), np.round(place, 12), side="right")).astype(np.int8)
