"""Recency, frequency, money: three scores of 1–5 in which equal customers always score the same (methods §3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from holdfast.analysis.ledger import Array, Ledger, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source


@dataclass(frozen=True)
class RfmParams(Params):
    """window_days: length of the money window, in days up to and with as_of."""

    window_days: int = 365


DEFAULTS = RfmParams()


def rfm(days: Source | Ledger, *, as_of: date, params: RfmParams = DEFAULTS) -> pa.Table:
    """Recency, frequency and money with their quintiles; one row per customer who bought.

    In: customer days. Out: customer_id, recency_days (days since the last purchase day), frequency (purchase days,
    all time), monetary_minor (net revenue of the last window_days, returns counted, minor units), mean_order_minor
    (its mean per purchase day of the window; null without one), rfm_r, rfm_f, rfm_m (1–5, 5 best).
    Formula: q = ceil(5·(midrank − ½) ÷ N): ties are never split, so classes may be unequal or empty; N is the
    number of customers who bought. Source: methods §3.1. Customers without a purchase day have no row.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought = ledger.purchases
    who = bought.has_any
    window = ledger.today - params.window_days, ledger.today
    recency = (ledger.today - bought.last_day.astype(np.int64))[who]
    money = ledger.between(*window, "amount_minor")[who]
    orders = ledger.between(*window, "is_purchase")[who]
    return pa.table(
        {
            "customer_id": ledger.ids.filter(pa.array(who)),
            "recency_days": recency.astype(np.int32),
            "frequency": bought.count[who].astype(np.int32),
            "monetary_minor": money,
            "mean_order_minor": nullable(money / np.maximum(orders, 1), orders > 0),
            "rfm_r": quintiles(-recency),
            "rfm_f": quintiles(bought.count[who]),
            "rfm_m": quintiles(money),
        }
    )


def quintiles(values: Array) -> Array:
    """1–5 by mid-rank, 5 for the largest; equal values share one class. Computed in whole numbers."""
    if not len(values):
        return np.zeros(0, dtype=np.int8)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    less = np.cumsum(counts) - counts
    # midrank − ½ = less + equal/2; times two to stay whole.
    doubled = 5 * (2 * less + counts)
    size = 2 * len(values)
    found: Array = np.clip((doubled + size - 1) // size, 1, 5)[place].astype(np.int8)
    return found
