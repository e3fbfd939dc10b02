"""The parts of a chance of leaving as plain sentences, in Chinese and English; points add up to the chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

Language = Literal["zh", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "base": "贵公司的典型客户在这段时间内不再购买的可能性是 {points}%",
        "pace": "按平时的节奏，约每 {usual} 天购买一次：{points} 个百分点",
        "once": "只购买过一次：{points} 个百分点",
        "silence": "已有 {elapsed} 天没有购买：{points} 个百分点",
        "compared": "与相似的客户相比，近 91 天有 {recent} 天购买：{points} 个百分点",
    },
    "en": {
        "base": "A typical customer of the company does not buy in this time with a chance of {points}%",
        "pace": "Usual pace, one purchase in about {usual} days: {points} points",
        "once": "Has bought once only: {points} points",
        "silence": "No purchase for {elapsed} days: {points} points",
        "compared": "Beside customers alike, {recent} purchase days in the last 91: {points} points",
    },
}


def points(row: Mapping[str, Any]) -> dict[str, float]:
    """The chance of leaving as a sum of parts: base, then how far each part moves it (0–1); they add up to p_churn.

    In: a row of `why`. Formula: differences of 1/(1 + e^−(base + …)) step after step.
    """
    found, reached, before = {}, 0.0, 0.0
    for name in ("base", "pace", "silence", "compared"):
        reached += row[name]
        now = 1 / (1 + math.exp(-reached))
        found[name], before = now - before, now
    return found


def spoken(row: Mapping[str, Any], lang: Language = "zh") -> list[str]:
    """A row of `why` as sentences: the base first, then the parts, the one that moves the chance most first (methods §5)."""
    moved, book = points(row), WORDS[lang]
    values = {"elapsed": row["elapsed_days"], "recent": row["recent_days"], "usual": round(row["usual_days"] or 0)}
    parts = sorted((name for name in moved if name != "base"), key=lambda name: -abs(moved[name]))
    told = [book["base"].format(points=round(100 * moved["base"]))]
    for name in parts:
        if abs(moved[name]) >= 0.005:
            code = "once" if name == "pace" and row["usual_days"] is None else name
            told.append(book[code].format(points=f"{100 * moved[name]:+.0f}", **values))
    return told
