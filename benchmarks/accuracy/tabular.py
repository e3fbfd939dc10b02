"""A plain, documented scorer for tables of attributes: logistic regression with a ridge, judged by cross-validation."""

from __future__ import annotations

import csv
import gzip

import numpy as np

from benchmarks.accuracy.figures import Say, chance_figures
from benchmarks.accuracy.logs import folder
from holdfast.analysis.ledger import Array

FOLDS, SEED, RIDGE, STEPS = 5, 7, 1.0, 40


def rows(name: str) -> list[dict[str, str]]:
    """The file as dictionaries."""
    with gzip.open(folder() / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def design(table: list[dict[str, str]], numbers: tuple[str, ...], leave: tuple[str, ...]) -> Array:
    """Numbers as they are and as ln(1 + n), everything else as one column for each of its values."""
    columns = []
    for name in table[0]:
        values = [row[name].strip() for row in table]
        if name in leave:
            continue
        if name in numbers:
            found = np.array([float(value) if value else 0.0 for value in values])
            columns += [found, np.log1p(np.maximum(found, 0.0))]
        else:
            columns += [np.array([value == kind for value in values], dtype=float) for kind in sorted(set(values))[1:]]
    return np.stack(columns, axis=1)


def cross_validated(x: Array, y: Array) -> Array:
    """The chance of each row by a regression that has not seen it: five parts by a fixed seed, each kind spread evenly."""
    fold = np.empty(len(y), dtype=int)
    rng = np.random.default_rng(SEED)
    for kind in (0, 1):
        found = rng.permutation(np.flatnonzero(y == kind))
        fold[found] = np.arange(len(found)) % FOLDS
    p = np.empty(len(y))
    for number in range(FOLDS):
        held = fold == number
        p[held] = _fitted(x[~held], y[~held], x[held])
    return p


def _fitted(x: Array, y: Array, new: Array) -> Array:
    centre, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    inside = np.concatenate([np.ones((len(x), 1)), (x - centre) / spread], axis=1)
    point, penalty = np.zeros(inside.shape[1]), np.full(inside.shape[1], RIDGE)
    penalty[0] = 0.0
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(inside @ point, -30, 30)))
        slope = inside.T @ (y - p) - penalty * point
        step = np.linalg.solve((inside * (p * (1 - p))[:, None]).T @ inside + np.diag(penalty + 1e-9), slope)
        point += np.clip(step, -3, 3)
    return 1 / (
        1 + np.exp(-np.clip(np.concatenate([np.ones((len(new), 1)), (new - centre) / spread], 1) @ point, -30, 30))
    )


def report(say: Say, p: Array, plain: Array, y: Array, named: str, reference: dict[str, str]) -> None:
    """Each figure beside the plain baseline and the reference."""
    beside = chance_figures(plain, y)
    for name, value in chance_figures(p, y).items():
        say(f"  {name}", f"{value:9.4f}  {named}: {beside[name]:.4f}  {reference.get(name, '')}".rstrip())
