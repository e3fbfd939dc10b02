"""The settings of the demand forecast."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.analysis.params import Params


@dataclass(frozen=True)
class DemandParams(Params):
    """months: how many complete months ahead. season_months: history from which a season can be told. damping: what is
    left of a trend from month to month. fade: weight of a month against the one after it, in a customer's share.
    test_months: origins of the back-test, at most. least_test: at least. least_months: of history for any method but the
    last month. doubt: how many misses it takes to believe or disbelieve last year's months by half. rest: months by which a
    short history is drawn to nothing, so that one order is no habit.
    """

    months: int = 3
    season_months: int = 24
    damping: float = 0.85
    fade: float = 0.85
    test_months: int = 12
    least_test: int = 3
    least_months: int = 6
    doubt: float = 2.0
    rest: float = 1.0


DEFAULTS = DemandParams()
