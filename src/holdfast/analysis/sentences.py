"""Plain sentences for the reason codes, in Chinese and English, for the command line; the web has its own words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from holdfast.analysis.ledger import Array
from holdfast.analysis.reasons import Found, Told, joined

Language = Literal["zh", "en"]

SENTENCES: dict[Language, dict[str, str]] = {
    "zh": {
        "no_purchase": "只有退货或取消的单据，还没有成交",
        "contract_ended": "合同已终止，距上次购买 {elapsed} 天",
        "lost": "{elapsed} 天没有购买（通常间隔 {usual} 天），视为已流失",
        "no_contact": "{elapsed} 天没有购买（通常间隔 {usual} 天），也没有往来联系",
        "overdue": "通常每 {usual} 天购买一次，已有 {elapsed} 天没有购买",
        "one_purchase": "只购买过一次，已过 {elapsed} 天（其他客户通常 {usual} 天内再来）",
        "declining_90d": "近 90 天收入比前 90 天下降 {change:percent}",
        "irregular_negative": "近 12 个月退货多于购买，净额为负",
        "returns_high": "近 12 个月退货占销售额 {share:percent}",
        "won_back": "沉默后重新购买，距今 {elapsed} 天",
        "growing_90d": "近 90 天收入比前 90 天增长 {change:percent}",
        "too_new": "首次购买至今仅 {days} 天，资料尚少",
        "on_rhythm": "购买节奏正常：通常间隔 {usual} 天，上次在 {elapsed} 天前",
    },
    "en": {
        "no_purchase": "Only returned or cancelled lines, no purchase yet",
        "contract_ended": "The contract has ended; the last purchase was {elapsed:days} ago",
        "lost": "No purchase for {elapsed:days} (usual gap {usual:days}): counted as lost",
        "no_contact": "No purchase for {elapsed:days} (usual gap {usual:days}) and no contact either",
        "overdue": "Usually buys every {usual:days}; the last purchase was {elapsed:days} ago",
        "one_purchase": "Bought once, {elapsed:days} ago (others usually return within {usual:days})",
        "declining_90d": "Revenue of the last 90 days is down {change:percent} on the 90 days before",
        "irregular_negative": "Returned more than was bought in the last 12 months",
        "returns_high": "Returns are {share:percent} of the last 12 months' sales",
        "won_back": "Bought again after a silence, {elapsed:days} ago",
        "growing_90d": "Revenue of the last 90 days is up {change:percent} on the 90 days before",
        "too_new": "First purchase only {days:days} ago: little is known yet",
        "on_rhythm": "In rhythm: usual gap {usual:days}, last purchase {elapsed:days} ago",
    },
}
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def speak(found: Found, lang: Language = "zh", book: Mapping[Language, Mapping[str, str]] = SENTENCES) -> pa.Array:
    """The reasons as sentences, a list per customer, in the order of telling."""
    return found.gathered([_spoken(told, book[lang]) for told in found.told])


def render(reasons: pa.Table, lang: Language = "zh") -> pa.Table:
    """The reasons of a table as sentences; one row per row.

    In: `reasons.reasons`. Out: customer_id, reasons (list of sentences). Errors: KeyError for an unknown code.
    """
    lists = [None if told is None else [_read(text, lang) for text in told] for told in reasons["reasons"].to_pylist()]
    return pa.table({"customer_id": reasons["customer_id"], "reasons": pa.array(lists, pa.list_(pa.string()))})


def _read(text: str, lang: Language) -> str:
    code, numbers = json.loads(text)
    return sentence(code, numbers, lang)


def sentence(code: str, numbers: dict[str, Any], lang: Language = "zh") -> str:
    """One reason in words. Errors: KeyError for an unknown code or a missing number."""
    told = Told(code, np.zeros(1), np.zeros(1), {name: np.array([value]) for name, value in numbers.items()})
    return str(_spoken(told, SENTENCES[lang])[0])


def _spoken(told: Told, words: Mapping[str, str]) -> pa.Array:
    pieces = PLACEHOLDER.split(words[told.code])
    parts: list[pa.Array | str] = [pieces[0]]
    for name, kind, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        parts += [FORMATS[kind or "plain"](told.numbers[name]), text]
    return joined(parts, len(told.row))


def _plain(values: Array) -> pa.Array:
    return pa.array(values).cast(pa.string())


def _percent(values: Array) -> pa.Array:
    whole = np.rint(np.abs(values) * 100).astype(np.int64)
    return joined([_plain(whole), "%"], len(whole))


def _days(values: Array) -> pa.Array:
    unit = pa.array(["day", "days"]).take(pa.array((values != 1).astype(np.int8)))
    return joined([_plain(values), " ", unit], len(values))


FORMATS: dict[str, Callable[[Array], pa.Array]] = {"plain": _plain, "percent": _percent, "days": _days}
