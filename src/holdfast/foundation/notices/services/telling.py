"""Tell somebody something, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.notices.models import Mail, Notice
from holdfast.foundation.notices.queries import preferences
from holdfast.foundation.notices.rules import quiet_until

Told = tuple[int, str, str]
CHUNK = 500


class NoticeRow(TypedDict):
    """user, kind, key, payload (codes and numbers only), url inside Holdfast; `at` = the moment it is about."""

    user: User
    kind: str
    key: str
    payload: dict[str, Any]
    url: str
    at: NotRequired[datetime | None]


def notify(
    user: User, *, kind: str, key: str, payload: dict[str, Any], url: str, at: datetime | None = None
) -> Notice | None:
    """Tell one person; told again by the same (user, kind, key) nothing happens. None for an account switched off."""
    rows: list[NoticeRow] = [{"user": user, "kind": kind, "key": key, "payload": payload, "url": url, "at": at}]
    return next(iter(notify_many(rows)), None)


def notify_many(rows: Iterable[NoticeRow]) -> list[Notice]:
    """Tell many people at once; every (user, kind, key) once for good. The notices that are new, in the order given."""
    given = {_told(row): row for row in rows if row["user"].is_active}
    return _told_anew(given) if given else []


@transaction.atomic
def _told_anew(given: dict[Told, NoticeRow]) -> list[Notice]:
    known = {_told_of(notice) for notice in _standing(given)}
    new = {told: row for told, row in given.items() if told not in known}
    if not new:
        return []
    now = timezone.now()
    Notice.objects.bulk_create([_built(row, now) for row in new.values()], ignore_conflicts=True, batch_size=CHUNK)
    stored = {_told_of(notice): notice for notice in _standing(new)}
    notices = [stored[told] for told in new]
    _owe_letters(notices, now)
    return notices


def _told(row: NoticeRow) -> Told:
    return row["user"].pk, row["kind"], row["key"]


def _told_of(notice: Notice) -> Told:
    return notice.user_id, notice.kind, notice.key


def _standing(wanted: dict[Told, NoticeRow]) -> list[Notice]:
    """Notices that stand under the (user, kind, key) asked for."""
    keys = sorted({key for _user, _kind, key in wanted})
    found: list[Notice] = []
    for start in range(0, len(keys), CHUNK):
        some = Notice.objects.filter(
            user__in={user for user, _kind, _key in wanted},
            kind__in={kind for _user, kind, _key in wanted},
            key__in=keys[start : start + CHUNK],
        )
        found += [notice for notice in some.select_related("user") if _told_of(notice) in wanted]
    return found


def _built(row: NoticeRow, now: datetime) -> Notice:
    if row["url"] and not (row["url"].startswith("/") and not row["url"].startswith("//")):
        raise ValueError(f"the address of a notice lies inside Holdfast, unlike {row['url']!r}")
    return Notice(
        user=row["user"],
        kind=row["kind"],
        key=row["key"],
        payload=row["payload"],
        url=row["url"],
        due_at=row.get("at"),
        created_at=now,
    )


def _owe_letters(notices: list[Notice], now: datetime) -> None:
    """A letter for each notice whose reader wants one at once; it waits for the end of the quiet hours."""
    if settings.SMTP is None:
        return
    wishes = preferences({notice.user_id for notice in notices})
    owed = [notice for notice in notices if notice.user.email and wishes[notice.user_id].mail == "at_once"]
    clock, letters = timezone.localtime(now), []
    for notice in owed:
        wish = wishes[notice.user_id]
        letters.append(
            Mail(user=notice.user, notice=notice, after=quiet_until(clock, wish.quiet_from, wish.quiet_until))
        )
    Mail.objects.bulk_create(letters, ignore_conflicts=True, batch_size=CHUNK)
    if any(letter.after <= now for letter in letters):
        _hurry()


def _hurry() -> None:
    """Have the letters brought now, not with the next minute."""
    if not Job.objects.filter(name="notices.deliver", state="queued").exists():
        jobs.enqueue("notices.deliver")


def mark_read(viewer: User, ids: Iterable[int]) -> int:
    """Mark some of one's own notices as read; how many were not."""
    mine = Notice.objects.visible_to(viewer).filter(pk__in=list(ids), read_at=None)
    return mine.update(read_at=timezone.now())


def mark_all_read(viewer: User, *, until: int | None = None) -> int:
    """Mark all of one's own notices as read, up to the one that was last seen; how many were not."""
    mine = Notice.objects.visible_to(viewer).filter(read_at=None)
    return (mine.filter(pk__lte=until) if until else mine).update(read_at=timezone.now())


def settle(kind: str, key: str, *, user: User) -> int:
    """Mark as read what a person was told of something now settled: its key and every longer one. How many."""
    mine = Notice.objects.filter(user=user, kind=kind, key__startswith=key, read_at=None)
    return mine.update(read_at=timezone.now())
