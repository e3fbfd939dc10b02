"""What customers will order in the months to come: in all, and each of them, with how far it may lie off (CHU-10).

Owns the monthly demand forecast with its season, its back-test against the naive ones, and the split over customers.
Words: naive the last month again, seasonal naive the same month of last year, share what of the total a customer takes.
"""

from holdfast.analysis.demand.forecast import Ahead, Demand, demand, monthly, whole_ahead
from holdfast.analysis.demand.next_order import DEFAULTS as NEXT_DEFAULTS
from holdfast.analysis.demand.next_order import NextParams, next_orders
from holdfast.analysis.demand.series import METHODS, Tested, backtest
from holdfast.analysis.demand.terms import DEFAULTS, DemandParams

__all__ = [
    "DEFAULTS",
    "METHODS",
    "NEXT_DEFAULTS",
    "Ahead",
    "Demand",
    "DemandParams",
    "NextParams",
    "Tested",
    "backtest",
    "demand",
    "monthly",
    "next_orders",
    "whole_ahead",
]
