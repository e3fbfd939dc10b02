"""What the customers room knows of a customer's history: on file since, put away, handed over, stars, stage and needs.

That room lies below and cannot push; so its lines are fetched from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from holdfast.records.customers.models import Customer, Need, OwnershipChange, StandingChange
from holdfast.records.timeline.rules import EntryRow

CREATED = "customers.customer"
ARCHIVED = "customers.archived"
HANDED_OVER = "customers.ownershipchange"
STANDING = "customers.standingchange"
NEED = "customers.need"
MERGED = "customers.merged"
TOLD_FIELDS = ("stars", "stage")
CHUNK = 2000

Rows = Iterator[EntryRow]


def _of(rows: QuerySet[Any, Any], name: str, customer: Customer | None) -> Iterator[Any]:
    found = rows if customer is None else rows.filter(**{name: customer.pk})
    return found.order_by("pk").iterator(CHUNK)


def created_rows(customer: Customer | None = None) -> Rows:
    """On file since; of one customer or of all."""
    for pk, seen_on, at in _of(Customer.objects.values_list("pk", "first_seen_on", "created_at"), "pk", customer):
        yield _row(CREATED, pk, pk, _noon(seen_on) if seen_on else at)


def archived_rows(customer: Customer | None = None) -> Rows:
    """Put away: only while it is so."""
    archived = Customer.objects.exclude(archived_at=None).values_list("pk", "archived_at")
    for pk, at in _of(archived, "pk", customer):
        yield _row(ARCHIVED, pk, pk, at)


def merged_rows(customer: Customer | None = None) -> Rows:
    """Duplicates that became part of this file."""
    merged = Customer.objects.exclude(merged_into=None).exclude(archived_at=None)
    names = ("pk", "merged_into_id", "archived_at", "code")
    for pk, kept, at, code in _of(merged.values_list(*names), "merged_into", customer):
        yield {**_row(MERGED, pk, kept, at), "payload": {"code": code}}


def handed_over_rows(customer: Customer | None = None) -> Rows:
    """Every hand-over, with the names of both owners; the first owner is no hand-over."""
    names = ("pk", "customer_id", "at", "before__name", "after__name", "by_id", "reason")
    for pk, owned, at, before, after, by, reason in _of(
        OwnershipChange.objects.values_list(*names), "customer", customer
    ):
        yield {
            **_row(HANDED_OVER, pk, owned, at), "payload": {"before": before or "", "after": after or ""},
            "text": reason, "author_id": by,
        }  # fmt: skip


def standing_rows(customer: Customer | None = None) -> Rows:
    """Every change of stars and of stage."""
    told = StandingChange.objects.filter(field__in=TOLD_FIELDS)
    names = ("pk", "customer_id", "on", "field", "before", "after")
    for pk, owned, on, field, before, after in _of(told.values_list(*names), "customer", customer):
        yield {**_row(STANDING, pk, owned, _noon(on)), "payload": {"field": field, "before": before, "after": after}}


def need_rows(customer: Customer | None = None) -> Rows:
    """Every statement of needs and preferences, on the day it was said."""
    names = ("pk", "customer_id", "said_on", "kind", "text", "author_id")
    for pk, owned, said_on, kind, text, author in _of(Need.objects.values_list(*names), "customer", customer):
        yield {
            **_row(NEED, pk, owned, _noon(said_on)), "kind": "need",
            "payload": {"kind": kind}, "text": text, "author_id": author,
        }  # fmt: skip


def _noon(day: date) -> datetime:
    """A moment for what is known by its day only."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def _row(source: str, key: int, customer: int, at: Any) -> EntryRow:
    return {
        "source": source, "source_id": key, "customer_id": customer, "kind": "change", "at": at, "payload": {},
        "text": "", "author_id": None,
    }  # fmt: skip


EVENTS: dict[str, Callable[..., Rows]] = {
    CREATED: created_rows, ARCHIVED: archived_rows, HANDED_OVER: handed_over_rows, STANDING: standing_rows,
    NEED: need_rows,
    MERGED: merged_rows,
}  # fmt: skip
