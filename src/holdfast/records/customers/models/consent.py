"""What a customer agreed to, what it asked about its data, and what must not come back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import Contact, Customer
from holdfast.records.customers.rules.consent import CHANNELS, PURPOSES, REQUEST_KINDS


def purposes() -> list[tuple[str, Any]]:
    return list(PURPOSES.items())


def consent_channels() -> list[tuple[str, Any]]:
    return list(CHANNELS.items())


def request_kinds() -> list[tuple[str, Any]]:
    return list(REQUEST_KINDS.items())


class OfCustomers(models.QuerySet[Any]):
    def visible_to(self, viewer: User) -> OfCustomers:
        """Rows of customers the viewer may see."""
        return self.filter(customer__in=Customer.objects.visible_to(viewer).order_by().values("pk"))


class Consent(Base):
    """One word given or taken back, for a purpose on a channel; only ever added to, the newest counts."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="consents")
    purpose = models.CharField(max_length=12, choices=purposes)
    channel = models.CharField(max_length=10, choices=consent_channels)
    is_given = models.BooleanField()
    on = models.DateField()
    how = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()
    personal_fields = {"note": "erase", "how": "keep"}

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "purpose", "channel", "-on"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel} {self.is_given}"


class PrivacyRequest(Base):
    """A request of the person concerned: to see, to have erased, to be left alone; what was done about it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="privacy_requests")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="privacy_requests")
    kind = models.CharField(max_length=10, choices=request_kinds)
    asked_on = models.DateField()
    due_on = models.DateField()
    identity_check = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    # What was done: counts by table, what is kept and until when; codes and numbers only.
    result = models.JSONField(default=dict)

    objects = OfCustomers.as_manager()
    personal_fields = {"identity_check": "erase", "note": "erase"}

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=models.F("asked_on")), name="privacy_request_due_after")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_id}"


class ErasedKey(models.Model):
    """A keyed digest of a phone, mail address or credit code that was erased, so that an import does not revive it."""

    kind = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="erased_keys")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest", "customer"], name="erased_key_once")]
        indexes = [models.Index(fields=["digest"], name="erased_key_digest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
