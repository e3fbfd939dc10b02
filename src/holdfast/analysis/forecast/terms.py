"""The words and settings of the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.analysis.lifetime import BgNbd, Counting, Fit, FitParams, MbgNbd, ParetoNbd
from holdfast.analysis.lifetime.fits import DEFAULTS as FIT_DEFAULTS
from holdfast.analysis.params import Params

MODELS: dict[str, Any] = {"bgnbd": BgNbd, "mbgnbd": MbgNbd, "paretonbd": ParetoNbd}
METHODS = ("model", "rank_transfer", "calibrated")


@dataclass(frozen=True)
class ForecastParams(Params):
    """annual_discount: yearly rate of the 12-month value. margin: share of revenue it counts; null: the company's own
    where costs of so large a share of revenue are known (cost_evidence), else all of it.

    min_test_days, min_test_customers, min_test_events: a back-test needs a window of so many days, so many customers
    known before it, and so many of them who bought and who did not. test_sample: customers in a back-test, at most.
    tie: relative difference of deviance below which the likelihood decides. gain: AUC by which another order may be
    worse. clearly: relative fall of the Brier score by which another level must win; half of it another order may be
    worse. about_equal: relative difference of deviance up to which the best model of leaving at a purchase and that of
    leaving at any time are averaged, about_regular: and that of buying regularly. as_before: part that the plain forecast,
    as many as in the last year, has in the expected purchases. inherited_days: who bought within so many days of the log's
    beginning was a customer before. regular_from: regularity from which MBG/CNBD-k is tried, most_regular: on so many
    customers at most. level: relative standard error of the level of a forecast where no back-test shows it; least_level,
    most_level: what a back-test may say of it.
    """

    annual_discount: float = 0.10
    margin: float | None = None
    cost_evidence: float = 0.80
    min_test_days: int = 28
    min_test_customers: int = 100
    min_test_events: int = 20
    test_sample: int = 50_000
    tie: float = 0.0005
    gain: float = 0.003
    clearly: float = 0.002
    about_equal: float = 0.01
    about_regular: float = 0.10
    as_before: float = 0.15
    inherited_days: int = 28
    regular_from: float = 1.5
    most_regular: int = 50_000
    level: float = 0.15
    least_level: float = 0.05
    most_level: float = 0.5
    fit: FitParams = FIT_DEFAULTS


DEFAULTS = ForecastParams()
Fits = dict[str, Fit[Counting]]
