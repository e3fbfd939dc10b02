"""Before and after: what a change did to shares and to times, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import mannwhitneyu

from holdfast.analysis.capability.intervals import wilson
from holdfast.analysis.ledger import Array

DRAWS, SEED = 2_000, 7


@dataclass(frozen=True)
class Change:
    """Two shares: difference = before − after, its interval, z and two-sided p."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    z: float | None
    p: float | None


@dataclass(frozen=True)
class Times:
    """Two samples of times: medians, their ratio after ÷ before with its interval, and p of Mann–Whitney."""

    median_before: float
    median_after: float
    ratio: float | None
    low: float | None
    high: float | None
    p: float


def newcombe(events_1: int, n_1: int, events_2: int, n_2: int) -> tuple[float, float]:
    """95 % interval of the difference of two shares, first − second, from their Wilson intervals.

    Errors: ValueError where one has no jobs. Source: methods §7; Newcombe 1998, method 10.
    """
    (one, low_1, high_1), (two, low_2, high_2) = _known(events_1, n_1), _known(events_2, n_2)
    gap = one - two
    return gap - math.hypot(one - low_1, high_2 - two), gap + math.hypot(high_1 - one, two - low_2)


def _known(events: int, n: int) -> tuple[float, float, float]:
    if n <= 0:
        raise ValueError("both periods need jobs")
    chance = wilson(events, n)
    return events / n, float(chance.low or 0), float(chance.high or 0)


def two_proportions(events_1: int, n_1: int, events_2: int, n_2: int) -> Change:
    """Whether a share changed: 1 is before, 2 after.

    Formula: z = difference ÷ √(p̄(1−p̄)(1/n₁ + 1/n₂)); interval by Newcombe; z and p null where nothing varies.
    Errors: ValueError where one has no jobs. Source: methods §7 (40/200 → 18/200).
    """
    low, high = newcombe(events_1, n_1, events_2, n_2)
    before, after = events_1 / n_1, events_2 / n_2
    pooled = (events_1 + events_2) / (n_1 + n_2)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n_1 + 1 / n_2))
    z = (before - after) / spread if spread > 0 else None
    return Change(before, after, before - after, low, high, z, None if z is None else 2 * float(ndtr(-abs(z))))


def compare_times(before: Array, after: Array, *, draws: int = DRAWS, seed: int = SEED) -> Times:
    """Whether times changed: Mann–Whitney, and the ratio of medians with a bootstrap interval (same seed, same answer).

    In: days of finished jobs before and after, both with at least one (ValueError). Mind the season, the mix of
    products, and that one acts after bad weeks: take at least 8 weeks before. Source: methods §7.
    """
    before, after = np.sort(np.asarray(before, float)), np.sort(np.asarray(after, float))
    if not len(before) or not len(after):
        raise ValueError("both periods need finished jobs")
    old, new = float(np.median(before)), float(np.median(after))
    p = float(mannwhitneyu(before, after, alternative="two-sided").pvalue)
    if old <= 0:
        return Times(old, new, None, None, None, p)
    rng = np.random.default_rng(seed)
    pairs = [
        (np.median(rng.choice(before, len(before))), np.median(rng.choice(after, len(after)))) for _ in range(draws)
    ]
    ratios = [b / a for a, b in pairs if a > 0]
    low, high = (float(value) for value in np.quantile(ratios, [0.025, 0.975]))
    return Times(old, new, new / old, low, high, p)
