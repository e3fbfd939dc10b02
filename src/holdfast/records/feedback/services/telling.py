"""The lines that comments have in their customer's history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from holdfast.foundation.audit import rules as audit
from holdfast.records.feedback import queries, rules
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.services.following import tell
from holdfast.records.timeline import rules as timeline
from holdfast.records.timeline.services import push_rows

Payload = Mapping[str, Any]


def register() -> None:
    """Called once, when the program starts."""
    timeline.register_wording(
        queries.SOURCE, comment_words, icon=lambda payload: rules.CHANNEL_ICONS.get(payload["channel"], "message-2"),
        rebuild=queries.all_entry_rows, url=lambda pk, payload: f"/voice/comments/{pk}/", tone=comment_tone,
    )  # fmt: skip
    audit.register_restored(queries.SOURCE, restored)


def comment_words(payload: Payload) -> str:
    """「客户说 · 投诉 · 推荐分 3」."""
    parts = [_("客户说"), str(rules.CHANNELS.get(payload["channel"], payload["channel"]))]
    parts += [
        f"{rules.SCALE_NAMES[scale]} {payload[scale]}" for scale in rules.SCALES if payload.get(scale) is not None
    ]
    return " · ".join(parts)


def comment_tone(payload: Payload) -> str:
    if payload["channel"] == "complaint" or payload.get("tone") == "negative":
        return "act"
    return "good" if payload.get("tone") == "positive" else ""


def restored(pks: list[str]) -> None:
    """An undo put comments back: their lines are told anew, and they are read where they were not."""
    ids = [int(pk) for pk in pks]
    push_rows(queries.entry_rows(Comment.objects.filter(pk__in=ids)))
    tell(ids, "restored")
