"""Two entries that may be the same customer."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import Customer
from holdfast.records.customers.rules.pairs import PAIR_STATES


def pair_states() -> list[tuple[str, Any]]:
    return list(PAIR_STATES.items())


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def visible_to(self, viewer: User) -> DuplicatePairQuerySet:
        """Pairs of which the viewer may see one end; the other is shown masked unless it is visible too."""
        seen = Customer.objects.visible_to(viewer).order_by().values("pk")
        return self.filter(Q(first__in=seen) | Q(second__in=seen))


class DuplicatePair(Base):
    """A suggestion: two customers, why (codes), and how likely (0–100). `first` is the older one."""

    first = models.ForeignKey(Customer, models.CASCADE, related_name="pairs_as_first")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="pairs_as_second")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=pair_states, default="open")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "-pk"]
        indexes = [models.Index(fields=["-score", "-id"], name="pair_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_older_first"),
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"
