"""Customer equity: what all customers are worth, those there today and those still to be won (methods §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.analysis.ledger import Array


@dataclass(frozen=True)
class Equity:
    """current: value of today's customers. new: of the planned new ones, less what winning them costs. total: both.
    value_of_new: of one new customer from his first purchase on. Money as given."""

    current: float
    new: float
    total: float
    value_of_new: float


def customer_equity(
    values: Array | Sequence[float],
    *,
    new_per_period: Sequence[float] = (),
    value_of_new: float = 0.0,
    cost_to_win: float = 0.0,
    discount: float = 0.0,
) -> Equity:
    """Value of the customer base: Σ lifetime values of today's customers, and of those still to be won.

    In: lifetime value of each customer (the horizon is theirs: 12, 36 months, endless); new_per_period: customers to be
    won in each period to come (a plan, not a forecast); value_of_new: lifetime value of a new one, first purchase
    included, on the day it happens; cost_to_win: of each; discount: of one period. Formula: Σ CLV_i + Σ_k n_k·(V − c)·
    (1+d)^−k, k = 1, 2 … Out: Equity. Errors: ValueError for a discount of −1 or less, or a negative number of
    customers. Source: methods §4.1; Rust, Lemon & Zeithaml 2004.
    """
    if discount <= -1 or any(count < 0 for count in new_per_period):
        raise ValueError("the discount must be above −1, and the number of new customers not negative")
    current = float(np.sum(np.asarray(values, dtype=np.float64)))
    each = value_of_new - cost_to_win
    new = sum(count * each * (1 + discount) ** -period for period, count in enumerate(new_per_period, 1))
    return Equity(current, float(new), current + float(new), value_of_new)
