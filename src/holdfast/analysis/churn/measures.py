"""How good chances and forecasts are, measured on what came true (methods §5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.analysis.ledger import Array


def brier(chance: Array, happened: Array) -> float | None:
    """Mean squared distance of the chances (0–1) from what happened (0 or 1); null without any.

    Formula: mean (p − y)². Source: methods §5.
    """
    chance, happened = _floats(chance), _floats(happened)
    return float(((chance - happened) ** 2).mean()) if len(chance) else None


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error, and per bin: number, mean chance, share that happened."""

    error: float
    size: Array
    chance: Array
    happened: Array


def calibration(chance: Array, happened: Array, *, edges: Array | None = None, bins: int = 10) -> Calibration:
    """Whether of those with a chance of 30 % about 30 % happened.

    In: chances (0–1), happened (0 or 1); edges of half-open bins, the last closed; else `bins` of equal count. Out:
    Calibration. Formula: ECE = Σ n_b/N·|mean p − mean y|, empty bins left out. Source: methods §5.
    """
    chance, happened = _floats(chance), _floats(happened)
    if edges is not None:
        inner = np.asarray(edges, dtype=np.float64)[1:-1]
        place = np.searchsorted(inner, chance, side="right")
        count = len(inner) + 1
    else:
        count = max(1, min(bins, len(chance)))
        place = np.empty(len(chance), dtype=np.int64)
        place[np.argsort(chance, kind="stable")] = np.arange(len(chance)) * count // max(len(chance), 1)
    size = np.bincount(place, minlength=count).astype(np.float64)
    filled = size > 0
    size = size[filled]
    mean = np.bincount(place, weights=chance, minlength=count)[filled] / size
    share = np.bincount(place, weights=happened, minlength=count)[filled] / size
    error = float((size / max(size.sum(), 1) * np.abs(mean - share)).sum())
    return Calibration(error, size, mean, share)


def auc(score: Array, happened: Array) -> float | None:
    """Chance that one to whom it happened has the higher score than one to whom it did not; ties count half.

    Null where it happened to all or to nobody. Source: Mann & Whitney; methods §5.
    """
    score, happened = _floats(score), _floats(happened) > 0.5
    yes = int(happened.sum())
    no = len(score) - yes
    if not yes or not no:
        return None
    ordered = np.sort(score)
    mid = 0.5 * (np.searchsorted(ordered, score, "left") + np.searchsorted(ordered, score, "right") + 1)
    return float((mid[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def average_precision(score: Array, happened: Array) -> float | None:
    """Area under precision by recall: what AUC hides where almost nobody leaves (base rate under 2 %).

    In: scores, happened (0 or 1). Out: 0–1, the base rate for scores that know nothing; null where it happened to
    nobody. Formula: Σ (recall gained at a score) × precision down to it, equal scores taken together.
    Source: methods §5 (edge); Manning, Raghavan & Schütze, Introduction to Information Retrieval, ch. 8.
    """
    score, happened = _floats(score), _floats(happened)
    if not happened.sum():
        return None
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(happened[order])
    last = np.append(score[order][1:] != score[order][:-1], True)
    found, so_far = hits[last], np.flatnonzero(last) + 1
    return float((np.diff(found, prepend=0) * found / so_far).sum() / happened.sum())


def lift(score: Array, happened: Array, *, share: float = 0.1) -> float | None:
    """How many times more often it happened among the `share` with the highest scores than among all.

    Formula: rate in the top ÷ rate of all; of customers with equal scores at the edge, a part counts. Null where it
    happened to nobody. Source: methods §5: 30 of 100 over 120 of 1,000 = 2.5.
    """
    score, happened = _floats(score), _floats(happened)
    if not len(score) or not happened.sum():
        return None
    top = max(1, round(share * len(score)))
    edge = np.sort(score)[-top]
    above, at = score > edge, score == edge
    inside = happened[above].sum() + happened[at].sum() * (top - above.sum()) / at.sum()
    return float(inside / top / happened.mean())


def normalised_gini(actual: Array, predicted: Array) -> float | None:
    """How well the forecast orders customers: 1 as well as the truth itself, 0 as chance.

    Formula: Gini of the actual values in the order of the forecast ÷ in their own order; null where all are 0.
    Source: methods §4.3; actual 10, 5, 0, 0, forecast 4, 9, 1, 0 → .714286.
    """
    actual, predicted = _floats(actual), _floats(predicted)
    if not len(actual) or not actual.sum():
        return None
    own = _gini(actual, actual)
    return _gini(actual, predicted) / own if own else None


def _gini(actual: Array, by: Array) -> float:
    ordered = actual[np.argsort(-by, kind="stable")]
    return float(np.cumsum(ordered).sum() / ordered.sum() - (len(actual) + 1) / 2)


def poisson_deviance(actual: Array, expected: Array) -> float:
    """Mean deviance of counts from their expectations: 2·(y·ln(y/e) − (y − e)); 0 is perfect.

    Unlike the mean absolute error it cannot be won by forecasting nothing. Source: methods §4.2, lessons.
    """
    actual, expected = _floats(actual), np.maximum(_floats(expected), 1e-9)
    parts = actual * np.log(np.maximum(actual, 1e-300) / expected) * (actual > 0) - (actual - expected)
    return float(2 * parts.mean()) if len(parts) else 0.0


def _floats(values: Array) -> Array:
    return np.asarray(values, dtype=np.float64)
