"""The few customers that get a plan of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models.entries import OfCustomerQuerySet


class Focus(Base):
    """A key customer with a goal, a plan, who answers for it and when it is looked at again; `ended_on` takes it off."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="focuses")
    goal = models.CharField(max_length=200)
    plan = models.TextField()
    leader = models.ForeignKey(User, models.PROTECT, related_name="+")
    review_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)

    objects = OfCustomerQuerySet.as_manager()
    personal_fields = {"goal": "blank", "plan": "blank"}

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_on=None), name="focus_one_plan"),
        ]

    def __str__(self) -> str:
        return self.goal
