"""What a customer says about itself: kinds of statements, where they come from, and what makes one right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words

# In the order in which the customer page shows them.
NEED_KINDS: Mapping[str, Words] = {
    "requirement": _("特别要求"),
    "need": pgettext_lazy("statement", "需求"),
    "preference": _("偏好"),
    "hobby": _("爱好"),
    "business": _("业务流程"),
    "environment": _("经营环境"),
    "support": _("需要的支持"),
}
NEED_ICONS: Mapping[str, str] = {
    "requirement": "alert-circle",
    "need": "message-2",
    "preference": "heart",
    "hobby": "mood-smile",
    "business": "building-factory",
    "environment": "world",
    "support": "lifebuoy",
}
NEED_SOURCES: Mapping[str, Words] = {
    "visit": _("拜访"),
    "call": pgettext_lazy("source", "电话"),
    "wechat": _("微信"),
    "email": pgettext_lazy("source", "邮件"),
    "meeting": _("会议"),
    "survey": _("问卷"),
    "overheard": _("听说"),
    "import": pgettext_lazy("source", "导入"),
    "other": pgettext_lazy("source", "其他"),
}
NEED_PROBLEMS: Mapping[str, Words] = {
    "no_text": _("请写下客户说了什么。"),
    "too_long": _("这一项太长，请缩短后再保存。"),
    "bad_need_kind": _("请选这句话属于哪一类。"),
    "bad_source": _("请选是从哪里知道的。"),
    "no_day": _("请写是哪一天说的。"),
    "in_future": _("日期在未来，请填客户说这句话的那一天。"),
}
LONGEST_TEXT = 2_000


def need_problem(row: Mapping[str, Any], *, on: date) -> tuple[str, str] | None:
    """(problem code, field) of a statement, or None; `on` is today."""
    text, said_on = str(row.get("text") or "").strip(), row.get("said_on")
    if not text:
        return "no_text", "text"
    if len(text) > LONGEST_TEXT:
        return "too_long", "text"
    if row.get("kind") not in NEED_KINDS:
        return "bad_need_kind", "kind"
    if (row.get("source") or "other") not in NEED_SOURCES:
        return "bad_source", "source"
    if not isinstance(said_on, date):
        return "no_day", "said_on"
    return ("in_future", "said_on") if said_on > on else None
