"""A classifier of comments that learns from labels and is kept as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, sparse
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from holdfast.analysis.voice.features import BITS, counts

STRENGTH = 3.0
RULES_SCALE = 0.1
CALIBRATED_ON = 12_000
FEW_CLASSES = 4
TURNS = 3
FEWEST_HELD_OUT = 30


class TrainingError(ValueError):
    """Labels that nothing can be learnt from; `code` says why: no_labels, one_class, unknown_label, lengths."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(f"{code}: {facts}")
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Classifier:
    """Linear model on hashed runs of characters and words beside what the rules say (`extra`).

    Up to four classes logistic regression; for more, support vectors, each class against the others on one design
    (77 classes of 8,000 rows take seconds). Numbers only: columns kept of the hashed ones, their rarity, weights per
    class, centre and spread of the extra columns, and the slope that makes probabilities right on rows not learnt from.
    """

    classes: tuple[str, ...]
    columns: np.ndarray
    idf: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], extra: np.ndarray | None = None) -> Classifier:
        """Learn from plain texts. Errors: TrainingError no_labels, one_class."""
        _refuse_unteachable(labels)
        return cls.fit_rows(counts(texts), labels, extra)

    @classmethod
    def fit_rows(
        cls,
        seen: sparse.csr_matrix,
        labels: Sequence[str],
        extra: np.ndarray | None = None,
        *,
        strength: float = STRENGTH,
    ) -> Classifier:
        """Learn from rows of counts; the weaker the `strength`, the smaller the weights. Errors: TrainingError no_labels, one_class."""
        _refuse_unteachable(labels)
        classes = tuple(sorted(set(labels)))
        extras = _none(len(labels)) if extra is None else extra
        wanted = np.array([classes.index(label) for label in labels])
        whole = cls._fit(seen, extras, wanted, classes, strength)
        calibrated = whole._calibrated if len(classes) == 2 else whole._tempered
        return calibrated(seen, extras, wanted, strength)

    @classmethod
    def _fit(
        cls, seen: sparse.csr_matrix, extra: np.ndarray, wanted: np.ndarray, classes: tuple[str, ...], strength: float
    ) -> Classifier:
        held = np.asarray(seen.sum(axis=0)).ravel()
        columns = np.flatnonzero(held >= (2 if seen.shape[0] > FEWEST_HELD_OUT else 1))
        idf = (np.log((1 + seen.shape[0]) / (1 + held[columns])) + 1).astype(np.float32)
        spread = extra.std(axis=0)
        unlearnt = cls(
            classes,
            columns.astype(np.int32),
            idf,
            np.empty((0, 0), np.float32),
            np.empty(0),
            extra.mean(axis=0),
            np.where(spread > 1e-9, spread, 1.0),
        )
        rows = unlearnt._rows(seen, extra)
        learnt = _fitted(rows, wanted, len(classes), strength)
        return unlearnt._with(
            weights=np.concatenate([each.coef_ for each in learnt]).astype(np.float32),
            intercept=np.concatenate([each.intercept_ for each in learnt]).astype(np.float64),
        )

    def _with(self, **changed: Any) -> Classifier:
        return Classifier(**{**self.__dict__, **changed})

    def _calibrated(
        self, seen: sparse.csr_matrix, extra: np.ndarray, wanted: np.ndarray, strength: float
    ) -> Classifier:
        """Slope and shift from comments held out in turn (Platt)."""
        some = (
            np.arange(len(wanted))
            if len(wanted) <= CALIBRATED_ON
            else np.linspace(0, len(wanted) - 1, CALIBRATED_ON).astype(int)
        )
        if np.bincount(wanted[some], minlength=2).min() < 8:
            return self
        margins, fold = np.empty(len(some)), np.arange(len(some)) % 3
        for turn in range(3):
            train, test = some[fold != turn], some[fold == turn]
            if len(set(wanted[train])) < 2:
                return self
            part = self._fit(seen[train], extra[train], wanted[train], self.classes, strength)
            margins[fold == turn] = part._margins(seen[test], extra[test])[:, 0]
        curve = LogisticRegression(C=1e3).fit(margins[:, None], wanted[some])
        return self._with(slope=max(0.2, float(curve.coef_[0, 0])), shift=float(curve.intercept_[0]))

    def _tempered(self, seen: sparse.csr_matrix, extra: np.ndarray, wanted: np.ndarray, strength: float) -> Classifier:
        """The slope before the softmax that makes the chance of each class right on rows held out in turn."""
        often = np.flatnonzero(np.bincount(wanted, minlength=len(self.classes)) >= TURNS)
        rows = np.flatnonzero(np.isin(wanted, often))
        if len(rows) < FEWEST_HELD_OUT:
            return self
        rows = rows[np.argsort(wanted[rows], kind="stable")]  # every class in every turn
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), CALIBRATED_ON)).astype(int)]
        often, place = np.unique(wanted[rows], return_inverse=True)
        names, turn_of = tuple(self.classes[at] for at in often), np.arange(len(rows)) % TURNS
        if len(often) < 3 or np.bincount(place).min() < 2:
            return self
        margins = np.empty((len(rows), len(often)))
        for turn in range(TURNS):
            train, test = rows[turn_of != turn], rows[turn_of == turn]
            part = self._fit(seen[train], extra[train], place[turn_of != turn], names, strength)
            margins[turn_of == turn] = part._margins(seen[test], extra[test])
        return self._with(slope=_best_slope(margins, place))

    def _rows(self, seen: sparse.csr_matrix, extra: np.ndarray) -> sparse.csr_matrix:
        found = seen[:, self.columns].multiply(self.idf).tocsr()
        norms = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
        norms[norms == 0] = 1
        found = sparse.diags((1 / norms).astype(np.float32)) @ found
        rules = ((extra - self.centre) / self.spread * RULES_SCALE).astype(np.float32)
        return sparse.hstack([found, sparse.csr_matrix(rules)]).tocsr()

    def _margins(self, seen: sparse.csr_matrix, extra: np.ndarray) -> np.ndarray:
        return self._rows(seen, extra) @ self.weights.T.astype(np.float64) + self.intercept

    def probabilities(self, texts: Sequence[str], extra: np.ndarray | None = None) -> np.ndarray:
        """Chance of each class for each plain text; a row per text, columns as `classes`."""
        return self.chances(counts(texts), extra)

    def chances(self, seen: sparse.csr_matrix, extra: np.ndarray | None = None) -> np.ndarray:
        """Chance of each class for each row of counts."""
        margins = self._margins(seen, _none(seen.shape[0]) if extra is None else extra)
        if len(self.classes) == 2:
            second = 1 / (1 + np.exp(-np.clip(self.slope * margins[:, 0] + self.shift, -30, 30)))
            return np.stack([1 - second, second], axis=1)
        chances: np.ndarray = softmax(self.slope * margins, axis=1)
        return chances

    # --- kept ---
    def arrays(self) -> dict[str, np.ndarray]:
        """Everything as arrays, to be kept without pickle."""
        kept = {name: getattr(self, name) for name in ("columns", "idf", "weights", "intercept", "centre", "spread")}
        return {**kept, "scale": np.array([self.slope, self.shift]), "classes": np.array(self.classes, dtype=np.str_)}

    @classmethod
    def of_arrays(cls, kept: Mapping[str, np.ndarray]) -> Classifier:
        """The classifier that was kept. Errors: KeyError, ValueError where something is missing or of another size."""
        found = cls(
            classes=tuple(str(name) for name in kept["classes"]),
            columns=kept["columns"],
            idf=kept["idf"],
            weights=kept["weights"],
            intercept=kept["intercept"],
            centre=kept["centre"],
            spread=kept["spread"],
            slope=float(kept["scale"][0]),
            shift=float(kept["scale"][1]),
        )
        wide = len(found.columns) + len(found.centre)
        if found.weights.shape != (max(1, len(found.classes) * (len(found.classes) > 2)), wide):
            raise ValueError("weights and columns do not belong together")
        if len(found.idf) != len(found.columns) or (len(found.columns) and found.columns.max() >= 1 << BITS):
            raise ValueError("columns out of range")
        return found


def _none(rows: int) -> np.ndarray:
    return np.zeros((rows, 0))


def _refuse_unteachable(labels: Sequence[str]) -> None:
    if not labels:
        raise TrainingError("no_labels")
    if len(set(labels)) < 2:
        raise TrainingError("one_class", label=labels[0])


def _fitted(rows: sparse.csr_matrix, wanted: np.ndarray, classes: int, strength: float) -> list[Any]:
    """Fitted linear models; their weights under one another are those of the classes (of the second one of two)."""
    if classes > FEW_CLASSES:
        return [LinearSVC(C=2.0, random_state=0).fit(rows, wanted)]
    turns = [1] if classes == 2 else range(classes)
    return [
        LogisticRegression(C=strength, solver="liblinear", random_state=0).fit(rows, wanted == turn) for turn in turns
    ]


def _best_slope(margins: np.ndarray, wanted: np.ndarray) -> float:
    """The slope under which the classes that came true are the most likely."""
    mine = np.arange(len(wanted))

    def surprise(slope: float) -> float:
        return -float(log_softmax(slope * margins, axis=1)[mine, wanted].mean())

    return float(optimize.minimize_scalar(surprise, bounds=(0.2, 20.0), method="bounded").x)
