"""Lifetime value: how often customers will buy, whether they are still there, what they spend (methods §4).

Owns BG/NBD, MBG/NBD, MBG/CNBD-k, Pareto/NBD, NBD, Gamma-Gamma, their fits and intervals, customer equity; weeks and major units of money.
Words: x repeat purchase days, t_x weeks from first to last, T age in weeks, m mean of a repeat purchase day, alive.
"""

from holdfast.analysis.lifetime.contract import BetaWeibull, ShiftedBeta, fit_beta_weibull, fit_sbg
from holdfast.analysis.lifetime.dropout import BgNbd, MbgNbd, fit_bgnbd, fit_mbgnbd
from holdfast.analysis.lifetime.equity import Equity, customer_equity
from holdfast.analysis.lifetime.fits import Counting, Fit, FitParams, Paired
from holdfast.analysis.lifetime.nbd import Nbd, fit_nbd
from holdfast.analysis.lifetime.pareto_nbd import ParetoNbd, fit_paretonbd
from holdfast.analysis.lifetime.predictive import count_interval, coverage, expected_coverage, money_interval
from holdfast.analysis.lifetime.regularity import MbgCnbd, fit_gaps, fit_mbgcnbd, gap_regularity, regular_summary
from holdfast.analysis.lifetime.spend import GammaGamma, Values, fit_gamma_gamma, fit_spend, fit_values
from holdfast.analysis.lifetime.summary import Seen, Tuples, summary
from holdfast.analysis.lifetime.value import constant_retention_residual, mean_lifetime, simple_clv

__all__ = [
    "BetaWeibull",
    "BgNbd",
    "Counting",
    "Equity",
    "Fit",
    "FitParams",
    "GammaGamma",
    "MbgCnbd",
    "MbgNbd",
    "Nbd",
    "Paired",
    "ParetoNbd",
    "Seen",
    "ShiftedBeta",
    "Tuples",
    "Values",
    "constant_retention_residual",
    "count_interval",
    "coverage",
    "customer_equity",
    "expected_coverage",
    "fit_beta_weibull",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_gaps",
    "fit_mbgcnbd",
    "fit_mbgnbd",
    "fit_nbd",
    "fit_paretonbd",
    "fit_sbg",
    "fit_spend",
    "fit_values",
    "gap_regularity",
    "mean_lifetime",
    "money_interval",
    "regular_summary",
    "simple_clv",
    "summary",
]
