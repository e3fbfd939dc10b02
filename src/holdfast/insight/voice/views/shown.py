"""What the pages of this room share: a comment as it is shown, the tabs, the words of filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.voice import rules
from holdfast.insight.voice.models import Reading
from holdfast.insight.voice.queries import Names
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.rules import CHANNEL_ICONS, TONE_CHIPS, TONE_ICONS, TONES

SEG_TONES = {"positive": "rising", "neutral": "slate", "negative": "declining"}


@dataclass(frozen=True)
class Shown:
    """One comment with what counts of it in words; `alike`: visible others that say the same."""

    comment: Comment
    reading: Reading | None
    topics: list[tuple[str, str]]
    alike: int = 0

    @property
    def tone(self) -> str:
        return self.reading.shown_tone if self.reading else ""

    @property
    def tone_word(self) -> str:
        return str(TONES[self.tone]) if self.tone else _("还没有读")

    @property
    def tone_chip(self) -> str:
        return TONE_CHIPS.get(self.tone, "")

    @property
    def tone_icon(self) -> str:
        return TONE_ICONS.get(self.tone, "hourglass")

    @property
    def is_complaint(self) -> bool:
        return bool(self.reading and self.reading.shown_complaint)

    @property
    def icon(self) -> str:
        return CHANNEL_ICONS.get(self.comment.channel, "message-2")

    @property
    def pieces(self) -> list[rules.Piece]:
        """The words with opinions and what they are about marked."""
        return rules.marked(self.comment.text, self.reading.aspects if self.reading else [])

    @property
    def model_word(self) -> str:
        """Which model read it, in words."""
        version = self.reading.model if self.reading else ""
        return _("自带的读法") if version.startswith("built-in") else _("公司自己的读法")

    @property
    def opinions(self) -> list[dict[str, Any]]:
        return self.reading.aspects if self.reading else []


def shown(comments: Iterable[Comment], names: Names, alike: Mapping[int, int] | None = None) -> list[Shown]:
    return [_shown(comment, names, (alike or {}).get(comment.pk, 0)) for comment in comments]


def _shown(comment: Comment, names: Names, alike: int) -> Shown:
    reading = getattr(comment, "reading", None)
    topics = names.listed(one.topic for one in reading.mentions.all()) if reading else []
    return Shown(comment, reading, topics, alike)


def tone_buttons() -> list[dict[str, str]]:
    return [{"code": code, "word": str(word), "icon": TONE_ICONS[code]} for code, word in TONES.items()]


def tone_parts(tones: Mapping[str, int], url: str = "") -> list[dict[str, Any]]:
    """Comments by tone as the parts of a bar; with `url` (ending in ? or &) each leads to its rows."""
    return [
        {
            "value": tones.get(code, 0), "label": str(TONES[code]), "tone": SEG_TONES[code],
            "text": _("%(n)s 条") % {"n": tones.get(code, 0)}, "url": f"{url}tone={code}" if url else "",
        }
        for code in TONES
    ]  # fmt: skip


def tabs(viewer: User, here: str) -> list[dict[str, Any]]:
    """The pages of this room, for those who may open them."""
    pages = [
        ("voice:comments", _("客户的话"), Permission.CUSTOMER_VIEW),
        ("voice:topics", pgettext("place", "主题"), Permission.CUSTOMER_VIEW),
        ("voice:needs", pgettext("place", "需求"), Permission.CUSTOMER_VIEW),
        ("voice:satisfaction", pgettext("place", "满意度"), Permission.CUSTOMER_VIEW),
        ("voice:model", _("怎么读的"), Permission.TOPIC_EDIT),
    ]
    return [
        {"title": title, "url": reverse(view), "active": view == here}
        for view, title, word in pages
        if viewer.may(word)
    ]
