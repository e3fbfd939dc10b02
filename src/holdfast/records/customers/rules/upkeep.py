"""How complete a record is, what is stale, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words


@dataclass(frozen=True)
class Part:
    """A part of the record: its weight in the completeness, days until it is stale (0 = never), and what to ask for it."""

    title: Words
    weight: int
    stale_days: int
    question: Words
    only: str = ""


PARTS: Mapping[str, Part] = {
    "contacts": Part(_("联系人"), 20, 180, _("平时由谁拍板、谁对接？")),
    "phone": Part(_("电话"), 15, 365, _("哪个电话最容易找到您？")),
    "needs": Part(_("需求与偏好"), 15, 180, _("接下来三个月，最需要我们做什么？")),
    "address": Part(_("地址"), 10, 365, _("货送到哪里，发票寄到哪里？")),
    "industry": Part(_("行业"), 10, 730, _("您这边主要做哪一行？")),
    "uscc": Part(_("信用代码"), 10, 0, _("开票用的统一社会信用代码是？"), only="company"),
    "business": Part(_("业务与环境"), 10, 365, _("我们的产品用在您哪一道工序？")),
    "wechat": Part(_("微信"), 5, 365, _("方便加您的微信吗？")),
    "email": Part(_("邮箱"), 5, 365, _("报价单发到哪个邮箱？")),
    "birthday": Part(pgettext_lazy("part", "生日"), 5, 0, _("对接人的生日是哪天，公历还是农历？")),
    "source": Part(_("来源"), 5, 0, _("当初是从哪里知道我们的？")),
}
MOST_ASKED = 3
# States by which lists are filtered; below THIN percent a record is thin, from WHOLE on it is as good as whole.
THIN, WHOLE = 60, 90
RECORD_STATES: Mapping[str, Words] = {
    "stale": _("有项目要再核对"),
    "thin": _("完整度不到 60%"),
    "whole": _("完整度 90% 以上"),
}


@dataclass(frozen=True)
class Weights:
    """Weight and days of every part, as the company set them."""

    weight: Mapping[str, int] = field(default_factory=lambda: {code: part.weight for code, part in PARTS.items()})
    stale_days: Mapping[str, int] = field(
        default_factory=lambda: {code: part.stale_days for code, part in PARTS.items()}
    )


@dataclass(frozen=True)
class Upkept:
    """One record's state: completeness 0–100, parts missing and stale (code → day last found right), the next day of staleness."""

    completeness: int
    missing: tuple[str, ...]
    stale: Mapping[str, date]
    stale_on: date | None

    @property
    def questions(self) -> list[Words]:
        """What to ask next: the heaviest gaps first."""
        return [PARTS[code].question for code in self.missing[:MOST_ASKED]]


def parts_for(kind: str) -> list[str]:
    return [code for code, part in PARTS.items() if part.only in ("", kind)]


def upkept(kind: str, present: Mapping[str, date], weights: Weights, on: date) -> Upkept:
    """State of a record on a day; `present`: part that is filled → day it was last found right.

    Completeness = weight of the filled parts / weight of all parts that concern this kind of customer; with no weight
    at all the record counts as complete.
    """
    parts = parts_for(kind)
    total = sum(weights.weight[code] for code in parts)
    filled = sum(weights.weight[code] for code in parts if code in present)
    missing = [code for code in parts if code not in present and weights.weight[code]]
    due = {
        code: present[code] + timedelta(days=weights.stale_days[code])
        for code in parts
        if code in present and weights.stale_days[code]
    }
    return Upkept(
        completeness=round(100 * filled / total) if total else 100,
        missing=tuple(sorted(missing, key=lambda code: -weights.weight[code])),
        stale={code: present[code] for code, day in sorted(due.items(), key=lambda pair: pair[1]) if day <= on},
        stale_on=min(due.values(), default=None),
    )
