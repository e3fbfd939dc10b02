"""Words and small decisions of the workbench and the customer page. No database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.common import formats, labels
from holdfast.common.charts.rhythm import Rhythm, rhythm
from holdfast.common.reasons import sentence_of

WHOSE: dict[str, Promise] = {"mine": _("我的客户"), "team": _("我能看到的")}
FIELD_WORDS: dict[str, Promise] = {"stars": _("星级"), "stage": _("阶段"), "risk": _("风险"), "movement": _("月度变动")}
RISING = {"stars": ["1", "2", "3", "4", "5"], "risk": ["lost", "high", "watch", "low"]}
GOOD_ENDS = {"rising", "returned", "growing", "mature", "won_back", "activated"}
BAD_ENDS = {"declining", "lost", "at_risk", "silent"}
# Codes of reasons to act on, of all that scores give (see common/reasons.py).
WARNINGS = {
    "overdue", "lost", "no_contact", "contract_ended", "declining_90d", "one_purchase", "no_purchase", "returns_high",
    "irregular_negative",
}  # fmt: skip
RHYTHM_REASONS = {"overdue", "on_rhythm", "lost", "no_contact", "one_purchase", "no_purchase"}
SHOWN_PURCHASES = 6


def greeting(hour: int) -> Promise:
    if hour < 5 or hour >= 18:
        return _("晚上好")
    return _("早上好") if hour < 12 else _("下午好")


def given_name(name: str) -> str:
    """林晚秋 → 晚秋, 王芳 → 王芳, Lin Wanqiu → Lin."""
    text = name.strip()
    if re.search(r"[\u3400-\u9fff]", text):
        return text[1:] if len(text) == 3 else text[2:] if len(text) == 4 else text
    return text.split(" ")[0]


def monogram(name: str, city: str = "") -> str:
    """The letter of a customer: the first of its name that is not its place."""
    place = city.removesuffix("市")
    rest = name.removeprefix(place) if place and len(name) > len(place) + 1 else name
    return rest.strip()[:1].upper() or "?"


def place_of(province: str, city: str, address: str) -> str:
    """Province, city and address in one line, none of them said twice."""
    parts: list[str] = []
    for part in (province, city):
        if part and part not in address and part not in parts:
            parts.append(part)
    return " ".join([*parts, address]).strip()


def years_on_file(since: date, today: date) -> int:
    """1 in the first year."""
    whole = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
    return max(whole, 0) + 1


def days_of(values: Sequence[Any]) -> list[date]:
    """Days as Standing keeps them, ISO texts, oldest first; unreadable ones left out."""
    found = []
    for value in values or []:
        try:
            found.append(value if isinstance(value, date) else date.fromisoformat(str(value)[:10]))
        except ValueError:
            continue
    return sorted(found)


@dataclass(frozen=True)
class Beat:
    """A customer's rhythm in figures: everything the sentence and the strip need."""

    marks: Rhythm
    purchases: int
    usual: int | None
    elapsed: int | None
    late: int
    last_on: date | None
    months: list[date]

    @property
    def is_act(self) -> bool:
        return self.marks.level == "a"


def beat_of(standing: Any, today: date) -> Beat:
    """The rhythm as of `today` from the kept purchase days and usual gap."""
    return beat(
        days_of(standing.recent_days), standing.purchase_days, standing.typical_gap_days, standing.last_on, today
    )


def live_beat(standing: Any, days: Sequence[date], today: date) -> Beat | None:
    """The rhythm with what was bought since the last scoring; `standing` may be None. None without a purchase."""
    if standing is None:
        return beat(days, len(days), None, None, today) if days else None
    newer = [day for day in days if standing.last_on is None or day > standing.last_on]
    purchases = standing.purchase_days + len(newer)
    known = days or days_of(standing.recent_days)
    return beat(known, purchases, standing.typical_gap_days, standing.last_on, today) if purchases else None


def beat(days: Sequence[date], purchases: int, gap: float | None, last_on: date | None, today: date) -> Beat:
    """`days` oldest first; the usual gap counts from three purchases on."""
    usual = gap if purchases >= 3 else None
    last = days[-1] if days else last_on
    elapsed = (today - last).days if last else None
    span = _span(days, usual, today)
    return Beat(
        marks=rhythm(days, today=today, usual_days=usual, span_days=span, ahead_days=max(24, round(span * 0.12))),
        purchases=purchases,
        usual=round(usual) if usual else None,
        elapsed=elapsed,
        late=max(0, round(elapsed - usual)) if usual and elapsed is not None else 0,
        last_on=last,
        months=[today - timedelta(days=round(span * part)) for part in (1, 0.75, 0.5, 0.25, 0)],
    )


def _span(days: Sequence[date], usual: float | None, today: date) -> int:
    """Far enough back to show six purchases: 200 days, more for slow buyers, two years at most."""
    ago = [(today - day).days for day in days[-SHOWN_PURCHASES:]]
    wanted = max(200, round((usual or 0) * SHOWN_PURCHASES), round(max(ago, default=0) * 1.06))
    return min(wanted, 730)


def change_words(field: str, before: str, after: str) -> tuple[str, str]:
    """The two ends of a StandingChange in the reader's words."""
    return _word(field, before), _word(field, after)


def _word(field: str, code: str) -> str:
    if field == "stars":
        return labels.stars_label(int(code)) if code.isdecimal() else labels.stars_label(None)
    words = {"stage": labels.stage_label, "risk": labels.risk_label, "movement": labels.movement_label}
    return words[field](code) if field in words and code else formats.DASH


def is_good(field: str, before: str, after: str) -> bool | None:
    """Whether a change is for the better; None where nobody can say."""
    if field in ("stars", "risk"):
        order = RISING[field]
        if before not in order or after not in order or before == after:
            return None
        return order.index(after) > order.index(before)
    if (field, after) == ("movement", "lost"):  # nothing bought this month: perhaps not due yet
        return None
    return True if after in GOOD_ENDS else False if after in BAD_ENDS else None


def why(standing: Any, today: date) -> str:
    """Why to act, in one sentence: the first reason that warns, else the stage, else the first reason."""
    for reason in standing.reasons:
        if reason and reason[0] in WARNINGS:
            return sentence_of(reason)
    if standing.stage in BAD_ENDS and standing.last_on:
        words = {"stage": labels.stage_label(standing.stage), "elapsed": formats.days((today - standing.last_on).days)}
        return str(_("阶段为「%(stage)s」，上次下单在 %(elapsed)s前。")) % words
    return sentence_of(standing.reasons[0]) if standing.reasons else ""


def other_reasons(reasons: Sequence[Any]) -> list[Any]:
    """The reasons that the rhythm's own sentence does not say already."""
    return [reason for reason in reasons if reason and reason[0] not in RHYTHM_REASONS]


def birthday_word(contact: Any) -> str:
    """8 月 3 日生日 / birthday 3 Aug, the lunar calendar named; nothing where it is not known."""
    if not contact.birth_month:
        return ""
    numbers = {"month": contact.birth_month, "day": contact.birth_day}
    if contact.birth_calendar == "lunar":
        return str(_("农历 %(month)s 月 %(day)s 日生日")) % numbers
    month = formats.EN_MONTHS[contact.birth_month - 1][:3]
    on = f"{contact.birth_month} 月 {contact.birth_day} 日" if formats.is_chinese() else f"{contact.birth_day} {month}"
    return str(_("生日 %(on)s")) % {"on": on}
