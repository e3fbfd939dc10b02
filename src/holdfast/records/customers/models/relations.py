"""Where a customer can be found, and whom it belongs to, came from and deals with."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models.customer import Contact, Customer
from holdfast.records.customers.rules.relations import ADDRESS_KINDS, RELATION_KINDS


def address_kinds() -> list[tuple[str, Any]]:
    return list(ADDRESS_KINDS.items())


def relation_kinds() -> list[tuple[str, Any]]:
    return list(RELATION_KINDS.items())


class AddressQuerySet(models.QuerySet["Address"]):
    def visible_to(self, viewer: User) -> AddressQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(viewer).order_by().values("pk"))


class Address(Base):
    """One of a customer's addresses; the person to ask for there is one of its contacts."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=address_kinds)
    address = models.CharField(max_length=200)
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="addresses")
    note = models.CharField(max_length=200, blank=True)

    objects = AddressQuerySet.as_manager()
    personal_fields = {"address": "erase", "postcode": "erase", "note": "erase"}

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.address


class RelationQuerySet(models.QuerySet["Relation"]):
    def visible_to(self, viewer: User) -> RelationQuerySet:
        """Relations of which the viewer may see one end; show the other only if it is visible too."""
        seen = Customer.objects.visible_to(viewer).order_by().values("pk")
        return self.filter(Q(customer__in=seen) | Q(other__in=seen))


class Relation(Base):
    """`other` is the customer's parent, referrer, supplier or partner; read backwards a parent has subsidiaries.

    A referral keeps who owned the referrer on the day it was made: the origin owner.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="relations_back")
    kind = models.CharField(max_length=10, choices=relation_kinds)
    since_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    origin_owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RelationQuerySet.as_manager()
    personal_fields = {"note": "erase"}

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(customer=F("other")), name="relation_between_two"),
            models.UniqueConstraint(fields=["customer", "other", "kind"], name="relation_once"),
            models.UniqueConstraint(fields=["customer"], condition=Q(kind="parent"), name="relation_one_parent"),
            models.UniqueConstraint(fields=["customer"], condition=Q(kind="referrer"), name="relation_one_referrer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.other_id}"
