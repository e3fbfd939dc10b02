"""Read notices, the letters owed, and whether letters can go out at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs.rules import Finding
from holdfast.foundation.notices import rules
from holdfast.foundation.notices.models import Mail, Notice, Preference

MOST_COUNTED = 99
LOOKED_BACK = timedelta(days=7)


def count_unread(viewer: User) -> int:
    """How many notices wait, by one index; a hundred and more count as a hundred."""
    return Notice.objects.visible_to(viewer).filter(read_at=None).order_by()[: MOST_COUNTED + 1].count()


def inbox(viewer: User, *, unread: bool = False, before: int | None = None) -> QuerySet[Notice]:
    """The viewer's own notices, newest first; only those after which paging goes on."""
    found = Notice.objects.visible_to(viewer).order_by("-pk")
    if unread:
        found = found.filter(read_at=None)
    return found.filter(pk__lt=before) if before else found


def worded(reader: User, notices: Iterable[Notice]) -> list[Notice]:
    """The notices with `title`, `detail` and `icon` set, in their order; one look-up for each kind."""
    given = list(notices)
    for kind, some in groupby(sorted(given, key=lambda notice: notice.kind), key=lambda notice: notice.kind):
        _word(reader, rules.wording_of(kind), list(some))
    return given


def _word(reader: User, wording: rules.Wording, notices: list[Notice]) -> None:
    payloads = [notice.payload for notice in notices]
    if wording.load:
        payloads = wording.load(reader, payloads)
    for notice, payload in zip(notices, payloads, strict=True):
        notice.title = str(wording.title(payload))  # type: ignore[attr-defined]
        notice.detail = str(wording.detail(payload)) if wording.detail else ""  # type: ignore[attr-defined]
        notice.icon = wording.icon  # type: ignore[attr-defined]


def preference_of(user: User) -> Preference:
    """The person's own preference, or the defaults, not stored."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def preferences(user_ids: Iterable[int]) -> dict[int, Preference]:
    """Preference of each person, defaults where none is stored."""
    wanted = list(user_ids)
    stored = {row.user_id: row for row in Preference.objects.filter(user__in=wanted)}
    return {pk: stored.get(pk) or Preference(user_id=pk) for pk in wanted}


def latest_mails(user: User) -> QuerySet[Mail]:
    """The last letters to a person, as the settings page tells them."""
    return Mail.objects.filter(user=user).exclude(state="dropped").order_by("-pk")


def due_mails(now: datetime) -> QuerySet[Mail]:
    """Letters to hand over, oldest first."""
    return Mail.objects.filter(state="waiting", after__lte=now).order_by("after", "pk")


def health() -> list[Finding]:
    """For `holdfast doctor`: letters given up or uncertain within a week, and whether a mail server is set."""
    recent = Mail.objects.filter(after__gt=timezone.now() - LOOKED_BACK)
    failed, uncertain = recent.filter(state="failed").count(), recent.filter(state="uncertain").count()
    found = [_server()]
    if failed:
        last = recent.filter(state="failed").order_by("-pk").values_list("error", flat=True)[0]
        text = _("一周内有 %(n)s 封提醒邮件没有发出") % {"n": failed}
        found.append(("fail", text, rules.error_words(last)))
    if uncertain:
        text = _("一周内有 %(n)s 封提醒邮件不确定是否送达，没有重发") % {"n": uncertain}
        found.append(("warn", text, _("提醒本身都在各人的通知页里。")))
    return found


def _server() -> Finding:
    if settings.SMTP is None:
        return ("ok", _("没有设置邮件服务器：提醒只在应用内显示"), "")
    return ("ok", _("提醒邮件经 %(host)s 发送") % {"host": settings.SMTP["host"]}, "")
