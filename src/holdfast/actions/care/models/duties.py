"""What a customer is owed in a window, and the tasks opened for it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from holdfast.actions.care.models.standards import Standard
from holdfast.actions.care.rules import KINDS, Window
from holdfast.common.models import Base
from holdfast.common.months import check_month
from holdfast.foundation.accounts.models import Department, User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.models.entries import OfCustomerQuerySet


def kinds() -> list[tuple[str, Any]]:
    return list(KINDS.items())


class Duty(Base):
    """`due` visits, contacts or minutes for a customer from `starts_on` to `ends_on`, by the star of that month's start.

    Derived from the standards by the nightly work, so not journalled: which standard it was stands in `standard`. Owner
    and department follow the customer while the window runs. `done` is kept with `closed_at` once the window is over:
    the past never changes again. Until then `counted` is what the last counting found (see Counting).
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=8, choices=kinds)
    starts_on = models.DateField()
    ends_on = models.DateField()
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="duties")
    stars = models.PositiveSmallIntegerField()
    is_provisional = models.BooleanField(default=False)
    due = models.PositiveIntegerField()
    done = models.PositiveIntegerField(null=True)
    counted = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="duties")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="duties")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "pk"]
        indexes = [
            models.Index(fields=["ends_on", "kind", "stars"], name="duty_ends"),
            models.Index(fields=["owner", "ends_on"], name="duty_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "starts_on"], name="duty_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="duty_ends_after_start"),
            models.CheckConstraint(
                condition=Q(done=None, closed_at=None) | Q(done__isnull=False, closed_at__isnull=False),
                name="duty_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.starts_on}"

    @property
    def window(self) -> Window:
        return Window(self.starts_on, self.ends_on)


class Counting(models.Model):
    """How far the running duties were counted: contacts up to a key, tasks finished up to a moment; one row.

    Customers with anything newer are counted when a figure is asked for.
    """

    interaction = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"counted {self.at}"


class Tally(models.Model):
    """A closed month of the whole company, summed once: what an execution figure needs, instead of a million rows."""

    month = models.CharField(max_length=7, validators=[check_month])
    stars = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=kinds)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    is_provisional = models.BooleanField(default=False)
    n_due = models.PositiveIntegerField()
    n_kept = models.PositiveIntegerField()
    n_customers = models.PositiveIntegerField()
    n_short = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["month", "stars"], name="tally_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.stars} {self.kind}"


class DutyTask(models.Model):
    """A task opened for a duty."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="links")
    task = models.OneToOneField(Task, models.CASCADE, related_name="duty_link")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "number"], name="duty_task_once")]

    def __str__(self) -> str:
        return f"{self.duty_id}/{self.number}"
