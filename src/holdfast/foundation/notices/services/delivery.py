"""Bring the letters: each one claimed by one job before anything is said, marked before it may arrive, and once only."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices import queries, rules
from holdfast.foundation.notices.models import Mail, Preference
from holdfast.foundation.notices.services import letters
from holdfast.foundation.notices.services.post import Post, PostError

log = logging.getLogger("holdfast.notices")
MOST_AT_ONCE = 2000
OPEN = ("claimed", "sending")


def deliver(claim: str, *, progress: Any = None) -> dict[str, int]:
    """Send what is due; counts of sent, held, dropped. `claim` names this work: run again it takes up its own letters.

    A server that cannot be reached, and letters given up, are a Refusal with a sentence for the administrator.
    """
    now, counts = timezone.now(), Counter[str]()
    release(claim, now)
    if settings.SMTP is None:
        return {}
    stale = Mail.objects.filter(state="waiting", after__lt=now - rules.STALE_AFTER)
    counts["dropped"] += stale.update(state="dropped")
    owe_digests(now)
    people = _held_and_dropped(now, counts)
    if people:
        _bring(people, claim, now, counts, progress)
    return {name: count for name, count in counts.items() if count}


def release(claim: str, now: datetime) -> None:
    """Letters that a dead process held: those it had only claimed wait again, those it was handing over stay undecided."""
    left = Mail.objects.filter(Q(claim=claim) | Q(lease_until__lt=now), state__in=OPEN)
    left.filter(state="claimed").update(state="waiting", claim="", lease_until=None)
    left.filter(state="sending").update(state="uncertain", error="unknown_end", lease_until=None)


def owe_digests(now: datetime) -> int:
    """One letter a day to everybody who wants the digest, from its hour on; how many were added."""
    clock = timezone.localtime(now)
    had = Mail.objects.filter(day=clock.date()).values("user")
    wishes = Preference.objects.filter(mail="digest", digest_at__lte=clock.time(), user__is_active=True)
    due = wishes.exclude(user__in=had).exclude(user__email="")
    owed = [Mail(user_id=wish.user_id, day=clock.date(), after=now) for wish in due]
    Mail.objects.bulk_create(owed, ignore_conflicts=True)
    return len(owed)


def _held_and_dropped(now: datetime, counts: Counter[str]) -> list[User]:
    """Whom to write to now. Letters of quiet hours wait for their end; those that nobody needs any more are dropped."""
    users = list(User.objects.filter(pk__in=queries.due_mails(now)[:MOST_AT_ONCE].values("user_id")).order_by("pk"))
    wishes, clock = queries.preferences(user.pk for user in users), timezone.localtime(now)
    awake: list[User] = []
    for user in users:
        mine, wish = queries.due_mails(now).filter(user=user), wishes[user.pk]
        counts["dropped"] += _drop(user, wish)
        until = rules.quiet_until(clock, wish.quiet_from, wish.quiet_until)
        if until > clock:
            counts["held"] += mine.update(after=until)
        elif mine.exists():
            awake.append(user)
    return awake


def _drop(user: User, wish: Preference) -> int:
    """Nobody needs a letter about what is read, after switching letters off, or without an account."""
    waiting = Mail.objects.filter(user=user, state="waiting")
    if not user.is_active or not user.email:
        return waiting.update(state="dropped", error="" if user.email else "no_address")
    needless = Q(notice__read_at__isnull=False)
    if wish.mail != "at_once":
        needless |= Q(notice__isnull=False)
    if wish.mail != "digest":
        needless |= Q(day__isnull=False)
    return Mail.objects.filter(pk__in=waiting.filter(needless).values("pk")).update(state="dropped")


def _bring(people: list[User], claim: str, now: datetime, counts: Counter[str], progress: Any) -> None:
    given_up: list[str] = []
    try:
        with Post() as post:
            for number, user in enumerate(people, start=1):
                given_up += _bring_to(post, user, claim, now, counts)
                if progress is not None:
                    progress.step(number, len(people))
    except PostError as error:
        _put_off(queries.due_mails(now), error)
        raise Refusal(rules.error_words(error.code)) from error
    if given_up:
        raise Refusal(_("有邮件没有送达：%(names)s。") % {"names": "；".join(given_up[:5])})


def _bring_to(post: Post, user: User, claim: str, now: datetime, counts: Counter[str]) -> list[str]:
    """Everything due to one person: the notices in one letter, each digest in its own. What was given up, in words."""
    given_up: list[str] = []
    for mails in _claimed(user, claim, now):
        ours = Mail.objects.filter(pk__in=[mail.pk for mail in mails])
        try:
            counts[_send(post, user, mails, ours)] += len(mails)
        except PostError as error:
            if error.is_server:
                _put_off(ours, error)
                raise
            if (state := _settle(ours, error)) == "failed":
                given_up.append(f"{user.name} {rules.error_words(error.code)}")
            counts[state] += len(mails)
    return given_up


def _claimed(user: User, claim: str, now: datetime) -> Iterator[list[Mail]]:
    """The person's due letters that are ours alone, by the letter they go into."""
    for day in list(queries.due_mails(now).filter(user=user).order_by("day").values_list("day", flat=True).distinct()):
        due = queries.due_mails(now).filter(user=user, day=day)
        due.order_by().update(state="claimed", claim=claim, lease_until=timezone.now() + rules.LEASE)
        mine = Mail.objects.filter(user=user, day=day, state="claimed", claim=claim)
        if mails := list(mine.select_related("notice").order_by("pk")):
            yield mails


def _send(post: Post, user: User, mails: list[Mail], ours: QuerySet[Mail]) -> str:
    letter = _letter(user, mails)
    if letter is None:
        ours.update(state="dropped", lease_until=None)
        return "dropped"
    post.hand_over(letters.sender(), user.email, letter, before_data=lambda: ours.update(state="sending"))
    ours.update(state="sent", sent_at=timezone.now(), attempts=F("attempts") + 1, error="", lease_until=None)
    return "sent"


def _letter(user: User, mails: list[Mail]) -> bytes | None:
    day = mails[0].day
    try:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            return letters.of_the_day(user, mails[0], day) if day else letters.about_notices(user, mails)
    except Exception as error:  # a letter that cannot be written must not hold up the others
        log.exception("the letter %s to person %s could not be written", mails[0].pk, user.pk)
        raise PostError("unwritten", is_final=True) from error


def _settle(ours: QuerySet[Mail], error: PostError) -> str:
    """What becomes of letters that were not taken: later, never, or nobody knows."""
    if error.may_have_arrived:
        ours.update(state="uncertain", error=error.code, lease_until=None)
        return "uncertain"
    if error.is_final:
        ours.update(state="failed", error=error.code, lease_until=None)
        return "failed"
    return "failed" if _put_off(ours, error) else "later"


def _put_off(mails: QuerySet[Mail], error: PostError) -> int:
    """Try again later, each letter after its own number of attempts; how many were given up."""
    now, failed = timezone.now(), 0
    for before in sorted(set(mails.order_by().values_list("attempts", flat=True)), reverse=True):
        some, wait = mails.filter(attempts=before).order_by(), rules.retry_after(before + 1)
        if wait is None:
            failed += some.update(state="failed", error=error.code, attempts=before + 1, lease_until=None)
        else:
            some.update(
                state="waiting", claim="", error=error.code, attempts=before + 1, after=now + wait, lease_until=None
            )
    return failed
