"""The figures every part reports, and how a line is written: what, reached, gate, baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.analysis import churn
from holdfast.analysis.ledger import Array

Say = Callable[[str, str], None]
TEN_LARGEST = 10


@dataclass(frozen=True)
class Gate:
    """low ≤ figure ≤ high; where both are missing there is none."""

    low: float | None = None
    high: float | None = None

    def told(self, value: float) -> str:
        if self.low is None and self.high is None:
            return ""
        kept = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return f"{self.words} {'reached' if kept else 'MISSED'}"

    @property
    def words(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g} … {self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else f"≤ {self.high:g}"


NONE = Gate()


def at_least(value: float) -> Gate:
    return Gate(low=value)


def at_most(value: float) -> Gate:
    return Gate(high=value)


def within(value: float) -> Gate:
    return Gate(-value, value)


def line(say: Say, name: str, value: float | None, gate: Gate = NONE, beside: str = "") -> None:
    """One figure with its gate and what stands beside it."""
    if value is None:
        say(name, "none")
        return
    parts = [f"{value:9.4f}", f"{gate.told(value):22}", beside]
    say(name, "  ".join(parts).rstrip())


def rmse(expected: Array, came: Array) -> float:
    return float(np.sqrt(((expected - came) ** 2).mean()))


def mae(expected: Array, came: Array) -> float:
    return float(np.abs(expected - came).mean())


def total_error(expected: Array, came: Array) -> float:
    return float(expected.sum() / came.sum() - 1)


def r_squared(expected: Array, came: Array) -> float:
    return float(1 - ((came - expected) ** 2).sum() / ((came - came.mean()) ** 2).sum())


def without_largest(came: Array) -> Array:
    """Which customers are not among the ten with the largest outcome."""
    kept = np.ones(len(came), dtype=bool)
    kept[np.argsort(-came, kind="stable")[:TEN_LARGEST]] = False
    return kept


def count_figures(expected: Array, came: Array) -> dict[str, float]:
    return {
        "RMSE": rmse(expected, came),
        "MAE": mae(expected, came),
        "total error": total_error(expected, came),
        "nGini": churn.normalised_gini(came, expected) or 0.0,
    }


def spend_figures(expected: Array, came: Array) -> dict[str, float]:
    rest = without_largest(came)
    return {
        "RMSE": rmse(expected, came),
        "total error": total_error(expected, came),
        "nGini": churn.normalised_gini(came, expected) or 0.0,
        "R²": r_squared(expected, came),
        "R² without the ten largest": r_squared(expected[rest], came[rest]),
    }


def chance_figures(p: Array, happened: Array) -> dict[str, float]:
    return {
        "AUC": churn.auc(p, happened) or 0.0,
        "Brier": churn.brier(p, happened) or 0.0,
        "ECE": churn.calibration(p, happened).error,
        "lift@10 %": churn.lift(p, happened) or 0.0,
    }
