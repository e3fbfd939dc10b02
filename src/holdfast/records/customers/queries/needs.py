"""Read what customers said about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q, QuerySet

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
    spoken = FilteredRelation("needs", condition=Q(needs__kind="requirement", needs__ended_on=None))
    seen = Customer.objects.visible_to(viewer).filter(pk__in=[customer.pk for customer in customers])
    rows = seen.annotate(spoken=spoken).order_by("pk", "-spoken__said_on", "-spoken__pk")
    found: dict[int, list[str]] = {}
    for pk, text, said in rows.values_list("pk", "special_requirements", "spoken__text"):
        texts = found.setdefault(pk, [text] if text else [])
        texts += [said] if said else []
    return {pk: texts for pk, texts in found.items() if texts}
