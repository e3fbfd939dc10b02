"""Tone and complaint of a comment from what it praises and blames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.analysis.voice.said import Clause

FEATURES = (
    "net",
    "praise",
    "blame",
    "last",
    "strongest_blame",
    "complaints",
    "questions",
    "wishes",
    "contrasts",
    "length",
)


@dataclass(frozen=True)
class Impression:
    """What the rules make of one comment.

    net: praise less blame, damped for long comments; p_negative, p_complaint: 0–1; features: as FEATURES names them.
    """

    net: float
    p_negative: float
    p_complaint: float
    features: tuple[float, ...]


def impression(clauses: Sequence[Clause], length: int) -> Impression:
    """The tone of a comment by the rules alone."""
    praise = blame = worst = last = 0.0
    for clause in clauses:
        for opinion in clause.opinions:
            weighed = opinion.value * clause.weight
            if weighed > 0:
                praise += weighed
            else:
                blame -= weighed
                worst = max(worst, -opinion.value)
            last = opinion.value
    complaints = sum(clause.complaints for clause in clauses)
    asked = sum(clause.asks for clause in clauses)
    net = (praise - blame - 0.5 * complaints - 0.4 * asked + 0.5 * last) / math.sqrt(1 + 0.3 * (praise + blame))
    features = (
        net,
        math.log1p(praise),
        math.log1p(blame),
        last,
        worst,
        float(min(complaints, 3)),
        float(asked),
        float(sum("wish" in clause.roles for clause in clauses)),
        float(sum("contrast" in clause.roles for clause in clauses)),
        math.log1p(length),
    )
    return Impression(net, _negative(net), _complaint(clauses, complaints), features)


def _negative(net: float) -> float:
    return 1 / (1 + math.exp(max(-30.0, min(30.0, 1.2 * net))))


def _complaint(clauses: Sequence[Clause], complaints: int) -> float:
    """Chance that something is blamed: no clause stays silent about it on its own."""
    silent = 0.92 * 0.6**complaints
    for clause in clauses:
        for opinion in clause.opinions:
            if opinion.value < 0:
                silent *= 1 - min(0.85, 0.45 * -opinion.value)
    return 1 - silent


def tone_of(p_negative: float) -> str:
    """positive, neutral or negative."""
    if p_negative > 0.52:
        return "negative"
    return "positive" if p_negative < 0.48 else "neutral"
