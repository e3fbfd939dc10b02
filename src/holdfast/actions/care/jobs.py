"""The clock's work of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.actions.care import services
from holdfast.common.months import today
from holdfast.foundation.jobs.services import Progress, register


@register("care.count", title=_("清点服务标准做到多少"))
def count(progress: Progress) -> dict[str, Any]:
    """By day: the customers with something new."""
    return {"changed": services.count_duties(everything=False)}


@register("care.nightly", title=_("按服务标准安排任务"))
def nightly(progress: Progress) -> dict[str, Any]:
    """After the stars of the night: what is due becomes tasks."""
    return services.care_for(today())
