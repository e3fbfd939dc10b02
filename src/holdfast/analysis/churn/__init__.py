"""Who may be leaving, how sure that is, and what money stands on it (methods §5).

Owns the interim risk level, the chance of no purchase within a horizon with its back-test, and the cost of losses.
Words: p_churn = chance of no purchase within the horizon; at risk = p_churn × a year's spend had they stayed.
"""

from holdfast.analysis.churn.measures import (
    Calibration,
    auc,
    average_precision,
    brier,
    calibration,
    lift,
    normalised_gini,
)
from holdfast.analysis.churn.money import (
    CostOfLoss,
    CostOfLossParams,
    Intervention,
    InterventionParams,
    cost_of_loss,
    cost_ratio,
    intervention,
    keep_or_win,
    win_back_value,
)
from holdfast.analysis.churn.risk import DEFAULTS, LEVELS, RiskParams, risk

__all__ = [
    "DEFAULTS",
    "LEVELS",
    "Calibration",
    "CostOfLoss",
    "CostOfLossParams",
    "Intervention",
    "InterventionParams",
    "RiskParams",
    "auc",
    "average_precision",
    "brier",
    "calibration",
    "cost_of_loss",
    "cost_ratio",
    "intervention",
    "keep_or_win",
    "lift",
    "normalised_gini",
    "risk",
    "win_back_value",
]
