"""Sentences for stored reasons: scores keep codes and numbers, here they become words in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.common import formats

# What a number of a reason counts, and so how it reads.
READS: Mapping[str, Callable[[Any], str]] = {
    "elapsed": formats.days,
    "usual": formats.days,
    "days": formats.days,
    "late": formats.days,
    "change": lambda value: formats.percent(abs(value), 0),
    "share": lambda value: formats.percent(value, 0),
    "returned": lambda minor: formats.money(minor, "panel"),
    "amount": lambda minor: formats.money(minor, "panel"),
    "previous": lambda minor: formats.money(minor, "panel"),
    "current": lambda minor: formats.money(minor, "panel"),
    "on": lambda day: formats.day(day, "plain"),
}

SENTENCES: Mapping[str, Promise] = {
    "no_purchase": _("只有退货或取消的单据，还没有成交。"),
    "contract_ended": _("合同已终止，距上次下单 %(elapsed)s。"),
    "lost": _("通常每 %(usual)s下一单，已经 %(elapsed)s没有来，算作流失。"),
    "no_contact": _("通常每 %(usual)s下一单，已经 %(elapsed)s没有来，也没有往来联系。"),
    "overdue": _("通常每 %(usual)s下一单，这次已经 %(elapsed)s。"),
    "one_purchase": _("只下过一单，已过 %(elapsed)s；别的客户通常 %(usual)s内再来。"),
    "declining_90d": _("近 90 天收入比前 90 天少 %(change)s。"),
    "irregular_negative": _("近 12 个月退货多于购买，多退 %(returned)s。"),
    "returns_high": _("近 12 个月退货占销售额 %(share)s。"),
    "won_back": _("沉默后又回来下单，距今 %(elapsed)s。"),
    "growing_90d": _("近 90 天收入比前 90 天多 %(change)s。"),
    "too_new": _("首单至今才 %(days)s，了解还少。"),
    "on_rhythm": _("节奏正常：通常每 %(usual)s下一单，上次在 %(elapsed)s前。"),
}


def reason_sentence(code: str, numbers: Mapping[str, Any]) -> str:
    """One reason in the reader's language; an unknown code, or one whose numbers are not all there, as its code."""
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    words = {name: READS.get(name, str)(value) for name, value in numbers.items()}
    try:
        return str(sentence) % words
    except KeyError:
        return code


def sentence_of(reason: Any) -> str:
    """["overdue", {"elapsed": 71, "usual": 36}], the same as JSON text, or {"code", "numbers"}, as a sentence."""
    if isinstance(reason, str):
        reason = json.loads(reason) if reason.startswith(("[", "{")) else [reason]
    if isinstance(reason, Mapping):
        return reason_sentence(str(reason.get("code", "")), reason.get("numbers") or {})
    parts = list(reason or [""])
    return reason_sentence(str(parts[0]), parts[1] if len(parts) > 1 and parts[1] else {})
