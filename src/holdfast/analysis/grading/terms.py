"""The words and settings of the 5A grades (methods §1)."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.analysis.params import Params

PARTS = ("revenue", "profit", "efficiency", "integrity", "difficulty")


@dataclass(frozen=True)
class Weights(Params):
    """What each part counts for; the company edits them, and they must sum to 1.

    Errors: ValueError where one is negative or the sum is not 1 (within 1e-9).
    """

    revenue: float = 0.25
    profit: float = 0.30
    efficiency: float = 0.15
    integrity: float = 0.20
    difficulty: float = 0.10

    def __post_init__(self) -> None:
        values = [self.of(part) for part in PARTS]
        if min(values) < 0 or abs(sum(values) - 1) > 1e-9:
            raise ValueError(f"weights must be at least 0 and sum to 1, not {sum(values):g}")

    def of(self, part: str) -> float:
        """The weight of one part."""
        return float(getattr(self, part))


@dataclass(frozen=True)
class GradingParams(Params):
    """Settings of the 5A grades.

    window_days: trailing window of the metrics, up to and with as_of. min_tenure_days: younger customers are new and
    unrated (3 months). cost_evidence: share of revenue whose cost must be known for profit to count.
    min_effort_hours: below that efficiency is missing. standard_hours: hours of a full-time year.
    min_difficulty_parts: of the six. winsor, winsor_small: tail shares clipped, the second below winsor_small_n;
    none below winsor_min_n. shrink_below, shrink_weight: references smaller than the first are drawn to 50 with the
    second as weight. min_coverage, min_parts: below either a grade is provisional. thresholds: scores from which
    2, 3, 4, 5 stars begin. margin, months, jump: hysteresis in points and months. max_reference: values kept.
    """

    weights: Weights = Weights()
    window_days: int = 365
    min_tenure_days: int = 91
    cost_evidence: float = 0.80
    min_effort_hours: float = 2.0
    standard_hours: float = 1920.0
    min_difficulty_parts: int = 3
    winsor: float = 0.01
    winsor_small: float = 0.05
    winsor_small_n: int = 200
    winsor_min_n: int = 20
    shrink_below: int = 50
    shrink_weight: float = 20.0
    min_coverage: float = 0.6
    min_parts: int = 3
    thresholds: tuple[float, ...] = (20.0, 40.0, 60.0, 80.0)
    margin: float = 2.5
    months: int = 2
    jump: float = 7.5
    max_reference: int = 20_000


DEFAULTS = GradingParams()
