"""Read jobs: everybody their own, the administrator all."""

from __future__ import annotations

from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.jobs.models import Job


def visible_jobs(viewer: User) -> QuerySet[Job]:
    """Jobs this person started; all of them for who manages the system. Newest first."""
    jobs = Job.objects.select_related("by").order_by("-pk")
    return jobs if viewer.may(Permission.SYSTEM_ADMIN) else jobs.filter(by=viewer)


def count_open_jobs(viewer: User) -> int:
    return visible_jobs(viewer).filter(state__in=["queued", "running"]).count()
