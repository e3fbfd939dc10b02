"""The monthly report, and what the meeting decided."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.common.months import Month, check_month
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer

ACTION_KINDS = {
    "win_back": _("挽回"),
    "stop_decline": _("止跌"),
    "call": _("联系"),
    "thank": _("致谢"),
    "other": _("其他"),
}


def action_kinds() -> list[tuple[str, Any]]:
    return list(ACTION_KINDS.items())


class MonthlyReport(Base):
    """One month's 维析 report: a draft is made anew at will, a signed one never changes.

    `figures` is the whole content as numbers and codes, company-wide; `sha256` its checksum. Texts are made when shown.
    """

    month = models.CharField(max_length=7, unique=True, validators=[check_month])
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    comment = models.TextField(blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="report_signature_complete",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="report_review_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.month

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def calendar(self) -> Month:
        return Month.parse(self.month)


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, viewer: User) -> ActionQuerySet:
        """Actions of visible customers, one's own, and those that concern no customer."""
        mine = Q(assignee=viewer) | Q(customer=None) | Q(customer__in=Customer.objects.visible_to(viewer))
        return self.filter(mine)


class Action(Base):
    """What somebody is to do after the meeting, by a day: for one customer, or (no customer) for the company.

    An action for a customer becomes a task when the report is signed (`reports.action:<id>`); one for the company is
    finished here.
    """

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="actions")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="report_actions")
    kind = models.CharField(max_length=14, choices=action_kinds, default="win_back")
    text = models.CharField(max_length=200)
    assignee = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)

    objects = ActionQuerySet.as_manager()
    personal_fields = {"text": "blank", "outcome": "blank"}

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "customer"], condition=Q(customer__isnull=False), name="action_once_a_customer"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def source(self) -> str:
        return f"reports.action:{self.pk}"
