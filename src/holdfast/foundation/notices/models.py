"""What people were told, the letters about it, and how each wants to be told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices.rules import MAIL_MODES, error_words

MAIL_STATES = {
    "waiting": _("等待发送"),
    "claimed": _("准备发送"),
    "sending": _("发送中"),
    "sent": _("已发送"),
    "failed": _("没有发出"),
    "uncertain": _("不确定是否送达"),
    "dropped": _("不必再发"),
}


def mail_modes() -> list[tuple[str, Any]]:
    return list(MAIL_MODES.items())


def mail_states() -> list[tuple[str, Any]]:
    return list(MAIL_STATES.items())


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: User) -> NoticeQuerySet:
        """One's own alone, whatever the role."""
        return self.filter(user=viewer)


class Notice(models.Model):
    """One thing a person was told, once per (user, kind, key). Codes and numbers; words are made where it is shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["user", "-id"], name="notice_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class Mail(models.Model):
    """One letter owed to a person: about one notice, or the digest of one day. Exactly one of the two is set.

    waiting → claimed (by one job; nothing said yet) → sending (handing it over) → sent. A process that dies while
    claimed leaves it to the next; one that dies while sending leaves `uncertain`, and it is never sent again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, related_name="mail")
    day = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=mail_states, default="waiting")
    after = models.DateTimeField()
    claim = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], condition=Q(day__isnull=False), name="mail_digest_once"),
            models.CheckConstraint(
                condition=Q(notice=None, day__isnull=False) | Q(notice__isnull=False, day=None), name="mail_one_matter"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "after"],
                name="mail_open",
                condition=Q(state__in=["waiting", "claimed", "sending"]),
            ),
            models.Index(fields=["user", "-id"], name="mail_newest"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} {self.state}"

    @property
    def error_text(self) -> str:
        return error_words(self.error)


class Preference(Base):
    """How one person wants to be told; nobody without a row has changed the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    mail = models.CharField(max_length=10, choices=mail_modes, default="at_once")
    digest_at = models.TimeField(default=dt.time(8, 30))
    quiet_from = models.TimeField(default=dt.time(20, 0))
    quiet_until = models.TimeField(default=dt.time(8, 0))

    def __str__(self) -> str:
        return f"preference of {self.user_id}"
