"""How many answers a figure needs, and how answers stand for those who gave none."""

from __future__ import annotations

from math import ceil

import numpy as np

from holdfast.analysis.ledger import Array
from holdfast.analysis.satisfaction.rates import normal_point

MOST = 5.0


def sample_size_share(
    margin: float, *, share: float = 0.5, population: int | None = None, confidence: float = 0.95
) -> int:
    """Answers needed to know a share (0–1) to ± margin; in a finite population fewer do.

    Formula: z²p(1−p)/m², then n ÷ (1 + (n − 1)/N). Source: methods §6 (±5 % → 385; of 500 → 218).
    """
    size = normal_point(confidence) ** 2 * share * (1 - share) / margin**2
    return ceil(_finite(size, population))


def sample_size_nps(
    margin: float, *, promoters: float | None = None, detractors: float | None = None, confidence: float = 0.95
) -> int:
    """Answers needed to know NPS to ± margin points, for a mix of shares (0–1) or the worst case.

    Source: methods §6 (±10 with 60/25/15 → 211, worst case 385; ±5 → 842 and 1,537).
    """
    variance = 1.0
    if promoters is not None and detractors is not None:
        variance = promoters + detractors - (promoters - detractors) ** 2
    return ceil(normal_point(confidence) ** 2 * variance / (margin / 100) ** 2)


def size_to_detect(difference: float, variances: tuple[float, float], *, power: float = 0.8) -> int:
    """Answers needed in each of two groups to see an NPS difference of so many points.

    In: points; variance of one answer in each group (p + d − (p − d)²). Formula: (z.975 + z.power)²·(v₁ + v₂) ÷ Δ².
    Source: methods §6 (45 against 35 with 80 % power → 877 per group).
    """
    reach = normal_point(0.95) + normal_point(2 * power - 1)
    return ceil(reach**2 * sum(variances) / (difference / 100) ** 2)


def stratum_weights(population: Array, answered: Array, *, most: float = MOST) -> Array:
    """Weight of one answer in each stratum (stars × segment × channel), trimmed at five; 0 where nobody answered.

    Formula: (N_h ÷ N) ÷ (n_h ÷ n). Source: methods §6.
    """
    whole, given = np.asarray(population, dtype=np.float64), np.asarray(answered, dtype=np.float64)
    if not whole.sum() or not given.sum():
        return np.zeros(len(given))
    expected = whole / whole.sum()
    found: Array = np.minimum(expected / np.where(given > 0, given / given.sum(), np.inf), most)
    return found


def effective_size(weights: Array) -> float:
    """How many equally weighted answers would say as much: (Σw)² ÷ Σw². Source: Kish; methods §6."""
    weight = np.asarray(weights, dtype=np.float64)
    squares = float((weight**2).sum())
    return float(weight.sum() ** 2 / squares) if squares else 0.0


def _finite(size: float, population: int | None) -> float:
    return size if population is None else size / (1 + (size - 1) / population)
