"""Read jobs: everybody their own, the administrator all."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.foundation.jobs.models import Job


def visible_jobs(viewer: User) -> QuerySet[Job]:
    """Jobs this person started; all of them for who manages the system and sees everybody's customers. Newest first.

    An error may name a customer, so that a narrower scope sees the jobs of its own and of the clock alone.
    """
    jobs = Job.objects.select_related("by").order_by("-pk")
    if not viewer.may(Permission.SYSTEM_ADMIN):
        return jobs.filter(by=viewer)
    return jobs if viewer.scope == Scope.ALL else jobs.filter(Q(by=viewer) | Q(by=None))


def count_open_jobs(viewer: User) -> int:
    return visible_jobs(viewer).filter(state__in=["queued", "running"]).count()
