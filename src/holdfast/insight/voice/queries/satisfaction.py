"""Satisfaction and recommendation, with the interval that the number of answers allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.insight.voice import rules
from holdfast.insight.voice.queries.comments import filtered

if TYPE_CHECKING:
    from holdfast.analysis.satisfaction import Rate

Answer = tuple[int, date, tuple[int, int | None]]


@dataclass(frozen=True)
class Line:
    """A figure of one month or one group: `rate` null with too few answers to say anything."""

    code: str
    n: int
    rate: Rate | None

    @property
    def is_uncertain(self) -> bool:
        return self.rate is not None and self.n < rules.FEW_ANSWERS


@dataclass(frozen=True)
class Scale:
    """One scale over the period: all answers, those that count, the figure, its months and its stars.

    `scores`: score → answers that count. `groups`: promoters … or top boxes → answers that count.
    """

    code: str
    answers: int
    counted: int
    rate: Rate | None
    months: list[Line]
    stars: list[Line]
    scores: dict[int, int]
    groups: dict[str, int]

    @property
    def repeated(self) -> int:
        return self.answers - self.counted

    @property
    def is_uncertain(self) -> bool:
        return self.rate is not None and self.counted < rules.FEW_ANSWERS


@dataclass(frozen=True)
class Satisfaction:
    nps: Scale
    csat: Scale


def satisfaction(viewer: User, params: Mapping[str, Any], *, until: date, months: int = 12) -> Satisfaction:
    """NPS and CSAT of the filtered comments; one answer a customer in 90 days counts, the last. Source: methods §6."""
    from holdfast.analysis.satisfaction import customer_satisfaction, net_promoter_score

    found = filtered(viewer, params).select_related(None).prefetch_related(None).order_by()
    names = [str(Month.of(until).plus(-back)) for back in reversed(range(months))]
    rows = found.values_list("customer", "said_on", "nps", "csat", "customer__standing__stars")
    answers = [row for row in rows if row[2] is not None or row[3] is not None]
    nps = [(customer, day, (score, stars)) for customer, day, score, _c, stars in answers if score is not None]
    csat = [(customer, day, (score, stars)) for customer, day, _n, score, stars in answers if score is not None]
    return Satisfaction(
        _scale("nps", nps, names, net_promoter_score, {"promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}),
        _scale("csat", csat, names, customer_satisfaction, {"top": (4, 5), "low": (1, 3)}),
    )


def _scale(
    code: str,
    answers: list[Answer],
    months: list[str],
    figure: Callable[[Any], Rate],
    groups: dict[str, tuple[int, int]],
) -> Scale:
    counted = rules.once_each(answers)
    by_month, by_stars = defaultdict(list), defaultdict(list)
    for _customer, day, (score, stars) in counted:
        by_month[f"{day:%Y-%m}"].append(score)
        by_stars[stars].append(score)
    scores = [score for _customer, _day, (score, _stars) in counted]
    return Scale(
        code=code, answers=len(answers), counted=len(counted), rate=_rate(scores, figure),
        months=[Line(month, len(by_month[month]), _rate(by_month[month], figure)) for month in months],
        stars=[Line(str(stars), len(by_stars[stars]), _rate(by_stars[stars], figure)) for stars in (5, 4, 3, 2, 1)],
        scores={score: scores.count(score) for score in (range(11) if code == "nps" else range(1, 6))},
        groups={name: sum(low <= score <= high for score in scores) for name, (low, high) in groups.items()},
    )  # fmt: skip


def _rate(scores: list[int], figure: Callable[[Any], Rate]) -> Rate | None:
    """The figure; None while there are fewer answers than may be shown."""
    import numpy as np

    return figure(np.array(scores, dtype=float)) if len(scores) >= rules.FEWEST_ANSWERS else None
