"""What satisfaction hangs on: how much each part of it explains, and how well we do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.foundation.accounts.models import User
from holdfast.insight.voice import rules
from holdfast.insight.voice.queries.comments import filtered
from holdfast.records.feedback.rules import FACTORS


@dataclass(frozen=True)
class Driver:
    """One part: mean score (1–5) with its error, part of R² with its error and share (0–1), and its quadrant (null: not
    enough answers)."""

    code: str
    performance: float
    performance_error: float
    importance: float | None
    importance_error: float | None
    share: float | None
    quadrant: str | None


@dataclass(frozen=True)
class Drivers:
    """`answers` with satisfaction and every part, `counted` of them (one a customer in 90 days); `explained`: R²."""

    answers: int
    counted: int
    rows: list[Driver]

    @property
    def explained(self) -> float:
        return sum(row.importance or 0.0 for row in self.rows)

    @property
    def missing(self) -> int:
        """Answers that are still needed before anything is shown."""
        return max(rules.FEW_ANSWERS - self.counted, 0)

    @property
    def performance_middle(self) -> float:
        return sum(row.performance for row in self.rows) / len(self.rows)

    @property
    def importance_middle(self) -> float:
        return self.explained / len(self.rows)


def drivers(viewer: User, params: Mapping[str, Any]) -> Drivers:
    """Importance and performance of the parts among the filtered answers. Source: methods §6 (LMG share of R²)."""
    import pyarrow as pa

    from holdfast.analysis.satisfaction import driver_importance, importance_performance

    names = ("csat", *FACTORS)
    found = filtered(viewer, {**params, "scored": "parts"}).select_related(None).prefetch_related(None).order_by()
    rows = [(row[0], row[1], row[2:]) for row in found.values_list("customer", "said_on", *names)]
    counted = rules.once_each(rows)
    if len(counted) < rules.FEW_ANSWERS:
        return Drivers(len(rows), len(counted), [])
    columns = zip(*(scores for _customer, _day, scores in counted), strict=True)
    table = pa.table({name: pa.array(column, pa.float64()) for name, column in zip(names, columns, strict=True)})
    placed = importance_performance(driver_importance(table, target="csat", drivers=list(FACTORS))).to_pylist()
    return Drivers(len(rows), len(counted), [_driver(row) for row in placed])


def _driver(row: dict[str, Any]) -> Driver:
    fields = ("performance", "performance_error", "importance", "importance_error", "share", "quadrant")
    return Driver(row["driver"], **{name: row[name] for name in fields})
