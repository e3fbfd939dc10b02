"""The codes of this room and their words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What a line of the history is about; the history is filtered by these.
ENTRY_KINDS: dict[str, Promise] = {
    "contact": pgettext_lazy("history", "联系"),
    "order": pgettext_lazy("history", "订单"),
    "money": pgettext_lazy("history", "钱款"),
    "service": pgettext_lazy("history", "服务"),
    "need": pgettext_lazy("history", "需求"),
    "file": pgettext_lazy("history", "文件"),
    "change": pgettext_lazy("history", "变化"),
}
CHANNELS: dict[str, Promise] = {
    "call": pgettext_lazy("channel", "电话"),
    "visit": pgettext_lazy("channel", "拜访"),
    "wechat": pgettext_lazy("channel", "微信"),
    "email": pgettext_lazy("channel", "邮件"),
    "meeting": pgettext_lazy("channel", "会议"),
    "other": pgettext_lazy("channel", "其他"),
}
DIRECTIONS: dict[str, Promise] = {"out": _("我们联系客户"), "in": _("客户联系我们")}
# How a contact is told in the history, by who began it.
TOLD: dict[tuple[str, str], Promise] = {
    ("out", "call"): pgettext_lazy("history", "去电"),
    ("out", "visit"): pgettext_lazy("history", "上门拜访"),
    ("out", "wechat"): pgettext_lazy("history", "发微信"),
    ("out", "email"): pgettext_lazy("history", "发邮件"),
    ("out", "meeting"): pgettext_lazy("history", "会面"),
    ("out", "other"): pgettext_lazy("history", "联系客户"),
    ("in", "call"): pgettext_lazy("history", "客户来电"),
    ("in", "visit"): pgettext_lazy("history", "客户来访"),
    ("in", "wechat"): pgettext_lazy("history", "客户发来微信"),
    ("in", "email"): pgettext_lazy("history", "客户来信"),
    ("in", "meeting"): pgettext_lazy("history", "客户约见"),
    ("in", "other"): pgettext_lazy("history", "客户联系我们"),
}
CHANNEL_ICONS = {
    "call": "phone", "visit": "map-pin", "wechat": "brand-wechat", "email": "mail", "meeting": "users", "other": "message",
}  # fmt: skip
# Minutes that stand for a contact whose length nobody noted; the company may change them.
USUAL_MINUTES = {"visit": 120, "call": 12, "wechat": 6, "email": 10, "meeting": 60, "other": 10}
MOST_MINUTES = 1440
SUMMARY_LENGTH = 2000

FOLDERS: dict[str, Promise] = {
    "contract": pgettext_lazy("folder", "合同"),
    "photo": pgettext_lazy("folder", "照片"),
    "recording": pgettext_lazy("folder", "录音"),
    "quote": pgettext_lazy("folder", "报价"),
    "other": pgettext_lazy("folder", "其他"),
}
