"""What customers will order in the months to come: in all, and each of them, with how far it may lie off (CHU-10).

Owns the monthly demand forecast with its season, its back-test against the naive ones, and the split over customers.
Words: naive the last month again, seasonal naive the same month of last year, share what of the total a customer takes.
"""

from holdfast.analysis.demand.forecast import Demand, demand
from holdfast.analysis.demand.series import METHODS, Tested, backtest
from holdfast.analysis.demand.terms import DEFAULTS, DemandParams

__all__ = ["DEFAULTS", "METHODS", "Demand", "DemandParams", "Tested", "backtest", "demand"]
