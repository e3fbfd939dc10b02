"""Who stays, comes back and brings others, and what is owed to them in points (methods §9).

Owns retention, repeat and referral rates, the loyalty index, the points ledger with its expiry and its liability.
Words: cohort, repeat, referral, lot, earn, redeem, expire, reverse, breakage, balance, liability.
"""

from holdfast.analysis.loyalty.points import (
    DEFAULTS,
    KINDS,
    Allocation,
    PointsParams,
    Recognised,
    allocate_price,
    breakage_by_cohort,
    points_accounts,
    points_liability,
    points_lots,
    recognise,
)
from holdfast.analysis.loyalty.rates import (
    loyalty_index,
    referral_rate,
    repeat_purchase_rate,
    retention,
    retention_rate,
    time_to_second_purchase,
)
from holdfast.analysis.loyalty.rewards import RewardGain, referral_value, reward_gain, wallet_share

__all__ = [
    "DEFAULTS",
    "KINDS",
    "Allocation",
    "PointsParams",
    "Recognised",
    "RewardGain",
    "allocate_price",
    "breakage_by_cohort",
    "loyalty_index",
    "points_accounts",
    "points_liability",
    "points_lots",
    "recognise",
    "referral_rate",
    "referral_value",
    "repeat_purchase_rate",
    "retention",
    "retention_rate",
    "reward_gain",
    "time_to_second_purchase",
    "wallet_share",
]
