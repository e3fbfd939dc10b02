"""Read what customers said about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, Need
from holdfast.records.customers.rules.needs import NEED_ICONS, NEED_KINDS


@dataclass(frozen=True)
class NeedGroup:
    """The statements of one kind, newest first."""

    kind: str
    title: str
    icon: str
    needs: list[Need]


def visible_needs(viewer: User) -> QuerySet[Need]:
    """Statements of customers the viewer may see, newest first, with contact and author."""
    return Need.objects.visible_to(viewer).select_related("customer", "contact", "author")


def needs_of(viewer: User, customer: Customer) -> QuerySet[Need]:
    """One customer's statements, newest first, those that ended too."""
    return visible_needs(viewer).filter(customer=customer)


def standing_needs(viewer: User, customer: Customer) -> list[NeedGroup]:
    """What is true of a customer now, by kind; kinds nothing is known of are left out."""
    rows: dict[str, list[Need]] = {}
    for need in needs_of(viewer, customer).filter(ended_on=None):
        rows.setdefault(need.kind, []).append(need)
    return [
        NeedGroup(kind, str(title), NEED_ICONS[kind], rows[kind]) for kind, title in NEED_KINDS.items() if kind in rows
    ]


def requirements_of(viewer: User, customers: Iterable[Customer]) -> dict[int, list[str]]:
    """Customer → what must be heeded whenever it is served: the text on its record, then the requirements said since.

    One query however many customers; those out of the viewer's scope are left out.
    """
    keys = [customer.pk for customer in customers]
    found: dict[int, list[str]] = {}
    seen = Customer.objects.visible_to(viewer).filter(pk__in=keys).order_by()
    for pk, text in seen.exclude(special_requirements="").values_list("pk", "special_requirements"):
        found.setdefault(pk, []).append(text)
    rows = Need.objects.visible_to(viewer).filter(kind="requirement", ended_on=None, customer__in=keys)
    for pk, text in rows.order_by("-said_on", "-pk").values_list("customer_id", "text"):
        found.setdefault(pk, []).append(text)
    return found
