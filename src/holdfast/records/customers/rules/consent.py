"""Purposes and channels of a consent, and which word counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words

PURPOSES: Mapping[str, Words] = {
    "marketing": _("营销推广"),
    "care": _("关怀问候"),
    "survey": _("满意度调查"),
    "profiling": _("自动评级与推荐"),
}
CHANNELS: Mapping[str, Words] = {
    "any": _("所有渠道"),
    "phone": pgettext_lazy("consent channel", "电话"),
    "sms": _("短信"),
    "wechat": _("微信"),
    "email": pgettext_lazy("consent channel", "邮件"),
    "post": pgettext_lazy("consent channel", "邮寄"),
}
REQUEST_KINDS: Mapping[str, Words] = {
    "access": _("查阅与复制"),
    "erase": pgettext_lazy("request", "删除"),
    "restrict": _("停止营销"),
    "release": _("恢复营销"),
}
# Our default clock for an answer; the law says "in time".
ANSWER_WORKDAYS = 15


@dataclass(frozen=True)
class Word:
    """One consent as the decision needs it; later ones come first."""

    channel: str
    is_given: bool


def is_agreed(words: Iterable[Word], channel: str) -> bool:
    """Whether the newest word on this channel, or on every channel, is a yes; silence is a no."""
    return next((word.is_given for word in words if word.channel in (channel, "any")), False)


def answer_due(asked_on: date, workdays: int = ANSWER_WORKDAYS) -> date:
    """The day by which a request is to be answered, counting Mondays to Fridays."""
    day, left = asked_on, workdays
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
