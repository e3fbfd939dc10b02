"""The service standard of each star, version by version, and the switches of the work that comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from holdfast.actions.care.rules import EVERY, LEVELS
from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import CHANNELS

MOST_TIMES, MOST_HOURS = 60, 720


def every_choices() -> list[tuple[str, Any]]:
    return list(EVERY.items())


def levels() -> list[tuple[str, Any]]:
    return list(LEVELS.items())


def channels() -> list[tuple[str, Any]]:
    return list(CHANNELS.items())


class StandardVersion(Base):
    """One version of the whole table; acts from `starts_on`, the first of a month, until a later one does. Never changed.

    Version 1 is a proposal that comes with the product.
    """

    number = models.PositiveIntegerField(unique=True)
    starts_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    personal_fields = {"note": "keep"}

    class Meta:
        ordering = ["-starts_on", "-number"]

    def __str__(self) -> str:
        return f"v{self.number}"


class Standard(Base):
    """What one star is owed; `channel` empty is for all, else it goes before that for this channel of customers.

    `gift_budget_minor` a customer and year, `discount_percent` the highest discount, `service_minutes` planned a month.
    """

    version = models.ForeignKey(StandardVersion, models.CASCADE, related_name="standards")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    channel = models.CharField(max_length=12, choices=channels, blank=True)
    visits = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_TIMES)])
    visits_every = models.CharField(max_length=7, choices=every_choices, default="month")
    contacts = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_TIMES)])
    contacts_every = models.CharField(max_length=7, choices=every_choices, default="month")
    reply_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    gift_budget_minor = models.BigIntegerField(default=0, validators=[MinValueValidator(0)])
    discount_percent = models.DecimalField(
        max_digits=4, decimal_places=1, default=Decimal(0), validators=[MinValueValidator(0), MaxValueValidator(99)]
    )
    service_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(60 * MOST_HOURS)])
    owner_level = models.CharField(max_length=10, choices=levels, default="sales")

    class Meta:
        ordering = ["channel", "-stars"]
        constraints = [
            models.UniqueConstraint(fields=["version", "channel", "stars"], name="standard_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="standard_stars_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ {self.channel}".strip()

    def terms(self, kind: str) -> tuple[int, str]:
        """How many (or how many minutes), and per month or quarter."""
        if kind == "minutes":
            return self.service_minutes, "month"
        return (self.visits, self.visits_every) if kind == "visit" else (self.contacts, self.contacts_every)


def default_festivals() -> list[str]:
    return ["spring", "mid_autumn"]


class Switches(Base):
    """What the house does by itself; one row, made by a migration. Lead days are calendar days before the day itself."""

    use_provisional = models.BooleanField(default=True)
    open_tasks = models.BooleanField(default=True)
    greet_birthdays = models.BooleanField(default=True)
    birthday_stars = models.PositiveSmallIntegerField(default=3)
    birthday_days = models.PositiveSmallIntegerField(default=3)
    greet_festivals = models.BooleanField(default=True)
    festivals = models.JSONField(default=default_festivals)
    festival_stars = models.PositiveSmallIntegerField(default=4)
    festival_days = models.PositiveSmallIntegerField(default=7)
    thank = models.BooleanField(default=True)
    thank_count = models.PositiveSmallIntegerField(default=20)

    def __str__(self) -> str:
        return "switches"
