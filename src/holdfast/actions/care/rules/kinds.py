"""What a standard promises, in codes and words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# `contact` is a contact that we began and that is no visit; `minutes` is the time planned, and tells the month's star.
KINDS: Mapping[str, Promise] = {
    "visit": pgettext_lazy("service", "拜访"),
    "contact": pgettext_lazy("service", "联系"),
    "minutes": _("服务工时"),
}
# What is counted in times, and becomes tasks.
SERVED_KINDS = ("visit", "contact")
CHANNELS_OF: Mapping[str, tuple[str, ...]] = {
    "visit": ("visit",),
    "contact": ("call", "wechat", "email", "meeting", "other"),
}
# The task that is opened for it; finished ones of TASK_KINDS_OF count where nobody logged the contact itself.
TASK_KIND_OF: Mapping[str, str] = {"visit": "visit", "contact": "call"}
TASK_KINDS_OF: Mapping[str, tuple[str, ...]] = {"visit": ("visit",), "contact": ("call", "thank")}

EVERY: Mapping[str, Promise] = {"month": pgettext_lazy("every", "每月"), "quarter": pgettext_lazy("every", "每季")}
LEVELS: Mapping[str, Promise] = {
    "assistant": _("销售助理"),
    "sales": pgettext_lazy("level", "销售"),
    "senior": _("资深销售"),
    "manager": _("销售主管"),
    "director": _("总经理"),
}
