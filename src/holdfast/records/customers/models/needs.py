"""What a customer needs, likes, does and asks for: dated statements with their author and source."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import Contact, Customer
from holdfast.records.customers.rules.needs import NEED_KINDS, NEED_SOURCES


def need_kinds() -> list[tuple[str, Any]]:
    return list(NEED_KINDS.items())


def need_sources() -> list[tuple[str, Any]]:
    return list(NEED_SOURCES.items())


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, viewer: User) -> NeedQuerySet:
        """Statements of customers the viewer may see."""
        return self.filter(customer__in=Customer.objects.visible_to(viewer).order_by().values("pk"))


class Need(Base):
    """One statement. What changed is said anew and supersedes the old one; nothing said is overwritten."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="needs")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="needs")
    kind = models.CharField(max_length=12, choices=need_kinds)
    text = models.TextField()
    said_on = models.DateField()
    source = models.CharField(max_length=12, choices=need_sources, default="other")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="supersedes")
    # Last time that somebody found it still true, and the day from which it no longer was.
    confirmed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = NeedQuerySet.as_manager()
    personal_fields = {"text": "erase"}

    class Meta:
        ordering = ["-said_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "kind", "-said_on"], name="need_of_customer"),
            models.Index(
                fields=["kind", "customer"], name="need_standing", condition=Q(ended_on=None, superseded_by=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(ended_on__isnull=False), name="need_superseded_has_ended"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_valid(self) -> bool:
        return self.ended_on is None
