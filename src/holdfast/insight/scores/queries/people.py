"""Customers in danger, stars set by hand, and one customer's path through stars and stages."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Override
from holdfast.records.customers.models import Customer, Standing, StandingChange

LEAVING_STAGES = ("at_risk", "silent")
WARNED_STAGES = (*LEAVING_STAGES, "declining")


def warnings(viewer: User) -> QuerySet[Standing]:
    """The standings of visible customers at risk, silent or declining, or of high risk; most money at stake first."""
    return (
        Standing.objects.filter(customer__in=Customer.objects.visible_to(viewer), customer__archived_at=None)
        .filter(Q(stage__in=WARNED_STAGES) | Q(risk="high"))
        .select_related("customer", "customer__owner")
        .order_by("-at_stake_minor", "-customer_id")
    )


def overrides(viewer: User) -> QuerySet[Override]:
    """Stars set by hand, of the customers that the viewer sees, newest first."""
    return (
        Override.objects.filter(customer__in=Customer.objects.visible_to(viewer))
        .select_related("customer", "customer__standing", "requested_by", "approved_by", "rejected_by")
        .order_by("-pk")
    )


def star_path(customer: Customer) -> QuerySet[StandingChange]:
    """Every published change of one customer's stars, stage and risk, newest first; movement stands with the months."""
    return StandingChange.objects.filter(customer=customer).exclude(field="movement").order_by("-pk")
