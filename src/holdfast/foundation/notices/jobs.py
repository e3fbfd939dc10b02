"""Bring the letters every minute; forget what is long past."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from holdfast.foundation.jobs.services import Progress, register
from holdfast.foundation.notices import services


@register("notices.deliver", title=_("发送提醒邮件"))
def deliver(progress: Progress) -> dict[str, int]:
    """Send what is due; safe to run again after a kill."""
    return services.deliver(f"job:{progress.job.pk}", progress=progress)


@register("notices.tidy", title=_("清理旧通知"))
def tidy(progress: Progress) -> dict[str, int]:
    """Delete old notices that were read, and old letters."""
    return services.forget_old()
