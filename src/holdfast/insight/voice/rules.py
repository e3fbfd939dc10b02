"""Marking words in a text, folding answers, weighing voices: plain functions without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COMPLAINT_FROM = 0.5  # chance from which a comment counts as a complaint until a person says otherwise
FEWEST_ANSWERS = 10  # below, no figure is shown
FEW_ANSWERS = 30  # below, a figure is shown as uncertain
ONCE_IN_DAYS = 90  # one answer of a customer counts, the last one
LABELLED_FROM = 200  # confirmed comments from which a company model can be trained
POLARITIES = ("positive", "neutral", "negative")
WORDS_NEEDED = 2  # words of a found topic that a comment must hold to be about it
STEPS = ("complaint", "negative", "neutral", "positive")
BASES = {"profit": _("近 12 个月毛利"), "revenue": _("近 12 个月收入")}
KINDS = {"common": _("共性需求"), "individual": _("个性需求")}
DECISIONS = {"process": _("定流程底线"), "agreement": _("单独约定"), "declined": pgettext_lazy("need", "不做")}
FOUND_STATES = {"open": _("等人定"), "accepted": _("已采用"), "dismissed": pgettext_lazy("topic", "不用")}
PROBLEMS = {
    "no_text": _("请写下客户要的是什么。"),
    "no_reason": _("不做也要写明理由，以后查得到。"),
    "no_measure": _("请选一个流程，或者写明指标、目标和底线。"),
    "no_customer": _("个性需求请选是哪一位客户的。"),
    "common_agreement": _("单独约定只对一位客户；许多客户都要的，请定流程底线。"),
    "past_review": _("复核的日子已经过去，请改成以后的一天。"),
}


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


def has_words(text: str, words: Sequence[str]) -> bool:
    """Whether a comment is about a found topic: it holds two of its words (or the one, where there is but one)."""
    low = text.lower()
    return bool(words) and sum(word.lower() in low for word in words) >= min(WORDS_NEEDED, len(words))


def need_problem(need: Mapping[str, Any], *, today: date) -> tuple[str, str] | None:
    """What is wrong with a need: (code in PROBLEMS, field); None when it may stand."""
    if not str(need.get("text") or "").strip():
        return "no_text", "text"
    if need.get("kind") == "individual" and need.get("customer") is None:
        return "no_customer", "customer"
    if need.get("decision") == "agreement" and need.get("kind") != "individual":
        return "common_agreement", "decision"
    if need.get("decision") == "declined" and not str(need.get("reason") or "").strip():
        return "no_reason", "reason"
    if (
        need.get("review_on") is not None
        and need["review_on"] < today
        and need.get("review_on") != need.get("review_was")
    ):
        return "past_review", "review_on"
    return _measure_problem(need)


def _measure_problem(need: Mapping[str, Any]) -> tuple[str, str] | None:
    if need.get("decision") != "process" or need.get("process") is not None:
        return None
    has_all = (
        str(need.get("measure") or "").strip() and need.get("target") is not None and need.get("limit") is not None
    )
    return None if has_all else ("no_measure", "measure")
