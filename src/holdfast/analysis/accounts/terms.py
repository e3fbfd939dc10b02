"""The columns of the customers table, its settings, and all that an analysis gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from holdfast.analysis import forecast, grading, integrity, lifecycle, movement, pareto, reasons, rfm, rhythm
from holdfast.analysis.lifecycle import LifecycleParams
from holdfast.analysis.params import Params

MONEY_DIGITS = 18
AHEAD = ("p_alive", "expected_purchases", "expected_spend", "clv_12m", "p_churn", "revenue_at_risk")
# After the columns of the contract.
INTERVALS = ("purchases_p10", "purchases_p90", "clv_p10", "clv_p90")
COLUMNS = (
    *("customer_id", "first_on", "last_on", "purchase_days", "revenue", "mean_value"),
    *("rfm_r", "rfm_f", "rfm_m", "abc", "stars", "stars_provisional", "stars_hint", "stage", "movement"),
    *("typical_gap_days", "elapsed_days", "p_gap", *AHEAD, "reasons", *INTERVALS),
)


@dataclass(frozen=True)
class AnalyzeParams(Params):
    """horizon_days: how far ahead chances and expectations look. minor_digits: decimals of the currency."""

    horizon_days: int = 90
    minor_digits: int = 2
    rhythm: rhythm.RhythmParams = rhythm.DEFAULTS
    rfm: rfm.RfmParams = rfm.DEFAULTS
    lifecycle: LifecycleParams = lifecycle.DEFAULTS
    grading: grading.GradingParams = grading.DEFAULTS
    credit: integrity.CreditParams = integrity.CREDIT_DEFAULTS
    integrity: integrity.IntegrityParams = integrity.DEFAULTS
    movement: movement.MovementParams = movement.DEFAULTS
    pareto: pareto.ParetoParams = pareto.DEFAULTS
    reasons: reasons.ReasonParams = reasons.DEFAULTS
    forecast: forecast.ForecastParams = forecast.DEFAULTS


DEFAULTS = AnalyzeParams()


@dataclass(frozen=True)
class Analysis:
    """What `analyze` gives: the customers table, the summary, and the tables that the report draws.

    year: customer_id, year_minor: net revenue of the last 365 days of every customer.
    """

    customers: pa.Table
    summary: dict[str, Any]
    bridge: pa.Table
    not_bought: pa.Table
    volume_value: pa.Table
    movement: pa.Table
    lorenz: pa.Table
    metrics: pa.Table
    graded: pa.Table
    integrity: pa.Table | None
    year: pa.Table
    seconds: dict[str, float] = field(default_factory=dict)
