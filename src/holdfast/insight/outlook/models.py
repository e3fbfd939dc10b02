"""The chance that an invoice is paid late, and one outlook a month with its sums. All derived: made anew, not journalled."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from holdfast.common.models import Base
from holdfast.common.months import check_month
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce.models import Invoice
from holdfast.records.customers.models import Customer

GROUPS = ("company", "department", "owner", "category")


class LateChanceQuerySet(models.QuerySet["LateChance"]):
    def visible_to(self, viewer: User) -> LateChanceQuerySet:
        """Those about invoices of customers the viewer may see."""
        return self.filter(invoice__customer__in=Customer.objects.visible_to(viewer).order_by().values("pk"))


class LateChance(models.Model):
    """One row an invoice: the chance (0–1) that it is not paid by its due day, as told by what was known when issued.

    `late_days`: days beyond its due day to expect if it is late. `base`: the share of everybody's invoices that were
    late by then. `reasons`: [[code, numbers], …] of rules.WHY, the strongest first. Derived, so not journalled.
    """

    invoice = models.OneToOneField(Invoice, models.CASCADE, primary_key=True, related_name="late_chance")
    p_late = models.FloatField()
    base = models.FloatField()
    late_days = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)

    objects = LateChanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(p_late__gte=0, p_late__lte=1), name="late_chance_is_a_chance")
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.p_late:.2f}"


class Outlook(Base):
    """What was foreseen in one month; the newest is shown, the earlier ones stay to be compared with what came.

    `late`: the test of the chances (rules.late_figures). `demand`: how the forecast came about and how it did before
    (rules.demand_figures); empty without a complete month. `path`, `sha256`: the file with a row a customer, relative
    to DATA; "" without one. Sums and counts of the whole company; `snapshot`: id of the facts.
    """

    month = models.CharField(max_length=7, unique=True, validators=[check_month])
    as_of = models.DateField()
    snapshot = models.CharField(max_length=40)
    late = models.JSONField(default=dict)
    demand = models.JSONField(default=dict)
    path = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-month"]

    def __str__(self) -> str:
        return self.month

    @property
    def file(self) -> Path:
        return Path(settings.DATA) / self.path


def group_kinds() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in GROUPS]


class DemandGroup(models.Model):
    """Demand of the company, a department, an owner's customers or a product category. Derived.

    `key`: "" for the company and for what has none, else the department's or owner's key, or the category. `history`:
    [[month, minor], …]; `ahead`: [[month, minor, p10, p90], …], without tax; `told`: how it came about.
    """

    outlook = models.ForeignKey(Outlook, models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=12, choices=group_kinds)
    key = models.CharField(max_length=120, blank=True)
    customers = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    history = models.JSONField(default=list)
    ahead = models.JSONField(default=list)
    told = models.JSONField(default=dict)

    class Meta:
        ordering = ["kind", "-total_minor", "key"]
        constraints = [models.UniqueConstraint(fields=["outlook", "kind", "key"], name="demand_group_once")]

    def __str__(self) -> str:
        return f"{self.outlook_id} {self.kind} {self.key}"
