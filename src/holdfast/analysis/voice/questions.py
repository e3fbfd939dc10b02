"""Two questions: do they ask the same?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from holdfast.analysis.voice.classifier import Classifier
from holdfast.analysis.voice.features import BITS, counts
from holdfast.analysis.voice.text import plain

_HALF = BITS - 1


@dataclass(frozen=True)
class QuestionModel:
    """What pairs labelled same or not taught of which differences matter."""

    classifier: Classifier


def train_questions(left: Sequence[str | None], right: Sequence[str | None], same: Sequence[bool]) -> QuestionModel:
    """Learn from pairs of questions which differences change what is asked.

    In: left and right, one question each; same, whether people judged them to ask the same. Out: QuestionModel.
    Formula: logistic regression on what only one of the two holds and what both hold (characters 1–3, words 1–2),
    beside cosine, Jaccard and lengths. Errors: TrainingError no_labels, one_class; ValueError where lengths differ.
    Source: AFQMC's task (same or not).
    """
    if not len(left) == len(right) == len(same):
        raise ValueError("left, right and same differ in length")
    seen, figures = _rows(left, right)
    return QuestionModel(Classifier.fit_rows(seen, ["same" if each else "other" for each in same], figures))


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
    seen, figures = _rows(left, right)
    if model is None:
        return figures[:, 0]
    return model.classifier.chances(seen, figures)[:, model.classifier.classes.index("same")]


def _rows(left: Sequence[str | None], right: Sequence[str | None]) -> tuple[sparse.csr_matrix, np.ndarray]:
    """What only one holds and what both hold, side by side; and how alike they are."""
    texts = [[plain(text).text for text in side] for side in (left, right)]
    one, other = (counts(side, bits=_HALF) for side in texts)
    both = one.multiply(other).tocsr()
    apart = (one + other - 2 * both).tocsr()
    apart.eliminate_zeros()
    return sparse.hstack([apart, both]).tocsr(), _figures(texts, one, other, both)


def _figures(
    texts: Sequence[Sequence[str]], one: sparse.csr_matrix, other: sparse.csr_matrix, both: sparse.csr_matrix
) -> np.ndarray:
    sizes = [np.asarray(side.sum(axis=1)).ravel() for side in (one, other)]
    common = np.asarray(both.sum(axis=1)).ravel()
    letters = [np.array([len(text) for text in side], dtype=float) for side in texts]
    cosine = common / np.sqrt(np.maximum(sizes[0] * sizes[1], 1))
    jaccard = common / np.maximum(sizes[0] + sizes[1] - common, 1)
    cover = common / np.maximum(np.minimum(*sizes), 1)
    gap = np.abs(letters[0] - letters[1])
    ratio = np.minimum(*letters) / np.maximum(np.maximum(*letters), 1)
    return np.stack([cosine, jaccard, cover, np.log1p(gap), ratio, np.log1p(np.maximum(*letters))], axis=1)
