"""Kano: which features are taken for granted, which are wished for, which delight (methods §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from holdfast.analysis.satisfaction.rates import normal_point

KANO = ("M", "O", "A", "I", "R", "Q")
ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")


@dataclass(frozen=True)
class Kano:
    """category: M must-be, O one-dimensional, A attractive, I indifferent, R reverse, Q questionable, or "mixed" where
    the two most frequent cannot be told apart. better: satisfaction it adds (0–1). worse: what its lack takes (−1–0)."""

    category: str | None
    better: float | None
    worse: float | None
    n: int


def kano_category(functional: str, dysfunctional: str) -> str:
    """Category of one pair of answers: how would you feel with it, how without it?

    In: two of like, must_be, neutral, live_with, dislike. Errors: ValueError for another word. Source: methods §6.
    """
    for answer in (functional, dysfunctional):
        if answer not in ANSWERS:
            raise ValueError(f"unknown answer {answer}: choose one of {', '.join(ANSWERS)}")
    if functional == dysfunctional and functional in ("like", "dislike"):
        return "Q"
    if functional == "like":
        return "O" if dysfunctional == "dislike" else "A"
    if functional == "dislike" or dysfunctional == "like":
        return "R"
    return "M" if dysfunctional == "dislike" else "I"


def kano(counts: Mapping[str, int]) -> Kano:
    """What most customers say about a feature, from the number of answers in each category.

    Formula: better = (A + O) ÷ (A + O + M + I), worse = −(O + M) ÷ the same; mixed where the two largest shares differ by
    less than 1.96·√((p₁ + p₂ − (p₁ − p₂)²) ÷ n); a tie goes M > O > A > I. Errors: KeyError for an unknown category.
    Source: methods §6 (A 20, O 35, M 30, I 15 → .55 / −.65).
    """
    unknown = sorted(set(counts) - set(KANO))
    if unknown:
        raise KeyError(f"unknown category {', '.join(unknown)}")
    size = sum(counts.values())
    asked = sum(counts.get(name, 0) for name in "MOAI")
    adds = sum(counts.get(name, 0) for name in "AO")
    takes = sum(counts.get(name, 0) for name in "OM")
    better, worse = (adds / asked, -takes / asked) if asked else (None, None)
    return Kano(_mode(counts, size), better, worse, size)


def _mode(counts: Mapping[str, int], size: int) -> str | None:
    if not size:
        return None
    first, second = sorted(KANO, key=lambda name: (-counts.get(name, 0), KANO.index(name)))[:2]
    upper, lower = counts.get(first, 0) / size, counts.get(second, 0) / size
    reach = normal_point(0.95) * sqrt((upper + lower - (upper - lower) ** 2) / size)
    return first if upper == lower or upper - lower >= reach else "mixed"
