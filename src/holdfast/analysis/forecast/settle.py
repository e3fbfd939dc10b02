"""The models that the company's own past has chosen, and all else that the forecast of a single customer rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.analysis.cores import each
from holdfast.analysis.forecast import backtest
from holdfast.analysis.forecast.backtest import Backtest
from holdfast.analysis.forecast.crowd import YEAR_DAYS, Crowd
from holdfast.analysis.forecast.gist import Gist
from holdfast.analysis.forecast.ranking import Transfer
from holdfast.analysis.forecast.regular import fit_regular
from holdfast.analysis.forecast.terms import MODELS, Fits, ForecastParams
from holdfast.analysis.forecast.views import Gathered, View, begins, mean_minor, profit
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import Fit, GammaGamma, MbgNbd, customer_equity
from holdfast.analysis.lifetime.spend import fit_spend


@dataclass(frozen=True)
class Worth:
    """What a purchase day is worth, major units. value: expected, per customer. own: squared relative standard error of
    it. each: squared relative spread of one day around a customer's own mean."""

    value: Array
    own: Array
    each: float


@dataclass(frozen=True)
class Valuation:
    """How a purchase day is valued. model: null where too little is known, and then everybody has the mean. mean: of a
    customer not yet seen, major units. unit: minor units in a major one."""

    model: GammaGamma | None
    mean: float
    unit: float
    flags: tuple[str, ...]

    def of(self, view: View) -> Worth:
        """Of each customer of the view."""
        if self.model is None:
            return Worth(np.full(len(view), self.mean), np.ones(len(view)), 1.0)
        n, m = view.seen.x + 1, np.maximum(view.each / self.unit, 0.0)
        known = np.where(m > 0, self.model.p * n, 0.0) + self.model.q - 2
        own = np.minimum(1 / np.maximum(known, 0.25), 4.0)
        return Worth(self.model.expected_value(np.where(m > 0, n, 0.0), m), own, 1 / self.model.p)


@dataclass(frozen=True)
class Settled:
    """What each customer's forecast needs beside the customer. told: the models, for the summary."""

    crowd: Crowd
    worth: Valuation
    tested: Backtest
    transfer: Transfer | None
    margin: float
    horizon_days: int
    discount: float
    told: dict[str, Any]

    def models(self, value: float) -> dict[str, Any]:
        """The models for the summary; value: of all today's customers within 12 months, major units."""
        equity = customer_equity([value], value_of_new=self._value_of_new())
        figures = {"horizon_months": 12, "current": equity.current, "value_of_new": equity.value_of_new}
        return {**self.told, "equity": figures}

    def _value_of_new(self) -> float:
        """Expected margin of a new customer's first 12 months, the first purchase included."""
        repeat = np.mean([float(member.newest.expected_new(YEAR_DAYS / 7)[0]) for member in self.crowd.members])
        return float(self.margin * self.worth.mean * (1 + repeat))


def settle(gist: Gist, horizon_days: int, unit: float, params: ForecastParams) -> Settled:
    """Fit, test on the past, choose: the same for the same customers, however their past was gathered."""
    past = gist.past
    view = View.of(past, past.today, params.test_sample)
    tasks: tuple[Callable[[], Any], ...] = (
        lambda: _fitted(gist, view, params),
        lambda: fit_spend(gist.repeats, params.fit),
        lambda: _valuation(gist, unit, params),
    )
    (fits, flags), spend, worth = each(lambda task: task(), tasks)
    name, tested, reasons = backtest.run(past, horizon_days, fits, params)
    together = tested.together or (name,)
    crowd = Crowd.of(view, begins(past) or past.today, fits, together, params, everyone=gist.tuples)
    crowd = crowd.levelled(gist.tuples, past.today, horizon_days)
    crowd = crowd.anchored(view, horizon_days, params.annual_discount)
    margin = _margin(past, params)
    value = {"annual_discount": params.annual_discount, "margin": margin, "flags": list(worth.flags)}
    told = {**_told(fits, spend, name, tested, reasons, flags), **_level(crowd, tested), "value": value}
    transfer = _transfer(crowd, view, tested, horizon_days)
    return Settled(crowd, worth, tested, transfer, margin, horizon_days, params.annual_discount, told)


def _fitted(gist: Gist, view: View, params: ForecastParams) -> tuple[Fits, dict[str, list[str]]]:
    """All models that came to an end; where none did, MBG/NBD with its documented defaults."""
    # The slowest first, so that it is not alone at the end.
    names = sorted(MODELS, key=lambda name: name != "paretonbd")
    found = dict(zip(names, each(lambda name: MODELS[name].fit(gist.tuples, params.fit), names), strict=True))
    every: Fits = {name: found[name] for name in MODELS}
    flags = {name: list(fit.flags) for name, fit in every.items() if fit.flags}
    good = {name: fit for name, fit in every.items() if not fit.failed}
    regular = fit_regular(view, params, everyone=gist.customers)
    if regular is not None:
        good["mbgcnbd"] = regular
    if not good:
        flags["mbgnbd"] = [*flags.get("mbgnbd", []), "defaults"]
        good = {
            "mbgnbd": Fit(MbgNbd(*MbgNbd.default), float("nan"), gist.customers, 0.0, ("defaults", "few_customers"))
        }
    return good, flags


def _valuation(gist: Gist, unit: float, params: ForecastParams) -> Valuation:
    """Gamma-Gamma over all purchase days, the first one too: it says as much of what the next one is worth."""
    fit = fit_spend(gist.values, params.fit)
    if fit is None or fit.failed:
        return Valuation(None, max(mean_minor(gist.past) / unit, 0.0), unit, ("mean_of_all",))
    return Valuation(fit.model, fit.model.mean, unit, tuple(flag for flag in fit.flags if flag == "correlated"))


def _transfer(crowd: Crowd, view: View, tested: Backtest, days: int) -> Transfer | None:
    """What chance goes with what place in the ranker's order, where it is to have that order at the models' level."""
    if tested.ranker is None or tested.method == "calibrated":
        return None
    buys = crowd.p_buys(view, days)
    return Transfer.of(buys, tested.ranker.score(view, buys))


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
