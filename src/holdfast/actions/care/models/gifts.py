"""What was given to a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline.models.entries import OfCustomerQuerySet


class Gift(Base):
    """A gift in the company's currency. Over the star's budget of the year it waits until somebody else approves it.

    `budget_minor` is the budget of the customer's star on the day it was entered.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="gifts")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="gifts")
    item = models.CharField(max_length=120)
    cost_minor = models.BigIntegerField()
    on = models.DateField()
    occasion = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stars = models.PositiveSmallIntegerField(null=True)
    budget_minor = models.BigIntegerField(default=0)
    is_over = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=True)

    objects = OfCustomerQuerySet.as_manager()
    personal_fields = {"item": "keep", "occasion": "blank", "reason": "blank"}

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"], name="gift_customer")]
        constraints = [
            models.CheckConstraint(condition=Q(cost_minor__gt=0), name="gift_costs_something"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")), name="gift_approved_by_another"
            ),
            models.CheckConstraint(condition=Q(is_over=True) | Q(is_approved=True), name="gift_within_is_fine"),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def state(self) -> str:
        """fine, pending, approved or rejected."""
        if not self.is_over:
            return "fine"
        if self.answered_at is None:
            return "pending"
        return "approved" if self.is_approved else "rejected"
