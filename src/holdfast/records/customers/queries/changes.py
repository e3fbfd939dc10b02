"""What changed in the standings."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, StandingChange


def standing_changes_since(viewer: User, moment: datetime) -> QuerySet[StandingChange]:
    """Changes of stars, stage, risk and movement of visible customers since a moment, newest first, with customer."""
    seen = Customer.objects.visible_to(viewer).filter(archived_at=None).order_by().values("pk")
    found = StandingChange.objects.filter(at__gte=moment, customer__in=seen)
    return found.select_related("customer", "customer__owner").order_by("-pk")
