"""Tasks: what somebody is to do for a customer by a day."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.rules import repeat_from, repeat_words

TASK_KINDS = {
    "call": _("打电话"),
    "visit": _("拜访"),
    "win_back": _("挽回"),
    "stop_decline": _("止跌"),
    "thank": _("致谢"),
    "other": _("其他"),
}

# The room that opened a task → the word for it.
SOURCES = {"reports": _("维析月报行动"), "care": _("关怀计划")}


def task_kinds() -> list[tuple[str, Any]]:
    return list(TASK_KINDS.items())


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, viewer: User) -> TaskQuerySet:
        """Tasks of visible customers; one's own always."""
        if viewer.may(Permission.CUSTOMER_VIEW) and viewer.scope == Scope.ALL:
            return self
        seen = Customer.objects.visible_to(viewer).order_by().filter(pk=OuterRef("customer_id"))
        return self.filter(Q(assignee=viewer) | Q(Exists(seen)))


class Task(Base):
    """Something to do for a customer. `source` names what opened it, as `reports.action:12`, once only."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=14, choices=task_kinds, default="call")
    title = models.CharField(max_length=200)
    assignee = models.ForeignKey(User, models.PROTECT, related_name="tasks")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=400, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=80, blank=True)
    # The time of day, where it matters; how many minutes before it to remind (null: not), and when that will be.
    due_time = models.TimeField(null=True, blank=True)
    remind_minutes = models.PositiveIntegerField(null=True, blank=True, default=0)
    remind_at = models.DateTimeField(null=True, editable=False)
    # A rule as rules.Repeat keeps it; when this one is finished the next follows it.
    repeat = models.JSONField(null=True, blank=True)
    follows = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="next")
    # When the manager was told that it is long overdue.
    escalated_at = models.DateTimeField(null=True, editable=False)

    objects = TaskQuerySet.as_manager()
    personal_fields = {"title": "blank", "outcome": "blank"}

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["assignee", "due_on"], name="task_open", condition=Q(done_at=None)),
            models.Index(
                fields=["remind_at"], name="task_to_remind", condition=Q(done_at=None, remind_at__isnull=False)
            ),
            models.Index(fields=["due_on"], name="task_late", condition=Q(done_at=None, escalated_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="task_source_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_overdue(self) -> bool:
        """Its day passed, or passed before it was done."""
        return self.due_on < (timezone.localdate(self.done_at) if self.done_at else today())

    @property
    def repeat_words(self) -> str:
        """「每周的周三」; empty for a task that does not repeat."""
        rule = repeat_from(self.repeat)
        return repeat_words(rule) if rule else ""

    @property
    def source_word(self) -> str:
        """What opened it, in a word; empty for a person."""
        return str(SOURCES.get(self.source.partition(".")[0], "")) if self.source else ""
