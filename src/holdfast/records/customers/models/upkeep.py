"""How complete and how fresh a customer's record is."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import Customer


class ArchiveRule(Base):
    """How much one part of the record weighs, and after how many days it is stale; a part without a row has the default."""

    part = models.CharField(max_length=30, unique=True)
    weight = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    stale_days = models.PositiveSmallIntegerField(validators=[MaxValueValidator(3650)])

    class Meta:
        ordering = ["part"]

    def __str__(self) -> str:
        return self.part


class PartCheck(Base):
    """The last day on which somebody found a part of the record right, or changed it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="part_checks")
    part = models.CharField(max_length=30)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "part"], name="part_check_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.part} {self.on}"


class Upkeep(models.Model):
    """Completeness (0–100) and the day from which a filled part is stale, by which the list is filtered; made anew by a job."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="upkeep")
    completeness = models.PositiveSmallIntegerField()
    stale_on = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["completeness", "-customer"], name="upkeep_completeness"),
            models.Index(fields=["stale_on", "-customer"], name="upkeep_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.completeness}"
