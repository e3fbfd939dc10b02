"""How the lines that this room itself puts into the history are told, and how they are made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from holdfast.common import formats, labels
from holdfast.records.customers.rules import NEED_KINDS
from holdfast.records.timeline import rules
from holdfast.records.timeline.models import TASK_KINDS
from holdfast.records.timeline.queries import customer_events, documents, interactions, task_entries

Payload = Mapping[str, Any]


def register() -> None:
    """Called once, when the program starts."""
    rules.register_wording(
        interactions.SOURCE,
        interaction_words,
        icon=_channel_icon,
        rebuild=interactions.all_entry_rows,
        url=lambda pk, payload: reverse("timeline:interaction", args=[pk]),
        more=interactions.people_of,
    )
    rules.register_wording(
        task_entries.TASK_SOURCE, task_words, icon="list-check", rebuild=task_entries.all_task_rows,
        url=lambda pk, payload: reverse("timeline:task", args=[pk]),
    )  # fmt: skip
    rules.register_wording(
        documents.VERSION, document_words, icon="paperclip", rebuild=documents.all_version_rows,
        url=lambda pk, payload: reverse("timeline:document", args=[payload["document"]]),
    )  # fmt: skip
    told = {
        customer_events.CREATED: (lambda payload: _("建立档案"), "user-plus"),
        customer_events.ARCHIVED: (lambda payload: _("归档，不再出现在名单里"), "archive"),
        customer_events.HANDED_OVER: (handed_over_words, "user-share"),
        customer_events.STANDING: (standing_words, "star"),
        customer_events.NEED: (need_words, "message-2"),
        customer_events.MERGED: (lambda payload: _("并入重复档案 %(code)s") % {"code": payload["code"]}, "git-merge"),
    }
    for source, (words, icon) in told.items():
        rules.register_wording(source, words, icon=icon, rebuild=customer_events.EVENTS[source], tone=_standing_tone)


def interaction_words(payload: Payload) -> str:
    """「去电 · 12 分钟」, "They called · 12 min"."""
    words, minutes = rules.TOLD[payload["direction"], payload["channel"]], payload["minutes"]
    return f"{words} · {formats.length(minutes)}" if minutes else str(words)


def _channel_icon(payload: Payload) -> str:
    return rules.CHANNEL_ICONS.get(payload["channel"], "message")


def task_words(payload: Payload) -> str:
    """「完成任务 · 致谢」."""
    return f"{_('完成任务')} · {TASK_KINDS.get(payload['kind'], '')}"


def document_words(payload: Payload) -> str:
    """「上传合同 · 1.2 MB」, from the second version on 「上传合同 · 第 2 版 · 1.2 MB」."""
    folder = rules.FOLDERS.get(payload["folder"], payload["folder"])
    words = _("上传文件 · %(folder)s") % {"folder": folder}
    version = _("第 %(n)s 版") % {"n": payload["number"]} if payload["number"] > 1 else ""
    return " · ".join(part for part in (words, version, formats.file_size(payload["size"])) if part)


def need_words(payload: Payload) -> str:
    """「记下 · 偏好」."""
    return _("记下%(kind)s") % {"kind": NEED_KINDS.get(payload["kind"], payload["kind"])}


def handed_over_words(payload: Payload) -> str:
    """「由林晚秋转交给何立」."""
    before, after = payload["before"], payload["after"]
    if before and after:
        return _("由 %(before)s 转交给 %(after)s") % {"before": before, "after": after}
    if after:
        return _("交给 %(after)s 负责") % {"after": after}
    return _("%(before)s 不再负责，进入无归属") % {"before": before}


def standing_words(payload: Payload) -> str:
    """「星级 4 → 5」, 「阶段 成熟 → 衰退」."""
    name, tell = (_("阶段"), labels.stage_label) if payload["field"] == "stage" else (_("星级"), _stars)
    return f"{name} {tell(payload['before'])} → {tell(payload['after'])}"


def _stars(text: str) -> str:
    return labels.stars_label(int(text) if text.isdecimal() else None)


def _standing_tone(payload: Payload) -> str:
    """Green for more stars and for one won back, red for fewer and for one lost."""
    before, after = payload.get("before", ""), payload.get("after", "")
    if payload.get("field") == "stars" and before.isdecimal() and after.isdecimal():
        return "good" if int(after) > int(before) else "act"
    return {"won_back": "good", "lost": "act", "at_risk": "act", "declining": "watch", "silent": "watch"}.get(after, "")
