"""Focus customers and their plans."""

from __future__ import annotations

from django.db.models import QuerySet

from holdfast.actions.care.models import Focus
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer


def focus_plans(viewer: User) -> QuerySet[Focus]:
    """Plans in force of visible customers, the next to be looked at first."""
    found: QuerySet[Focus] = Focus.objects.visible_to(viewer).filter(ended_on=None)
    return found.select_related("customer", "customer__standing", "customer__owner", "leader")


def focus_of(customer: Customer) -> Focus | None:
    return Focus.objects.filter(customer=customer, ended_on=None).select_related("leader").first()


def is_in_focus(customer: Customer) -> bool:
    return Focus.objects.filter(customer=customer, ended_on=None).exists()
