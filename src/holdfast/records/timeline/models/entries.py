"""One history per customer: a line for each thing that happened, pushed by the room that keeps the thing."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.rules import ENTRY_KINDS


def entry_kinds() -> list[tuple[str, Any]]:
    return list(ENTRY_KINDS.items())


class OfCustomerQuerySet(models.QuerySet[Any]):
    """Rows that hang on a customer and are seen with it."""

    def visible_to(self, viewer: User) -> Any:
        """Rows of customers that the viewer sees."""
        if viewer.may(Permission.CUSTOMER_VIEW) and viewer.scope == Scope.ALL:
            return self
        seen = Customer.objects.visible_to(viewer).order_by().filter(pk=OuterRef("customer_id"))
        return self.filter(Exists(seen))


class Entry(models.Model):
    """A line of a customer's history. Derived: `source` and `source_id` name the row it tells of, once only.

    `payload` holds codes and numbers; `text` is what somebody wrote, and is what a search in the history reads.
    Not journalled: the rows it is made from are, and `holdfast doctor` makes it anew.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="entries")
    source = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=entry_kinds)
    payload = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfCustomerQuerySet.as_manager()
    personal_fields = {"text": "erase"}

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="entry_of_customer"),
            # What people wrote, newest first: the search in notes walks it until it has enough.
            models.Index(fields=["-at", "-id"], name="entry_with_text", condition=~Q(text="")),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="entry_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.source_id}"
