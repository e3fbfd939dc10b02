"""Which of two entries' values a merge takes, and which people of the two are one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common import searchkeys
from holdfast.common.labels import Words

# What somebody may choose field by field, in the order of the page; whose it is goes together.
MERGE_FIELDS: Mapping[str, Words] = {
    "name": _("名称"),
    "short_name": _("简称"),
    "owner": _("归属人"),
    "channel": _("渠道"),
    "uscc": _("统一社会信用代码"),
    "phone": _("电话"),
    "email": _("邮箱"),
    "province": _("省份"),
    "city": _("城市"),
    "address": _("地址"),
    "industry": _("行业"),
    "source": _("来源"),
    "special_requirements": _("特殊要求"),
    "first_seen_on": _("首次接触"),
}
# Things that move, as the preview counts them.
MOVED: Mapping[str, Words] = {
    "customers.contact": pgettext_lazy("thing", "联系人"),
    "customers.need": _("需求与偏好"),
    "customers.address": pgettext_lazy("thing", "地址"),
    "customers.relation": _("往来关系"),
    "customers.consent": _("同意记录"),
    "timeline.entry": _("往来记录"),
    "timeline.interaction": pgettext_lazy("thing", "联系记录"),
    "timeline.document": pgettext_lazy("thing", "文件"),
    "timeline.task": pgettext_lazy("thing", "任务"),
    "commerce.order": pgettext_lazy("thing", "订单"),
    "commerce.invoice": pgettext_lazy("thing", "发票"),
    "commerce.payment": pgettext_lazy("thing", "回款"),
}


class Person(Protocol):
    name: str
    phone_key: str
    email_key: str


def default_choice(field: str, keep: Any, drop: Any) -> str:
    """The kept entry's value, unless it has none; of two first days the earlier one."""
    if field == "first_seen_on" and keep and drop:
        return "keep" if keep <= drop else "drop"
    return "drop" if drop and not keep else "keep"


def is_same_person(one: Person, other: Person) -> bool:
    """The same name, and neither phones nor mail addresses that differ."""
    if searchkeys.person_key(one.name) != searchkeys.person_key(other.name):
        return False
    pairs = ((one.phone_key, other.phone_key), (one.email_key, other.email_key))
    return all(not left or not right or left == right for left, right in pairs)
