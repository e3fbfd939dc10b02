"""Back-tests inside the data given: which model foresaw the last stretch best, and which order of customers.

Nothing looks ahead: at each origin the models are fitted on what was known by its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from holdfast.analysis.churn.measures import auc, brier, calibration, lift, normalised_gini, poisson_deviance
from holdfast.analysis.cores import each
from holdfast.analysis.forecast.crowd import Crowd
from holdfast.analysis.forecast.ranking import Ranker, in_order_of, train
from holdfast.analysis.forecast.regular import fit_regular
from holdfast.analysis.forecast.terms import MODELS, Fits, ForecastParams
from holdfast.analysis.forecast.views import Gathered, View, begins
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifetime import Counting, Nbd, Tuples, count_interval, coverage, expected_coverage
from holdfast.analysis.lifetime.summary import WEEK

FOLDS = 5
KINDS = (("bgnbd", "mbgnbd"), ("paretonbd",), ("mbgcnbd",))


@dataclass(frozen=True)
class Origin:
    """One day to look from, what was known then, what came in the `days` after it, and the models fitted on that day."""

    view: View
    days: int
    came: Array
    fits: Fits

    @property
    def stayed_away(self) -> Array:
        """1 for who did not buy in the window."""
        return (self.came == 0).astype(np.float64)

    def crowd(self, names: Iterable[str], begins: int, params: ForecastParams) -> Crowd:
        """The named models as they would have looked ahead together."""
        return Crowd.of(self.view, begins, self.fits, [name for name in names if name in self.fits], params)


@dataclass(frozen=True)
class Backtest:
    """What the back-test found: days of its window, figures per model, how chances are made, and the last ranker; level:
    relative standard error of the level of the forecast; together: the models that look ahead."""

    days: int | None
    models: dict[str, dict[str, float | None]] = field(default_factory=dict)
    method: str = "model"
    churn: dict[str, Any] = field(default_factory=dict)
    ranker: Ranker | None = None
    level: float = 0.0
    intervals: dict[str, float] = field(default_factory=dict)
    together: tuple[str, ...] = ()


def window(first: int | None, today: int, horizon_days: int, params: ForecastParams) -> int | None:
    """Days of the back-test: the horizon, or a third of the history where that is shorter; null where too short.

    first: day number of the first purchase of all.
    """
    if first is None:
        return None
    days = min(horizon_days, (today - first) // 3)
    return days if days >= params.min_test_days else None


def looks(first: int | None, today: int, horizon_days: int, params: ForecastParams) -> list[tuple[int, int]]:
    """Every day the back-test looks from, and how many days from there; the last window first."""
    days = window(first, today, horizon_days, params)
    return [(today - days, days), (today - 2 * days, days)] if days else []


def origin(
    past: Ledger | Gathered, day: int, days: int, params: ForecastParams, names: Iterable[str] = tuple(MODELS)
) -> Origin | None:
    """The customers and models of an earlier day; null where too few had bought, or all or none came back."""
    view = View.of(past, day, params.test_sample)
    if len(view) < params.min_test_customers:
        return None
    came = view.bought_within(past, days)
    again = int((came > 0).sum())
    if min(again, len(view) - again) < params.min_test_events:
        return None
    tuples = Tuples.of(view.seen).thinned(params.fit.thin_above)
    plain = [name for name in names if name in MODELS]
    fits: Fits = dict(zip(plain, each(lambda name: MODELS[name].fit(tuples, params.fit), plain), strict=True))
    regular = fit_regular(view, params) if "mbgcnbd" in names else None
    if regular is not None:
        fits["mbgcnbd"] = regular
    fits = {name: fit for name, fit in fits.items() if not fit.failed}
    return Origin(view, days, came, fits) if fits else None


def judge(found: Origin, params: ForecastParams) -> dict[str, dict[str, float | None]]:
    """How near each model came to the purchases of the window; NBD, without leaving, as the plain baseline."""
    weeks = found.days / WEEK
    models: dict[str, Counting] = {name: fit.model for name, fit in found.fits.items()}
    models["nbd"] = Nbd.fit(Tuples.of(found.view.seen).thinned(params.fit.thin_above), params.fit).model
    return {name: _count_figures(model.expected(found.view.seen, weeks), found.came) for name, model in models.items()}


def _count_figures(expected: Array, came: Array) -> dict[str, float | None]:
    return {
        "deviance": poisson_deviance(came, expected),
        "rmse": float(np.sqrt(((expected - came) ** 2).mean())),
        "total_error": float(expected.sum() / came.sum() - 1),
        "ngini": normalised_gini(came, expected),
    }


def chance_figures(p_leave: Array, left: Array) -> dict[str, float | None]:
    """AUC, Brier, calibration error, lift of the top tenth."""
    return {
        "auc": auc(p_leave, left),
        "brier": brier(p_leave, left),
        "ece": calibration(p_leave, left).error,
        "lift_10": lift(p_leave, left),
    }


def compare_orders(
    names: tuple[str, ...],
    last: Origin,
    before: Origin | None,
    crowd: Crowd,
    params: ForecastParams,
    *,
    same_horizon: bool,
) -> Backtest:
    """Whether the models' chances stand as they are, take another order, or another level too.

    Judged on the last window: by a ranker trained on the window before it or, without one, on four fifths of the
    customers for the fifth. Another level is taken only if it was trained on an earlier window of the full horizon.
    """
    chances = crowd.p_buys(last.view, last.days)
    bought = (last.came > 0).astype(np.float64)
    if before is not None and set(names) & set(before.fits):
        earlier = before.crowd(names, crowd.begins, params).p_buys(before.view, before.days)
        ranker = train(before.view, earlier, before.came > 0)
        score = ranker.score(last.view, chances)
    else:
        before, score = None, _out_of_fold(last.view, chances, bought)
    ways = {"model": 1 - chances, "rank_transfer": 1 - in_order_of(chances, score)}
    if before is not None and same_horizon:
        ways["calibrated"] = 1 / (1 + np.exp(np.clip(score, -30, 30)))
    figures = {way: chance_figures(p_leave, last.stayed_away) for way, p_leave in ways.items()}
    method = _best(figures, params)
    plain = {"auc": auc(last.view.silence, last.stayed_away), "lift_10": lift(last.view.silence, last.stayed_away)}
    churn = {
        "window_days": last.days,
        "customers": len(last.view),
        "left_share": float(last.stayed_away.mean()),
        "trained_on": "window_before" if before is not None else "other_customers",
        "ways": figures,
        "recency": plain,
        "beats_recency": (figures[method]["auc"] or 0.0) > (plain["auc"] or 0.0),
    }
    final = train(last.view, chances, bought) if method != "model" else None
    return Backtest(last.days, {}, method, churn, final)


def _out_of_fold(view: View, chances: Array, bought: Array) -> Array:
    """Scores of each fifth of the customers by a ranker that has not seen them."""
    score = np.empty(len(view))
    fold = np.arange(len(view)) % FOLDS
    for number in range(FOLDS):
        rest, held = view.at(fold != number), view.at(fold == number)
        ranker = train(rest, chances[fold != number], bought[fold != number])
        score[fold == number] = ranker.score(held, chances[fold == number])
    return score


def _best(figures: dict[str, dict[str, float | None]], params: ForecastParams) -> str:
    """How chances are made: in the ranker's order, unless the back-test finds the model's own order better.

    The ranker knows what the model knows and more; its order at the model's level stands unless its Brier score or its
    AUC is worse by more than chance would have it. Another level must be clearly better.
    """
    plain, other = figures["model"], figures["rank_transfer"]
    brier_of = {way: found["brier"] or 1.0 for way, found in figures.items()}
    if brier_of.get("calibrated", 1.0) < min(brier_of["model"], brier_of["rank_transfer"]) * (1 - params.clearly):
        return "calibrated"
    worse = brier_of["rank_transfer"] > brier_of["model"] * (1 + params.clearly / 2)
    misplaced = (other["auc"] or 0.0) < (plain["auc"] or 0.0) - params.gain
    return "model" if worse or misplaced else "rank_transfer"


def run(
    past: Ledger | Gathered, horizon_days: int, fits: Fits, params: ForecastParams
) -> tuple[str, Backtest, list[list[Any]]]:
    """The chosen model, what the back-test found, and the reasons as codes with numbers."""
    begin = begins(past)
    steps = looks(begin, past.today, horizon_days, params)
    last = origin(past, *steps[0], params, tuple(fits)) if steps else None
    if last is None or begin is None:
        name = _most_likely(fits)
        told: list[list[Any]] = [["no_backtest", {}], ["highest_likelihood", {"model": name}]]
        return name, Backtest(None, level=params.level, together=(name,)), told
    judged, days = judge(last, params), last.days
    name, reasons = _chosen(fits, judged, days, params)
    named = name if name in last.fits else next(iter(last.fits))
    together = _together(name, judged, fits, params)
    tried = tuple(one for one in together if one in last.fits) or (named,)
    before = origin(past, *steps[1], params, tried)
    crowd = last.crowd(tried, begin, params)
    found = compare_orders(tried, last, before, crowd, params, same_horizon=days == horizon_days)
    level = float(np.clip(abs(np.log1p(judged[named]["total_error"] or 0.0)), params.least_level, params.most_level))
    intervals = _intervals(crowd, last, level)
    done = Backtest(days, judged, found.method, found.churn, found.ranker, level, intervals, together)
    return name, done, reasons


def _together(
    name: str, judged: dict[str, dict[str, float | None]], fits: Fits, params: ForecastParams
) -> tuple[str, ...]:
    """The chosen model, and the best of each other kind where the back-test finds it near enough.

    The kinds: leaving at a purchase, leaving at any time, and buying more regularly than chance. The last is so much
    likelier wherever it is tried that it may have been some way off. Two that foresee the same count twice beside it.
    """
    if name not in judged:
        return (name,)
    own = judged[name]["deviance"] or 0.0
    found, alike = [name], []
    for kind in KINDS:
        others = [one for one in kind if one in fits and one in judged]
        if not others or name in kind:
            continue
        other = min(others, key=lambda one: judged[one]["deviance"] or 0.0)
        its = judged[other]["deviance"] or 0.0
        near = params.about_regular if "mbgcnbd" in (name, other) else params.about_equal
        if abs(its - own) <= params.tie * own:
            alike.append(other)
        elif its <= own * (1 + near):
            found.append(other)
    return (*found, *alike) if "mbgcnbd" in found else tuple(found)


def _intervals(crowd: Crowd, last: Origin, level: float) -> dict[str, float]:
    """How often P10–P90 held what came in the window, and how often whole numbers should have."""
    ahead = crowd.anchored(last.view, last.days, 0.0).look(last.view, last.days, 0.0)
    low, high = count_interval(ahead.expected, 1 - ahead.buys, level)
    due = expected_coverage(ahead.expected, 1 - ahead.buys, low, high, level)
    return {"covered": coverage(low, high, last.came), "expected": due}


def _most_likely(fits: Fits) -> str:
    return max(fits, key=lambda name: fits[name].log_likelihood)


def _chosen(
    fits: Fits, judged: dict[str, dict[str, float | None]], days: int, params: ForecastParams
) -> tuple[str, list[list[Any]]]:
    """The lowest deviance in the back-test; of those as good as equal the most likely."""
    open_to = {name: judged[name]["deviance"] or 0.0 for name in fits if name in judged}
    if not open_to:
        return _most_likely(fits), [["highest_likelihood", {"model": _most_likely(fits)}]]
    least = min(open_to.values())
    equal = {name: fits[name] for name, value in open_to.items() if value <= least * (1 + params.tie)}
    name = _most_likely(equal)
    reason = "lowest_deviance" if len(equal) == 1 else "highest_likelihood"
    told: list[list[Any]] = [[reason, {"model": name, "days": days, "deviance": round(open_to[name], 6)}]]
    plain = judged["nbd"]["deviance"] or 0.0
    if open_to[name] >= plain:
        told.append(["not_better_than_no_leaving", {"deviance": round(plain, 6)}])
    return name, told
