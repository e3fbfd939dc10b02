"""Nightly housekeeping."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import SetupToken
from holdfast.foundation.jobs import services

KEPT_DAYS = 30


@services.register("jobs.housekeeping", title=_("夜间清理"))
def tidy_up(progress: services.Progress) -> dict[str, int]:
    """Delete expired sessions, one-time links that ended a month ago, and answers kept for programs."""
    now = timezone.now()
    sessions = Session.objects.filter(expire_date__lt=now).delete()[0]
    links = SetupToken.objects.filter(expires_at__lt=now - timedelta(days=KEPT_DAYS)).delete()[0]
    return {"sessions": sessions, "links": links, "answers": accounts.forget_answers()}
