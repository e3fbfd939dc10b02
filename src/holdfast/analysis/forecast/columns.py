"""What lies ahead of each customer: chance of being there, purchases, spend, value, chance of leaving, money at risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.analysis.cores import each
from holdfast.analysis.forecast import backtest
from holdfast.analysis.forecast.backtest import Backtest
from holdfast.analysis.forecast.crowd import YEAR_DAYS, Crowd, Outlook
from holdfast.analysis.forecast.ranking import in_order_of
from holdfast.analysis.forecast.regular import fit_regular
from holdfast.analysis.forecast.terms import DEFAULTS, MODELS, Fits, ForecastParams
from holdfast.analysis.forecast.views import Gathered, View, begins, mean_minor, profit
from holdfast.analysis.forecast.why import Sight, why
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import (
    Equity,
    Fit,
    GammaGamma,
    MbgNbd,
    Tuples,
    count_interval,
    customer_equity,
    fit_values,
    money_interval,
)
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
    likely; averaged with the best of the other kind of leaving where that is about as good; chances of leaving take
    another order of customers only where the back-test shows it better. The value of a day rests on all purchase days.
    With too few customers the fit leans on documented defaults and says so. Source: methods §4 and §5; the choice is
    ours (decision 0012).
    """
    past = days if isinstance(days, Gathered) else Ledger.of(days, as_of=as_of)
    view = View.of(past, past.today)
    unit = 10.0**minor_digits
    tasks: tuple[Callable[[], Any], ...] = (
        lambda: _fitted(past, view, params),
        lambda: fit_values(view.seen.x, view.m / unit, params.fit),
        lambda: _worth(past, view, unit, params),
    )
    (fits, flags), spend, worth = each(lambda task: task(), tasks)
    name, tested, reasons = backtest.run(past, horizon_days, fits, params)
    crowd = Crowd.of(view, begins(past) or past.today, fits, tested.together or (name,), params)
    ahead = crowd.look(view, horizon_days, params.annual_discount)
    margin = _margin(past, params)
    columns = _columns(ahead, view, worth, tested, margin)
    table = pa.table({"customer_id": past.ids.take(pa.array(view.row)), **columns})
    told = _told(fits, spend, name, tested, reasons, flags)
    value = {"annual_discount": params.annual_discount, "margin": margin, "flags": list(worth.flags)}
    equity = customer_equity(columns["clv_12m"], value_of_new=_value_of_new(crowd, worth, margin))
    told = {**told, **_level(crowd, tested), "value": value, "equity": _equity(equity)}
    return Forecast(table, told, Sight(table["customer_id"].combine_chunks(), view, crowd, horizon_days))


def _fitted(past: Ledger | Gathered, view: View, params: ForecastParams) -> tuple[Fits, dict[str, list[str]]]:
    """All models that came to an end; where none did, MBG/NBD with its documented defaults."""
    tuples = Tuples.of(view.seen)
    every: Fits = {name: kind.fit(tuples, params.fit) for name, kind in MODELS.items()}
    flags = {name: list(fit.flags) for name, fit in every.items() if fit.flags}
    good = {name: fit for name, fit in every.items() if not fit.failed}
    regular = fit_regular(past, view, params)
    if regular is not None:
        good["mbgcnbd"] = regular
    if not good:
        flags["mbgnbd"] = [*flags.get("mbgnbd", []), "defaults"]
        good = {"mbgnbd": Fit(MbgNbd(*MbgNbd.default), float("nan"), len(view), 0.0, ("defaults", "few_customers"))}
    return good, flags


@dataclass(frozen=True)
class Worth:
    """What a purchase day is worth, major units. value: expected, per customer. own: squared relative standard error of
    it. each: squared relative spread of one day around a customer's own mean. mean: of a customer not yet seen."""

    value: Array
    own: Array
    each: float
    mean: float
    flags: tuple[str, ...]


def _worth(past: Ledger | Gathered, view: View, unit: float, params: ForecastParams) -> Worth:
    """Gamma-Gamma over all purchase days, the first one too: it says as much of what the next one is worth."""
    seen, n, m = view.seen, view.seen.x + 1, np.maximum(view.each / unit, 0.0)
    fit = fit_values(n, m, params.fit)
    if fit is None or fit.failed:
        plain = mean_minor(past) / unit
        return Worth(np.full(len(seen), max(plain, 0.0)), np.ones(len(seen)), 1.0, max(plain, 0.0), ("mean_of_all",))
    model = fit.model
    known = np.where(m > 0, model.p * n, 0.0) + model.q - 2
    own = np.minimum(1 / np.maximum(known, 0.25), 4.0)
    value = model.expected_value(np.where(m > 0, n, 0.0), m)
    return Worth(value, own, 1 / model.p, model.mean, tuple(flag for flag in fit.flags if flag == "correlated"))


def _value_of_new(crowd: Crowd, worth: Worth, margin: float) -> float:
    """Expected margin of a new customer's first 12 months, the first purchase included."""
    repeat = np.mean([float(member.newest.expected_new(YEAR_DAYS / 7)[0]) for member in crowd.members])
    return float(margin * worth.mean * (1 + repeat))


def _equity(equity: Equity) -> dict[str, float | int]:
    return {"horizon_months": 12, "current": equity.current, "value_of_new": equity.value_of_new}


def _level(crowd: Crowd, tested: Backtest) -> dict[str, Any]:
    return {
        "together": [member.name for member in crowd.members],
        "by_entry": crowd.split,
        "intervals": {"level": tested.level, **tested.intervals},
    }


def _margin(past: Ledger | Gathered, params: ForecastParams) -> float:
    """Share of revenue that the 12-month value counts."""
    if params.margin is not None:
        return params.margin
    found = profit(past)
    if found is None:
        return 1.0
    earned, known, whole = found
    if whole <= 0 or known < params.cost_evidence * whole:
        return 1.0
    return float(min(max(earned / known, 0.0), 1.0))


def _columns(ahead: Outlook, view: View, worth: Worth, tested: Backtest, margin: float) -> dict[str, Array]:
    leave = _p_leave(view, ahead.buys, tested)
    least, most = count_interval(ahead.expected, 1 - ahead.buys, tested.level)
    dear = margin * worth.value
    low, high = money_interval(ahead.year_now, 1 - ahead.year_buys, dear, worth.own, worth.each, tested.level)
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


def _p_leave(view: View, buys: Array, tested: Backtest) -> Array:
    if tested.ranker is None:
        return 1 - buys
    score = tested.ranker.score(view, buys)
    if tested.method == "calibrated":
        chance: Array = 1 / (1 + np.exp(np.clip(score, -30, 30)))
        return chance
    return 1 - in_order_of(buys, score)


def _told(
    fits: Fits,
    spend: Fit[GammaGamma] | None,
    name: str,
    tested: Backtest,
    reasons: list[list[Any]],
    flags: dict[str, list[str]],
) -> dict[str, Any]:
    models: dict[str, Any] = {kind: _parameters(fits.get(kind)) for kind in (*MODELS, "mbgcnbd")}
    if spend is not None and spend.flags:
        flags = {**flags, "gamma_gamma": list(spend.flags)}
    return {
        **models,
        "gamma_gamma": _parameters(spend),
        "chosen": name,
        "reasons": reasons,
        "backtest": {"days": tested.days, "models": tested.models} if tested.days else None,
        "churn": {"method": tested.method, **tested.churn},
        "flags": flags,
    }


def _parameters(fit: Fit[Any] | None) -> dict[str, float] | None:
    """Parameters and log-likelihood; null where there were too few customers for one of their own."""
    if fit is None or fit.leaning or fit.failed:
        return None
    return {**fit.model.parameters, "log_likelihood": fit.log_likelihood}
