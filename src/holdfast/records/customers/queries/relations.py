"""Read addresses, relations, groups of companies and consents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Address, Consent, Customer, Relation, Standing
from holdfast.records.customers.rules.consent import CHANNELS, PURPOSES, Word, is_agreed
from holdfast.records.customers.rules.relations import MOST_ABOVE, RELATION_KINDS, RELATIONS_BACK


@dataclass(frozen=True)
class ShownRelation:
    """A relation from one customer's side; `other` is a customer the viewer may see."""

    relation: Relation
    title: Any
    other: Customer
    origin_owner: User | None


@dataclass(frozen=True)
class Group:
    """A group of companies as far as the viewer sees it: revenue of twelve months in minor units, without tax."""

    top: Customer
    members: list[Customer]
    revenue_12m_minor: int
    hidden: int


@dataclass(frozen=True)
class ConsentLine:
    """A purpose and what holds on each channel: True, False, or None where nothing was said."""

    title: Any
    words: list[tuple[Any, bool | None]]


def visible_addresses(viewer: User) -> QuerySet[Address]:
    return Address.objects.visible_to(viewer).select_related("customer", "contact")


def visible_relations(viewer: User) -> QuerySet[Relation]:
    """Relations of which both ends lie in the viewer's scope."""
    seen = Customer.objects.visible_to(viewer).order_by().values("pk")
    return Relation.objects.filter(customer__in=seen, other__in=seen).select_related(
        "customer", "other", "origin_owner"
    )


def relations_of(viewer: User, customer: Customer) -> list[ShownRelation]:
    """Both directions of a customer's relations with customers the viewer sees; each end tells it its own way."""
    rows = visible_relations(viewer).filter(Q(customer=customer) | Q(other=customer)).order_by("kind", "pk")
    return [_shown(row, customer) for row in rows]


def _shown(row: Relation, customer: Customer) -> ShownRelation:
    if row.customer_id == customer.pk:
        return ShownRelation(row, RELATION_KINDS[row.kind], row.other, row.origin_owner)
    return ShownRelation(row, RELATIONS_BACK[row.kind], row.customer, row.origin_owner)


def group_of(viewer: User, customer: Customer) -> Group | None:
    """The group around a customer, from its topmost parent down; None for a customer without parent and subsidiaries.

    A query a level. Revenue is summed over the members that the viewer sees; `hidden` counts the others.
    """
    top = _top(customer.pk)
    keys, level = [top], [top]
    for _step in range(MOST_ABOVE):
        rows = Relation.objects.filter(kind="parent", other__in=level).order_by("customer")
        level = [pk for pk in rows.values_list("customer", flat=True) if pk not in keys]
        if not level:
            break
        keys += level
    if len(keys) < 2:
        return None
    seen = Customer.objects.visible_to(viewer).select_related("owner").in_bulk(keys)
    members = [seen[pk] for pk in keys if pk in seen]
    money = Standing.objects.filter(customer__in=seen).order_by().values_list("revenue_12m_minor", flat=True)
    return Group(seen.get(top, customer), members, sum(money), len(keys) - len(members))


def _top(pk: int) -> int:
    seen = {pk}
    for _step in range(MOST_ABOVE):
        above = Relation.objects.filter(customer=pk, kind="parent").values_list("other", flat=True).first()
        if above is None or above in seen:
            return pk
        pk = above
        seen.add(pk)
    return pk


def consents_of(viewer: User, customer: Customer) -> QuerySet[Consent]:
    """Every word given or taken back, newest first."""
    return Consent.objects.visible_to(viewer).filter(customer=customer).select_related("contact", "author")


def consent_lines(viewer: User, customer: Customer) -> list[ConsentLine]:
    """What holds now by purpose and channel; purposes nobody spoke of are left out."""
    rows = list(consents_of(viewer, customer))
    lines = []
    for purpose, title in PURPOSES.items():
        words = [Word(row.channel, row.is_given) for row in rows if row.purpose == purpose]
        spoken = [code for code in CHANNELS if any(word.channel == code for word in words)]
        if spoken:
            told = [(CHANNELS[code], _newest(words, code)) for code in spoken]
            lines.append(ConsentLine(title, told))
    return lines


def _newest(words: list[Word], channel: str) -> bool | None:
    return is_agreed(words, channel)


def may_contact(customer: Customer, *, purpose: str, channel: str) -> bool:
    """Whether something may be sent to this customer: nothing against its wish, marketing never while it is restricted.

    For every sender of this house, so without a viewer. Silence is a no.
    """
    if purpose == "marketing" and customer.no_marketing_on is not None:
        return False
    if customer.erased_on is not None:
        return False
    rows = Consent.objects.filter(customer=customer, purpose=purpose, channel__in=[channel, "any"])
    return is_agreed([Word(row.channel, row.is_given) for row in rows.order_by("-on", "-pk")], channel)
