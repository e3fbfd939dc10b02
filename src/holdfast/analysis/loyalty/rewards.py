"""Whether rewards pay, what referred customers are worth, and how much of a customer's wallet is ours (methods §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist

import numpy as np

from holdfast.analysis.ledger import Array


@dataclass(frozen=True)
class RewardGain:
    """members, control: how many. gain: margin of a member less that of a control, per head; low, high: its 95 % interval.
    net: gain × members − cost of the rewards; pays: True or False where the interval leaves no doubt, else null.
    total: margin of all members, which is what must not be taken for the gain. Money as given; null without two of
    each."""

    members: int
    control: int
    gain: float | None
    low: float | None
    high: float | None
    net: float | None
    pays: bool | None
    total: float


def reward_gain(members: Array, control: Array, *, cost: float) -> RewardGain:
    """What a reward brought: margin of members against a control group drawn at random, not their whole margin.

    In: margin of every member and of every control over the same time (money), cost of the rewards in all. Out:
    RewardGain. Formula: difference of means ± 1.96·√(s₁²/n₁ + s₂²/n₂); net = difference × members − cost.
    Source: methods §9 (reward economics).
    """
    given, held = np.asarray(members, dtype=np.float64), np.asarray(control, dtype=np.float64)
    total = float(given.sum())
    if min(len(given), len(held)) < 2:
        return RewardGain(len(given), len(held), None, None, None, None, None, total)
    gain = float(given.mean() - held.mean())
    error = sqrt(float(given.var(ddof=1)) / len(given) + float(held.var(ddof=1)) / len(held))
    reach = NormalDist().inv_cdf(0.975) * error
    low, high = gain - reach, gain + reach
    each = cost / len(given)
    pays = True if low > each else False if high < each else None
    return RewardGain(len(given), len(held), gain, low, high, gain * len(given) - cost, pays, total)


def referral_value(values: Array, *, credit: float = 1.0) -> float:
    """What a referrer brought: lifetime value of those referred × the share credited to him.

    In: lifetime value of each referred customer (money; NaN = not known, left out), credit (0–1). Out: money.
    Errors: ValueError for a credit outside 0–1. Source: methods §9.
    """
    if not 0 <= credit <= 1:
        raise ValueError("the credited share must lie between 0 and 1")
    return credit * float(np.nansum(np.asarray(values, dtype=np.float64)))


def wallet_share(own: float, estimated: float | None, *, source: str | None, estimated_on: date | None) -> float | None:
    """Own sales ÷ what the customer is estimated to spend in all (0–1, at most 1).

    In: own sales and the estimate over the same time (money), where the estimate comes from and of which day. Null
    without an estimate above 0, its source and its date: a guess of nobody knows when is no figure. Own sales below 0
    count as 0. Source: methods §9.
    """
    if not estimated or estimated <= 0 or not (source or "").strip() or estimated_on is None:
        return None
    return min(max(own, 0.0) / estimated, 1.0)
