"""Whose customer it is: pools, seats, and the history of owners."""

from __future__ import annotations

from django.db import models

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User


class Pool(Base):
    """A public sea 公海: customers without an owner that its members see and may claim."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PoolMember(models.Model):
    pool = models.ForeignKey(Pool, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="pool_seats")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "user"], name="pool_seat_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.pool_id}"


class Collaborator(Base):
    """Somebody who may see (and perhaps edit) a customer beside its owner."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="collaborators")
    user = models.ForeignKey(User, models.CASCADE, related_name="shared_customers")
    can_edit = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="collaborator_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.customer_id}"


class OwnershipChange(models.Model):
    """One hand-over; only ever added to."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="ownership_changes")
    at = models.DateTimeField(auto_now_add=True)
    before = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"
