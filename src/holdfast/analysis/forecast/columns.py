"""What lies ahead of each customer: chance of being there, purchases, spend, value, chance of leaving, money at risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.analysis.forecast.crowd import YEAR_DAYS
from holdfast.analysis.forecast.gist import Gist
from holdfast.analysis.forecast.settle import Settled, settle
from holdfast.analysis.forecast.terms import DEFAULTS, ForecastParams
from holdfast.analysis.forecast.views import Gathered, View
from holdfast.analysis.forecast.why import Sight, why
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import count_interval, money_interval
from holdfast.analysis.lifetime.summary import WEEK
from holdfast.analysis.tables import Source


@dataclass(frozen=True)
class Forecast:
    """`customers`: one row per customer with a purchase day. `models`: what it rests on, for the summary. `sight`: what
    it was made with."""

    customers: pa.Table
    models: dict[str, Any]
    sight: Sight = field(repr=False, compare=False)

    def why(self) -> pa.Table:
        """Parts of every customer's chance of leaving that add up to its log-odds; see `forecast.why`."""
        return why(self.sight, self.customers["p_churn"].to_numpy())


def forecast(
    days: Source | Ledger | Gathered,
    *,
    as_of: date,
    horizon_days: int = 90,
    minor_digits: int = 2,
    params: ForecastParams = DEFAULTS,
) -> Forecast:
    """What each customer will do within the horizon and the year; one row per customer with a purchase day.

    In: customer days, or what was `Gathered` of them. Out, `.customers`: customer_id, p_alive (0–1),
    expected_purchases (purchase days within the horizon), expected_spend (the same in major units), clv_12m (margin ×
    spend of the next 365 days, discounted month by month), p_churn (chance of no purchase within the horizon),
    revenue_at_risk (p_churn × a year's spend at the customer's own rate had they stayed), purchases_p10, purchases_p90,
    clv_p10, clv_p90 (eight of ten customers alike end between them). `.models`: bgnbd, mbgnbd, paretonbd, gamma_gamma
    (parameters in weeks and major units, log_likelihood; null where too few customers), mbgcnbd (with k, where customers
    buy regularly), chosen, together (models averaged), by_entry (whether who was there when the log began has parameters
    of their own), reasons, backtest, churn, intervals (level; share held in the back-test and due), value, equity, flags.
    `.why()`: what makes p_churn. Rule: the model with the lowest deviance in a back-test inside the data, else the most
    likely; averaged with the best of each other kind (leaving at a purchase, at any time, buying regularly) that is near
    enough; a part of the purchases is shared out as those of the last year were; chances of leaving take another order of
    customers only where the back-test shows it better. The value of a day rests on all purchase days.
    With too few customers the fit leans on documented defaults and says so. Source: methods §4 and §5; the choice is
    ours (decisions 0012, 0020, 0023).
    """
    past = days if isinstance(days, Gathered) else Ledger.of(days, as_of=as_of)
    view = View.of(past, past.today)
    unit = 10.0**minor_digits
    settled = settle(Gist.of(past, view, unit, params), horizon_days, unit, params)
    columns = foreseen(settled, view)
    table = pa.table({"customer_id": past.ids.take(pa.array(view.row)), **columns})
    models = settled.models(float(columns["clv_12m"].sum()))
    return Forecast(table, models, Sight(table["customer_id"].combine_chunks(), view, settled.crowd, horizon_days))


def foreseen(settled: Settled, view: View) -> dict[str, Array]:
    """The columns of `forecast` for any customers: each row rests on the customer's own past and on what is settled."""
    ahead, worth, level = (
        settled.crowd.look(view, settled.horizon_days, settled.discount),
        settled.worth.of(view),
        settled.tested.level,
    )
    leave = _p_leave(settled, view, ahead.buys)
    least, most = count_interval(ahead.expected, 1 - ahead.buys, level)
    dear = settled.margin * worth.value
    low, high = money_interval(ahead.year_now, 1 - ahead.year_buys, dear, worth.own, worth.each, level)
    return {
        "p_alive": ahead.alive,
        "expected_purchases": ahead.expected,
        "expected_spend": ahead.expected * worth.value,
        "clv_12m": ahead.year_now * dear,
        "p_churn": leave,
        "revenue_at_risk": leave * ahead.rate * (YEAR_DAYS / WEEK) * worth.value,
        "purchases_p10": least,
        "purchases_p90": most,
        "clv_p10": low,
        "clv_p90": high,
    }


def _p_leave(settled: Settled, view: View, buys: Array) -> Array:
    if settled.tested.ranker is None:
        return 1 - buys
    score = settled.tested.ranker.score(view, buys)
    if settled.transfer is not None:
        return 1 - settled.transfer.given(score)
    chance: Array = 1 / (1 + np.exp(np.clip(score, -30, 30)))
    return chance
