"""Contacts that have taken place, who took part, and how long a contact usually takes."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline.models.entries import OfCustomerQuerySet
from holdfast.records.timeline.models.tasks import Task
from holdfast.records.timeline.rules import CHANNELS, DIRECTIONS, MOST_MINUTES


def channels() -> list[tuple[str, Any]]:
    return list(CHANNELS.items())


def directions() -> list[tuple[str, Any]]:
    return list(DIRECTIONS.items())


class Interaction(Base):
    """A contact that has taken place. `on` is the company's day of `at`; `minutes` null: nobody noted them.

    `task` is the plan it fulfilled; `source` names what brought it in from elsewhere, once only.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions")
    channel = models.CharField(max_length=8, choices=channels)
    direction = models.CharField(max_length=3, choices=directions, default="out")
    at = models.DateTimeField()
    on = models.DateField(editable=False)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    summary = models.TextField(blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="interactions")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, blank=True, related_name="interactions")
    source = models.CharField(max_length=80, blank=True)

    objects = OfCustomerQuerySet.as_manager()
    personal_fields = {"summary": "erase"}

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"], name="interaction_of_customer")]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="interaction_source_once"),
            models.CheckConstraint(condition=Q(minutes=None) | Q(minutes__gt=0), name="interaction_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.on}"


class Participant(models.Model):
    """A colleague who took part; each of them spent the minutes."""

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interaction", "user"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.interaction_id}"


class UsualMinutes(Base):
    """How long a contact by a channel takes where nobody noted it; one row a channel, made by a migration."""

    channel = models.CharField(max_length=8, choices=channels, unique=True)
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)])

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.channel}: {self.minutes}"
