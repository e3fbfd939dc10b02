"""Whether customers buy more regularly than chance, and then the model that knows it: MBG/CNBD-k as a candidate."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from holdfast.analysis.forecast.terms import ForecastParams
from holdfast.analysis.forecast.views import Gathered, View
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import Counting, Fit, fit_mbgcnbd
from holdfast.analysis.lifetime.summary import WEEK

FEWEST_GAPS = 30


def regularity(ledger: Ledger, day: int | None = None) -> float | None:
    """k as each customer's last two gaps tell it: 1 is chance, 2 and more regular; null with too few pairs of gaps.

    In: a ledger; day: only what was known then. Formula: M = g/(g + g'), Var M = 1/(4(2k + 1)). Source: Wheat & Morrison
    1990, J. Business & Economic Statistics 8(1), recommended by Platzer & Reutterer 2016.
    """
    bought = ledger.purchases
    count = bought.count if day is None or day >= ledger.today else bought.counted(bought.day <= day)
    rows = np.flatnonzero(count >= 3)
    if len(rows) < FEWEST_GAPS:
        return None
    end = bought.start[rows] + count[rows] - 1
    last, before = bought.gap[end].astype(np.float64), bought.gap[end - 1].astype(np.float64)
    # A day is the smallest gap: half of it stands for when within the day.
    share = last / (last + before)
    spread = float(((share - 0.5) ** 2).mean())
    return (1 - 4 * spread) / (8 * spread) if spread > 0 else float("inf")


def fit_regular(past: Ledger | Gathered, view: View, params: ForecastParams) -> Fit[Counting] | None:
    """MBG/CNBD-k with k by likelihood; None where chance explains the gaps, they are not at hand, or are too many."""
    if isinstance(past, Gathered) or not params.min_test_customers <= len(view) <= params.most_regular:
        return None
    k = regularity(past, view.day)
    if k is None or k < params.regular_from:
        return None
    seen = view.seen
    table = pa.table({"x": seen.x, "t_x": seen.t_x, "T": seen.age, "litt": _log_gaps(past, view)})
    fit = fit_mbgcnbd(table, params.fit)
    return fit if fit.model.k > 1 and not fit.failed and not fit.leaning else None


def _log_gaps(ledger: Ledger, view: View) -> Array:
    """Σ ln of the gaps in weeks that were known on the view's day."""
    bought = ledger.purchases
    known = (bought.rank > 0) & (bought.day <= view.day)
    logs = np.where(known, np.log(np.maximum(bought.gap, 1) / WEEK), 0.0)
    found: Array = np.bincount(bought.customer, weights=logs, minlength=len(ledger))[view.row]
    return found
