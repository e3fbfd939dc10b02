"""What lies ahead of each customer: chance of being there, purchases, spend, value, chance of leaving, money at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.analysis.forecast import backtest
from holdfast.analysis.forecast.backtest import Backtest
from holdfast.analysis.forecast.ranking import in_order_of
from holdfast.analysis.forecast.terms import DEFAULTS, MODELS, Fits, ForecastParams
from holdfast.analysis.forecast.views import Gathered, View, mean_minor, profit
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import Counting, Fit, GammaGamma, MbgNbd, Tuples, fit_values
from holdfast.analysis.lifetime.summary import WEEK
from holdfast.analysis.tables import Source

YEAR_DAYS = 365
MONTHS = 12


@dataclass(frozen=True)
class Forecast:
    """`customers`: one row per customer with a purchase day. `models`: what it rests on, for the summary."""

    customers: pa.Table
    models: dict[str, Any]


def forecast(
    days: Source | Ledger | Gathered,
    *,
    as_of: date,
    horizon_days: int = 90,
    minor_digits: int = 2,
    params: ForecastParams = DEFAULTS,
) -> Forecast:
    """What each customer will do within the horizon and the year; one row per customer with a purchase day.

    In: customer days, or what was `Gathered` of them. Out, `.customers`: customer_id, p_alive (0–1), expected_purchases
    (purchase days within the horizon), expected_spend (the same in major units), clv_12m (margin × spend of the next 365 days, discounted
    month by month), p_churn (chance of no purchase within the horizon), revenue_at_risk (p_churn × a year's spend at the
    customer's own rate had they stayed). `.models`: bgnbd, mbgnbd, paretonbd, gamma_gamma (parameters in weeks and
    major units, log_likelihood; null where too few customers), chosen, reasons, backtest, churn, value, flags.
    Rule: the model with the lowest deviance in a back-test inside the data, else the most likely; chances of leaving
    take another order of customers only where the back-test shows it better. With too few customers the fit leans on
    documented defaults and says so. Source: methods §4 and §5; the choice is ours.
    """
    past = days if isinstance(days, Gathered) else Ledger.of(days, as_of=as_of)
    view = View.of(past, past.today)
    fits, flags = _fitted(view, params)
    unit = 10.0**minor_digits
    spend = fit_values(view.seen.x, view.m / unit, params.fit)
    name, tested, reasons = backtest.run(past, horizon_days, fits, params)
    model = fits[name].model
    value = _value_of_a_day(past, view, spend, unit)
    margin = _margin(past, params)
    columns = _columns(model, view, value, tested, horizon_days, params.annual_discount, margin)
    table = pa.table({"customer_id": past.ids.take(pa.array(view.row)), **columns})
    told = _told(fits, spend, name, tested, reasons, flags)
    return Forecast(table, {**told, "value": {"annual_discount": params.annual_discount, "margin": margin}})


def _fitted(view: View, params: ForecastParams) -> tuple[Fits, dict[str, list[str]]]:
    """All models that came to an end; where none did, MBG/NBD with its documented defaults."""
    tuples = Tuples.of(view.seen)
    every: Fits = {name: kind.fit(tuples, params.fit) for name, kind in MODELS.items()}
    flags = {name: list(fit.flags) for name, fit in every.items() if fit.flags}
    good = {name: fit for name, fit in every.items() if not fit.failed}
    if not good:
        flags["mbgnbd"] = [*flags.get("mbgnbd", []), "defaults"]
        good = {"mbgnbd": Fit(MbgNbd(*MbgNbd.default), float("nan"), len(view), 0.0, ("defaults", "few_customers"))}
    return good, flags


def _value_of_a_day(past: Ledger | Gathered, view: View, spend: Fit[GammaGamma] | None, unit: float) -> Array:
    """Expected amount of each customer's next purchase day, major units."""
    if spend is not None and not spend.failed:
        return spend.model.expected_value(view.seen.x, view.m / unit)
    # No repeat purchase has a value yet: the first ones must do.
    return np.full(len(view), mean_minor(past) / unit)


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


def _columns(
    model: Counting, view: View, value: Array, tested: Backtest, horizon_days: int, discount: float, margin: float
) -> dict[str, Array]:
    seen, weeks = view.seen, horizon_days / WEEK
    pairs = seen.pairs
    alive = model.p_alive(seen)
    expected = model.if_alive(pairs, weeks)[pairs.place] * alive
    buys = np.clip(model.buys_if_alive(pairs, weeks)[pairs.place] * alive, 0.0, 1.0)
    leave = _p_leave(view, buys, tested)
    year = _discounted_year(model, view, discount)[pairs.place] * alive
    return {
        "p_alive": alive,
        "expected_purchases": expected,
        "expected_spend": expected * value,
        "clv_12m": margin * year * value,
        "p_churn": leave,
        "revenue_at_risk": leave * model.rate(seen) * (YEAR_DAYS / WEEK) * value,
    }


def _p_leave(view: View, buys: Array, tested: Backtest) -> Array:
    if tested.ranker is None:
        return 1 - buys
    score = tested.ranker.score(view, buys)
    if tested.method == "calibrated":
        chance: Array = 1 / (1 + np.exp(np.clip(score, -30, 30)))
        return chance
    return 1 - in_order_of(buys, score)


def _discounted_year(model: Counting, view: View, annual: float) -> Array:
    """Purchase days of the next 365 days, if there today, each month's discounted to its middle; by (x, T)."""
    pairs = view.seen.pairs
    total, before = np.zeros(len(pairs.x)), np.zeros(len(pairs.x))
    for month in range(1, MONTHS + 1):
        so_far = model.if_alive(pairs, YEAR_DAYS / WEEK * month / MONTHS)
        total += (so_far - before) * (1 + annual) ** (-(month - 0.5) / MONTHS)
        before = so_far
    return total


def _told(
    fits: Fits,
    spend: Fit[GammaGamma] | None,
    name: str,
    tested: Backtest,
    reasons: list[list[Any]],
    flags: dict[str, list[str]],
) -> dict[str, Any]:
    models: dict[str, Any] = {kind: _parameters(fits.get(kind)) for kind in MODELS}
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
