"""The readers of calendar addresses."""

from __future__ import annotations

from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.timeline.models import CalendarFeed, Task
from holdfast.records.timeline.queries.tasks import open_tasks

MOST_EVENTS = 500


def feed_of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user).first()


def feed_of_digest(digest: str) -> CalendarFeed | None:
    """The address with this hash, of somebody who may still log in and see customers."""
    feed = CalendarFeed.objects.select_related("user").filter(digest=digest, user__is_active=True).first()
    return feed if feed and feed.user.may(Permission.CUSTOMER_VIEW) else None


def calendar_tasks(user: User) -> QuerySet[Task]:
    """The person's own open tasks, the nearest first."""
    return open_tasks(user, assignee=user)[:MOST_EVENTS]
