"""Why somebody looks at a whole number: the reasons to choose from, and what can be looked at."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words

REASONS: Mapping[str, Words] = {
    "call": pgettext_lazy("reveal", "打电话联系"),
    "visit": pgettext_lazy("reveal", "上门或送货"),
    "money": pgettext_lazy("reveal", "对账催款"),
    "care": pgettext_lazy("reveal", "售后处理"),
    "check": pgettext_lazy("reveal", "核对资料"),
    "other": pgettext_lazy("reveal", "其他（请写明）"),
}
FIELDS: Mapping[str, Words] = {
    "phone": pgettext_lazy("reveal", "电话"),
    "email": pgettext_lazy("reveal", "邮箱"),
    "wechat": pgettext_lazy("reveal", "微信"),
}
LONGEST_NOTE = 200
