"""The rhythm of a customer's orders in a few words, beside its marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from holdfast.common.charts.rhythm import Rhythm

RECENT_DAYS = 62
GONE = frozenset({"silent", "lost"})


@dataclass(frozen=True)
class RhythmWords:
    """`tone`: a class of the look, "" for plain grey."""

    text: str
    tone: str = ""


def rhythm_words(standing: Any, marks: Rhythm | None, *, today: date) -> RhythmWords:
    """「晚 18 天」, 「停 147 天」, 「每 30 天，准」, 「隔 150 天回来」, 「新客户，2 单」 or 「还没有下单」."""
    if standing is None or standing.last_on is None:
        return RhythmWords(_("还没有下单"))
    idle = (today - standing.last_on).days
    if standing.stage in GONE:
        return RhythmWords(_("停 %(days)s 天") % {"days": idle}, "t-act")
    if standing.movement == "returned" and (gap := _gap_before_return(standing.recent_days, today)):
        return RhythmWords(_("隔 %(days)s 天回来") % {"days": gap}, "t-plum")
    usual = standing.typical_gap_days
    if not usual or standing.purchase_days < 3:
        return RhythmWords(_("新客户，%(count)s 单") % {"count": standing.purchase_days})
    if marks is not None and marks.late:
        tone = "t-act" if marks.level == "a" else "t-watch"
        return RhythmWords(_("晚 %(days)s 天") % {"days": max(idle - round(usual), 1)}, tone)
    return RhythmWords(_("每 %(days)s 天，准") % {"days": round(usual)})


def _gap_before_return(days: list[str], today: date) -> int:
    """The longest gap that ended in the last two months."""
    on = [date.fromisoformat(day) for day in days]
    gaps = [(after - before).days for before, after in pairwise(on) if (today - after).days <= RECENT_DAYS]
    return max(gaps, default=0)
