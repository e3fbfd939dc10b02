"""A process: two dates, what was promised between them, kept under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User


class Process(Base):
    """`pair` is a code of rules.PAIRS, or "custom:<field>:<field>". `months` to look back, 0 = all; `grey` reason codes.

    `changed_on`: when something about it was changed, so that before and after are compared.
    """

    name = models.CharField(max_length=60)
    pair = models.CharField(max_length=80)
    target_days = models.FloatField()
    limit_days = models.FloatField()
    months = models.PositiveSmallIntegerField(default=12)
    grey = models.JSONField(default=list, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(archived_at=None), name="process_name_once"),
            models.CheckConstraint(
                condition=Q(target_days__gt=0) & Q(limit_days__gte=F("target_days")), name="process_target_to_limit"
            ),
        ]

    def __str__(self) -> str:
        return self.name
