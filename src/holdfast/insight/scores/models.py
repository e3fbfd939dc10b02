"""Definitions and their versions, the run of each month, frozen references, stars set by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.common.months import check_month, today
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer

RUN_STATES = {"open": _("进行中"), "closed": _("已关账"), "signed": _("已签发")}


def run_states() -> list[tuple[str, Any]]:
    return list(RUN_STATES.items())


class Definition(Base):
    """One version of how scores are made; acts from `starts_month` on, until a later version does. Never changed."""

    version = models.PositiveIntegerField(unique=True)
    starts_month = models.CharField(max_length=7, validators=[check_month])
    params = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"


class Run(Base):
    """The scores of one month: which file, from which facts, by which definition.

    `open`: the month goes on, the file is replaced. `closed`: scored at the month's last day. `signed`: never again
    changed. `path` is relative to DATA. `snapshot` holds id, row counts and hashes of the facts; `summary` sums and
    counts of the whole company. `matrix` says where the customer × product pairs of the month lie ({"path", "sha256",
    "of": the month's file they belong to}); empty until they are made.
    """

    month = models.CharField(max_length=7, unique=True, validators=[check_month])
    state = models.CharField(max_length=6, choices=run_states, default="open")
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="runs")
    as_of = models.DateField()
    movement_month = models.CharField(max_length=7)
    path = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    method_version = models.CharField(max_length=20)
    snapshot = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    matrix = models.JSONField(default=dict)
    scored_at = models.DateTimeField()
    scored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="signed", frozen_at__isnull=False) | (~Q(state="signed") & Q(frozen_at=None)),
                name="run_signed_whole",
            )
        ]

    def __str__(self) -> str:
        return self.month

    @property
    def is_signed(self) -> bool:
        return self.state == "signed"

    @property
    def file(self) -> Path:
        return Path(settings.DATA) / self.path


class Reference(Base):
    """What the scores of a quarter are measured against: the distributions at its start, frozen with the first signing.

    One a quarter and definition. `customers` counts who stands in it; `as_of` is the day it was taken.
    """

    quarter = models.CharField(max_length=6)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="references")
    as_of = models.DateField()
    content = models.TextField()
    customers = models.PositiveIntegerField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-quarter"]
        constraints = [models.UniqueConstraint(fields=["quarter", "definition"], name="reference_once")]

    def __str__(self) -> str:
        return self.quarter


class MatrixPolicy(Base):
    """One version of how the sixteen cells of customer × product are served; the newest one is in force.

    `params` as analysis.matrix.PolicyParams takes them. Never changed.
    """

    version = models.PositiveIntegerField(unique=True)
    params = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"


class Override(Base):
    """A star set by hand: asked for with a reason, in force once somebody else approved it, until it expires."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="star_overrides")
    stars = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_on = models.DateField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    personal_fields = {"reason": "blank", "answer": "blank"}

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["customer", "-id"], name="override_customer")]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="override_stars_1_to_5"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False, rejected_at=None),
                name="override_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("requested_by")),
                name="override_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(approved_at=None, rejected_at=None, ended_at=None),
                name="override_one_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.stars}"

    @property
    def state(self) -> str:
        """pending, rejected, ended, expired or active."""
        if self.rejected_at:
            return "rejected"
        if self.ended_at:
            return "ended"
        if self.expires_on < today():
            return "expired"
        return "active" if self.approved_at else "pending"
