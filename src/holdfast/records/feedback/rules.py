"""What a comment may be: channels, tones, scores, and what is wrong with one. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TEXT_LENGTH = 4000
TOPIC_LENGTH = 40
MOST_TOPICS = 12
CHANNELS = {
    "complaint": _("投诉"),
    "service": _("客服记录"),
    "sales": _("销售听到"),
    "survey": _("问卷"),
    "review": _("网上评价"),
    "meeting": _("客户见面会"),
    "wechat": _("微信"),
    "phone": _("电话"),
    "other": pgettext_lazy("channel", "其他"),
}
CHANNEL_ICONS = {
    "complaint": "mood-sad", "service": "headset", "sales": "briefcase", "survey": "clipboard-list", "review": "world",
    "meeting": "users-group", "wechat": "brand-wechat", "phone": "phone", "other": "message-2",
}  # fmt: skip
TONES = {"positive": _("满意"), "neutral": _("平"), "negative": _("不满")}
TONE_CHIPS = {"positive": "good", "neutral": "", "negative": "act"}
TONE_ICONS = {"positive": "mood-smile", "neutral": "mood-neutral", "negative": "mood-sad"}
SCALES = {"nps": (0, 10), "csat": (1, 5)}
# What satisfaction is made of, 1–5 each.
FACTORS = {
    "attitude": _("服务态度"), "quality": pgettext_lazy("factor", "产品质量"), "communication": _("沟通"),
    "timeliness": pgettext_lazy("factor", "时间"),
}  # fmt: skip
FACTOR_RANGE = (1, 5)
SCALE_NAMES = {"nps": _("推荐分"), "csat": _("满意度")}

PROBLEMS = {
    "no_text": _("请写下客户说了什么，或者填一个分数。"),
    "too_long": _("一句话最多 %(most)s 个字，请写短一些，或者分成几句。"),
    "no_moment": _("请填客户哪一天说的。"),
    "future": _("这一天还没有到，请改成客户说这句话的日子。"),
    "bad_channel": _("没有「%(text)s」这种来源，请另选一种。"),
    "bad_nps": _("推荐分是 0 到 10 的整数。"),
    "bad_csat": _("满意度是 1 到 5 的整数。"),
    "bad_factor": _("每一项的分数是 1 到 5 的整数。"),
    "not_his_contact": _("这位联系人不在这位客户名下，请重新选择。"),
    "not_his_order": _("这张订单不是这位客户的，请重新选择。"),
    "bad_tone": _("语气只有满意、平、不满三种。"),
    "too_many_topics": _("一句话最多标 %(most)s 个主题。"),
    "bad_topic": _("没有「%(text)s」这个主题，请先新建。"),
}


def comment_problem(row: Mapping[str, Any], *, now: datetime) -> tuple[str, str, dict[str, Any]] | None:
    """What is wrong with a comment: (code in PROBLEMS, field, facts); None when it may stand."""
    text = str(row.get("text") or "").strip()
    if not text and all(row.get(scale) is None for scale in SCALES):
        return "no_text", "text", {}
    if len(text) > TEXT_LENGTH:
        return "too_long", "text", {"most": TEXT_LENGTH}
    if row.get("said_at") is None:
        return "no_moment", "said_at", {}
    if row["said_at"] > now:
        return "future", "said_at", {}
    if (row.get("channel") or "other") not in CHANNELS:
        return "bad_channel", "channel", {"text": row["channel"]}
    return _score_problem(row) or _owner_problem(row)


def _score_problem(row: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    for scale, (least, most) in SCALES.items():
        score = row.get(scale)
        if score is not None and not (isinstance(score, int) and least <= score <= most):
            return f"bad_{scale}", scale, {}
    least, most = FACTOR_RANGE
    for factor in FACTORS:
        score = row.get(factor)
        if score is not None and not (isinstance(score, int) and least <= score <= most):
            return "bad_factor", factor, {}
    return None


def _owner_problem(row: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    customer, contact, order = row["customer"], row.get("contact"), row.get("order")
    if contact is not None and contact.customer_id != customer.pk:
        return "not_his_contact", "contact", {}
    if order is not None and order.customer_id != customer.pk:
        return "not_his_order", "order", {}
    return None
