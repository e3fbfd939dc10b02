"""A secret address under which a calendar program reads a person's tasks."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.timeline.models import CalendarFeed


@transaction.atomic
def make_feed(user: User) -> str:
    """A new secret token, told once; the one before it ends."""
    remove_feed(user)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user=user, digest=digest_of(token))
    audit.record(actor=user, verb="create", target=feed, after={"user_id": user.pk}, label=user.name)
    return token


@transaction.atomic
def remove_feed(user: User) -> bool:
    """End the address; whether there was one."""
    feed = CalendarFeed.objects.filter(user=user).first()
    if feed is None:
        return False
    audit.record(actor=user, verb="delete", target=feed, before={"user_id": user.pk}, label=user.name)
    feed.delete()
    return True


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
