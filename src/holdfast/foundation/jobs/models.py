"""The table of background work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from holdfast.foundation.jobs.rules import title_of

STATES = {
    "queued": _("排队中"),
    "running": _("进行中"),
    "done": _("已完成"),
    "failed": _("未完成"),
    "cancelled": _("已取消"),
}


def states() -> list[tuple[str, Any]]:
    return list(STATES.items())


class Job(models.Model):
    """One piece of work: a registered function's name with its arguments."""

    name = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=states, default="queued", db_index=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def title(self) -> str:
        """What people read for the name of the work."""
        return title_of(self.name)

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None
