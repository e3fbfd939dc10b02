"""Two questions: do they ask the same?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from holdfast.analysis.voice.classifier import Classifier, TrainingError
from holdfast.analysis.voice.features import BITS, counts
from holdfast.analysis.voice.pairs import commonness, differences, exchanges, rarity_of
from holdfast.analysis.voice.text import plain

_HALF = BITS - 1
_STRENGTH = 1.0
_VIEWS: tuple[tuple[tuple[int, ...], bool], ...] = (((1,), False), ((2,), False), ((3,), False), ((), True))


@dataclass(frozen=True)
class QuestionModel:
    """What pairs labelled same or not taught: which differences matter, and how rare each run of characters is."""

    classifier: Classifier
    rarity: tuple[np.ndarray, ...]


def train_questions(left: Sequence[str | None], right: Sequence[str | None], same: Sequence[bool]) -> QuestionModel:
    """Learn from pairs of questions which differences change what is asked.

    In: left and right, one question each; same, whether people judged them to ask the same. Out: QuestionModel.
    Formula: logistic regression on what only one of the two holds, what both hold (characters 1–3, words 1–2) and which
    word stands against which, beside figures of likeness: overlap weighed by rarity, order, what is asked for (why,
    how, when, how much, whether), numbers, refusals, lengths. Errors: TrainingError no_labels, one_class; ValueError
    where lengths differ. Source: AFQMC's task (same or not).
    """
    if not len(left) == len(right) == len(same):
        raise ValueError("left, right and same differ in length")
    if not len(same):
        raise TrainingError("no_labels")
    sides = _plain(left), _plain(right)
    views = _views(*sides)
    rarity = tuple(rarity_of(one, other) for one, other in views)
    labels = ["same" if each else "other" for each in same]
    rows, figures = _rows(sides, views, rarity)
    return QuestionModel(Classifier.fit_rows(rows, labels, figures, strength=_STRENGTH), rarity)


def same_question(
    left: Sequence[str | None], right: Sequence[str | None], *, model: QuestionModel | None = None
) -> np.ndarray:
    """Chance (0–1) that two questions ask the same; one per pair.

    In: left and right, one question each; model, what labelled pairs taught. Without one it is the share of character
    pairs in common (cosine), which ranks well but is no calibrated chance. Out: float64. A pair gives the same either
    way round. Errors: ValueError where lengths differ. Source: AFQMC's task.
    """
    if len(left) != len(right):
        raise ValueError("left and right differ in length")
    if not len(left):
        return np.empty(0)
    sides = _plain(left), _plain(right)
    if model is None:
        return _cosine(*(counts(side, bits=_HALF) for side in sides))
    rows, figures = _rows(sides, _views(*sides), model.rarity)
    return model.classifier.chances(rows, figures)[:, model.classifier.classes.index("same")]


def _plain(texts: Sequence[str | None]) -> list[str]:
    return [plain(text).text for text in texts]


def _cosine(one: sparse.csr_matrix, other: sparse.csr_matrix) -> np.ndarray:
    common = np.asarray(one.multiply(other).sum(axis=1)).ravel()
    sizes = [np.asarray(side.sum(axis=1)).ravel() for side in (one, other)]
    cosine: np.ndarray = common / np.sqrt(np.maximum(sizes[0] * sizes[1], 1))
    return cosine


def _views(left: Sequence[str], right: Sequence[str]) -> list[tuple[sparse.csr_matrix, sparse.csr_matrix]]:
    """Both sides as characters, pairs and triples of them, and as words."""
    return [
        (counts(left, bits=_HALF, sizes=sizes, words=words), counts(right, bits=_HALF, sizes=sizes, words=words))
        for sizes, words in _VIEWS
    ]


def _rows(
    sides: tuple[list[str], list[str]],
    views: Sequence[tuple[sparse.csr_matrix, sparse.csr_matrix]],
    rarity: Sequence[np.ndarray],
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """What only one holds, what both hold, what stands against what; and the figures of likeness."""
    one, other = (sum((view[at] for view in views[1:]), views[0][at]) for at in (0, 1))
    both = one.minimum(other).tocsr()
    apart = (one + other - 2 * both).tocsr()
    apart.eliminate_zeros()
    lengths = np.sort(np.array([[len(text) for text in side] for side in sides], dtype=float), axis=0).T
    figures = [
        differences(*sides),
        np.log1p(lengths),
        np.log1p(lengths[:, 1:] - lengths[:, :1]),
        *(commonness(*view, weights) for view, weights in zip(views, rarity, strict=True)),
    ]
    return sparse.hstack([apart, both, exchanges(*sides)]).tocsr(), np.hstack(figures)
