"""A small regularised logistic regression that orders customers by their chance of buying again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Array

RIDGE = 5.0
MOST_STEPS = 40
TERMS = ("model", "silence", "repeats", "age", "against_gap", "recent", "value")


@dataclass(frozen=True)
class Ranker:
    """Weights of the standardised terms; scores are log-odds of buying within the horizon it was trained for."""

    center: Array
    spread: Array
    weights: Array
    base: float

    def score(self, view: View, p_buys: Array) -> Array:
        """Log-odds of buying."""
        found = np.full(len(view), self.base)
        # Column by column: BLAS may round a row by where it stands.
        for term, center, spread, weight in zip(
            _terms(view, p_buys), self.center, self.spread, self.weights, strict=True
        ):
            found += (term - center) / spread * weight
        return found


def terms(view: View, p_buys: Array) -> Array:
    """What the order rests on, one row per customer: the model's log-odds, silence, repeats, age, recency, value."""
    return np.stack(_terms(view, p_buys), axis=1)


def _terms(view: View, p_buys: Array) -> list[Array]:
    seen = view.seen
    chance = np.clip(p_buys, 1e-6, 1 - 1e-6)
    gap = np.where(seen.x > 0, seen.t_x / np.maximum(seen.x, 1), seen.age)
    return [
        np.log(chance / (1 - chance)),
        np.log1p(view.silence),
        np.log1p(seen.x),
        np.log1p(seen.age),
        np.log((1 + view.silence) / (1 + gap)),
        np.log1p(view.recent),
        np.log(np.maximum(view.each, 1.0)),
    ]


def train(view: View, p_buys: Array, bought: Array) -> Ranker:
    """The ranker that best tells who bought (1) from who did not (0), each weight drawn towards 0."""
    found = terms(view, p_buys)
    center, spread = found.mean(axis=0), found.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    base, weights = _fitted((found - center) / spread, np.asarray(bought, dtype=np.float64))
    return Ranker(center, spread, weights, base)


def _fitted(standard: Array, happened: Array) -> tuple[float, Array]:
    """Newton's steps on the penalised likelihood; the constant is free."""
    design = np.concatenate([np.ones((len(standard), 1)), standard], axis=1)
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 1e-6
    point = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ point, -30, 30)))
        slope = design.T @ (happened - chance) - penalty * point
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        point = point + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-8:
            break
    return float(point[0]), point[1:]


def in_order_of(chances: Array, score: Array) -> Array:
    """The same chances, handed out in the order of the scores: the level of one, the order of the other."""
    given = np.empty_like(chances)
    given[np.argsort(score, kind="stable")] = np.sort(chances)
    return given


@dataclass(frozen=True)
class Transfer:
    """What chance goes with what score: the chances of one, in the order of the other. Both ascend."""

    scores: Array
    chances: Array

    @classmethod
    def of(cls, chances: Array, score: Array) -> Transfer:
        """As among these customers; equal scores share the mean of their chances."""
        order = np.argsort(score, kind="stable")
        scores, begin = np.unique(score[order], return_index=True)
        shared = np.add.reduceat(np.sort(chances), begin) if len(begin) else np.zeros(0)
        return cls(scores, shared / np.diff(np.append(begin, len(score))))

    def given(self, score: Array) -> Array:
        """The chance at each score; between two known ones in proportion, beyond all of them the last."""
        found: Array = np.interp(score, self.scores, self.chances) if len(self.scores) else np.zeros(len(score))
        return found
