"""Where a customer stands, published down by `insight.scores`; read everywhere, written only through services."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from holdfast.common.labels import MOVEMENTS, RISKS, STAGES
from holdfast.records.customers.models.customer import Customer


def stages() -> list[tuple[str, Any]]:
    return list(STAGES.items())


def movements() -> list[tuple[str, Any]]:
    return list(MOVEMENTS.items())


def risks() -> list[tuple[str, Any]]:
    return list(RISKS.items())


class Standing(models.Model):
    """One row a customer: the newest scores. Amounts in the company's minor units, scores 0–100, chances 0–1."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="standing")
    month = models.CharField(max_length=7)
    as_of = models.DateField()

    stars = models.PositiveSmallIntegerField(null=True)
    stars_hint = models.PositiveSmallIntegerField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_overridden = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    coverage = models.FloatField(default=0)
    revenue_part = models.FloatField(null=True)
    profit_part = models.FloatField(null=True)
    efficiency_part = models.FloatField(null=True)
    integrity_part = models.FloatField(null=True)
    difficulty_part = models.FloatField(null=True)
    explanation = models.JSONField(default=dict)

    stage = models.CharField(max_length=12, choices=stages, default="identified")
    stage_since = models.DateField(null=True)
    movement = models.CharField(max_length=10, choices=movements, blank=True)
    risk = models.CharField(max_length=6, choices=risks, blank=True)
    reasons = models.JSONField(default=list)

    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    purchase_days = models.PositiveIntegerField(default=0)
    typical_gap_days = models.FloatField(null=True)
    elapsed_days = models.PositiveIntegerField(null=True)
    p_gap = models.FloatField(null=True)
    recent_days = models.JSONField(default=list)

    revenue_minor = models.BigIntegerField(default=0)
    revenue_12m_minor = models.BigIntegerField(default=0)
    profit_12m_minor = models.BigIntegerField(null=True)
    orders_12m = models.PositiveIntegerField(default=0)
    at_stake_minor = models.BigIntegerField(default=0)
    revenue_class = models.CharField(max_length=1, blank=True)
    rfm = models.CharField(max_length=3, blank=True)

    profit_fields = frozenset({"profit_12m_minor", "profit_part", "efficiency_part", "score", "explanation"})

    class Meta:
        indexes = [
            models.Index(fields=["-at_stake_minor", "-customer"], name="standing_at_stake"),
            models.Index(fields=["-revenue_12m_minor", "-customer"], name="standing_revenue"),
            models.Index(fields=["-last_on", "-customer"], name="standing_last_on"),
            models.Index(fields=["stars", "-customer"], name="standing_stars"),
            models.Index(Coalesce("stars", "stars_hint"), F("customer").desc(), name="standing_shown_stars"),
            # A stage, a movement or a risk in the order in which they are mostly read: by the money at stake.
            models.Index(fields=["stage", "-at_stake_minor", "-customer"], name="standing_stage_stake"),
            models.Index(
                fields=["movement", "-at_stake_minor", "-customer", "revenue_12m_minor"],
                name="standing_movement_stake",
                condition=~Q(movement=""),
            ),
            models.Index(
                fields=["risk", "-at_stake_minor", "-customer"], name="standing_risk_stake", condition=~Q(risk="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.stars}"

    @property
    def shown_stars(self) -> int | None:
        """The stars, or the hint while too little is known for stars; shown hollow then, and no gate uses it."""
        return self.stars or self.stars_hint

    @property
    def is_hollow(self) -> bool:
        return self.is_provisional or self.stars is None


class StandingChange(models.Model):
    """What changed in a standing from one scoring to the next: stars, stage, risk or movement."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="standing_changes")
    on = models.DateField()
    month = models.CharField(max_length=7)
    field = models.CharField(max_length=12)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["month", "field", "after"], name="standing_change_month"),
            models.Index(fields=["-at"], name="standing_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.field} {self.before} → {self.after}"
