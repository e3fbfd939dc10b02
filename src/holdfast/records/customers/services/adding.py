"""Add customers with their contacts and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.services.codes import give_codes
from holdfast.records.customers.services.custom import settle_values
from holdfast.records.customers.services.inserting import insert_rows
from holdfast.records.customers.services.rows import built_contacts, built_customer, checked, subject_of
from holdfast.records.customers.services.searching import write_entries
from holdfast.records.customers.services.tags import clean_names, ensure_tags

Rows = Sequence[Mapping[str, Any]]


def add_customer(
    *, by: User | None, batch: Batch | None = None, contacts: Rows = (), tags: Sequence[str] = (), **fields: Any
) -> Customer:
    """Add one customer; fields as in `CustomerRow`. A Refusal names the field."""
    return add_customers([{**fields, "contacts": contacts, "tags": tags}], by=by, batch=batch)[0]


@transaction.atomic
def add_customers(rows: Iterable[Mapping[str, Any]], *, by: User | None, batch: Batch | None = None) -> list[Customer]:
    """Add many customers, all or none, in the order of the rows; call it with at most 500 rows.

    Each is numbered, keyed, searchable and journalled (contacts and tags within the customer's entry).
    """
    clean = [checked(row) for row in rows]
    settle_values(clean, by=by)
    customers = [built_customer(row) for row in clean]
    give_codes(customers)
    Customer.objects.bulk_create(customers)
    contacts = _add_contacts(customers, clean)
    tags = _add_tags(customers, clean, by, batch)
    write_entries(zip(customers, contacts, strict=True))
    audit.record_many(_entries(customers, contacts, tags), actor=by, verb="add", batch=batch)
    return customers


def _add_contacts(customers: list[Customer], rows: list[dict[str, Any]]) -> list[list[Contact]]:
    contacts = [
        built_contacts(customer, row.get("contacts") or ()) for customer, row in zip(customers, rows, strict=True)
    ]
    insert_rows([contact for people in contacts for contact in people])
    return contacts


def _add_tags(
    customers: list[Customer], rows: list[dict[str, Any]], by: User | None, batch: Batch | None
) -> list[list[int]]:
    """The keys of each customer's tags."""
    names = [clean_names(row.get("tags") or ()) for row in rows]
    known = ensure_tags({name for some in names for name in some}, by=by, batch=batch)
    tags = [sorted(known[name].pk for name in some) for some in names]
    link = Customer.tags.through
    insert_rows(
        [
            link(customer_id=customer.pk, tag_id=tag)
            for customer, some in zip(customers, tags, strict=True)
            for tag in some
        ]
    )
    return tags


def _entries(customers: list[Customer], contacts: list[list[Contact]], tags: list[list[int]]) -> list[Any]:
    entries = []
    for customer, people, some in zip(customers, contacts, tags, strict=True):
        after = audit.snapshot(customer)
        after["tags"] = some
        if people:
            after["contacts"] = [told_contact(person) for person in people]
        entries.append((customer, None, after, subject_of(customer.pk)))
    return entries


def told_contact(contact: Contact) -> dict[str, Any]:
    """A contact within its customer's entry: what is said of it, without the keys."""
    names = (
        "name", "title", "phone", "email", "wechat", "birth_calendar", "birth_year", "birth_month", "birth_day",
        "birth_is_leap_month", "note",
    )  # fmt: skip
    told = {name: value for name in names if (value := getattr(contact, name))}
    if not contact.birth_month:
        told.pop("birth_calendar", None)
    return told
