"""The classic figures of payment: days beyond terms, payment index, days sales outstanding, collection."""

from __future__ import annotations

import numpy as np

from holdfast.analysis.integrity.terms import DEFAULTS, IntegrityParams
from holdfast.analysis.ledger import Array


def index_of(days_beyond_terms: Array, params: IntegrityParams = DEFAULTS) -> Array:
    """Payment index (20–100) of each number of days beyond terms; 80 is paid on the day.

    Formula: straight between (−30, 100) (−20, 90) (0, 80) (15, 70) (22, 60) (30, 50) (60, 40) (90, 30) (120, 20),
    the ends held. Source: methods §1.2; the points agree with the value chart of the dandb.com glossary.
    """
    days, points = np.array(params.knots, dtype=np.float64).T
    found: Array = np.interp(np.asarray(days_beyond_terms, dtype=np.float64), days, points)
    return found


def weighted_mean(values: Array, weights: Array) -> float | None:
    """Σ w·v ÷ Σ w, as in the average days beyond terms and the index of one customer; null without weight.

    Source: methods §1.2.
    """
    weights = np.asarray(weights, dtype=np.float64)
    whole = float(weights.sum())
    return float((weights * np.asarray(values, dtype=np.float64)).sum() / whole) if whole > 0 else None


def days_sales_outstanding(receivables: float, sales: float, days: float = 365) -> float | None:
    """DSO, days: receivables ÷ credit sales × days; null without sales. With only the receivables that are not due
    yet it is the best possible DSO. Source: methods §1.2.
    """
    return receivables / sales * days if sales > 0 else None


def average_days_delinquent(receivables: float, current: float, sales: float, days: float = 365) -> float | None:
    """ADD, days: DSO − best possible DSO, where current are the receivables not due yet; null without sales.

    Source: methods §1.2.
    """
    return days_sales_outstanding(receivables - current, sales, days)


def collection_effectiveness(opening: float, sales: float, closing: float, closing_current: float) -> float | None:
    """CEI, 0–100: of what could have been collected, how much was; null where nothing could.

    Formula: 100·(opening + sales − closing) ÷ (opening + sales − closing not due yet). Source: methods §1.2.
    """
    collectable = opening + sales - closing_current
    return 100.0 * (opening + sales - closing) / collectable if collectable > 0 else None
