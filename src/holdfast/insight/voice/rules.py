"""Marking words in a text, folding answers, weighing voices: plain functions without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

COMPLAINT_FROM = 0.5  # chance from which a comment counts as a complaint until a person says otherwise
FEWEST_ANSWERS = 10  # below, no figure is shown
FEW_ANSWERS = 30  # below, a figure is shown as uncertain
ONCE_IN_DAYS = 90  # one answer of a customer counts, the last one
LABELLED_FROM = 200  # confirmed comments from which a company model can be trained
POLARITIES = ("positive", "neutral", "negative")


@dataclass(frozen=True)
class Piece:
    """A piece of a comment; `polarity` "" for what was not marked, `kind` "opinion", "aspect" or ""."""

    text: str
    polarity: str = ""
    kind: str = ""


def marked(text: str, aspects: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The text in pieces, opinions and what they are about marked, first come first; joined they are the text."""
    spans: list[tuple[int, int, str, str]] = []
    for found in aspects:
        for kind in ("opinion", "aspect"):
            word = str(found.get(kind) or "")
            start = _free(text, word, spans)
            if start >= 0:
                spans.append((start, start + len(word), str(found.get("polarity") or ""), kind))
    pieces, here = [], 0
    for start, end, polarity, kind in sorted(spans):
        pieces += [Piece(text[here:start])] if start > here else []
        pieces.append(Piece(text[start:end], polarity, kind))
        here = end
    return [*pieces, *([Piece(text[here:])] if here < len(text) else [])]


def _free(text: str, word: str, spans: Sequence[tuple[int, int, str, str]]) -> int:
    """Where the word first stands clear of what is marked already; -1 when nowhere."""
    start = text.find(word) if word else -1
    while start >= 0:
        if all(start >= end or start + len(word) <= begin for begin, end, *_ in spans):
            return start
        start = text.find(word, start + 1)
    return -1


def once_each(answers: Iterable[tuple[int, date, Any]], days: int = ONCE_IN_DAYS) -> list[tuple[int, date, Any]]:
    """(customer, day, score) with one answer a customer in any `days` days, the last one. Source: methods §6."""
    kept: list[tuple[int, date, Any]] = []
    until: dict[int, date] = {}
    for answer in sorted(answers, key=lambda one: one[1], reverse=True):
        customer, day, _score = answer
        if customer not in until or day <= until[customer] - timedelta(days=days):
            until[customer] = day
            kept.append(answer)
    return kept[::-1]
