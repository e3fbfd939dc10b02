"""Search entries: made with the customer, made anew when it or a contact changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from holdfast.common import searchkeys
from holdfast.records.customers.models import Contact, Customer, SearchEntry

CHUNK = 500
UPSERT = (
    "INSERT INTO customers_searchentry (customer_id, tokens, text) VALUES (%s, %s, %s) "
    "ON CONFLICT (customer_id) DO UPDATE SET tokens = excluded.tokens, text = excluded.text"
)


def built_entry(customer: Customer, contacts: Sequence[Contact], former: Sequence[Customer] = ()) -> SearchEntry:
    """What finds this customer: names, code, phones, e-mails, the people there, and what entries merged into it said.

    An entry that was merged or erased is found by nothing.
    """
    if customer.merged_into_id or customer.erased_on:
        return SearchEntry(customer_id=customer.pk)
    contacts = sorted(contacts, key=lambda person: (not person.is_primary, person.pk or 0))  # however they were written
    names = [name for row in (customer, *former) for name in (row.name, row.short_name)]
    is_person = customer.kind == "person"
    people = [*(names if is_person else ()), *(contact.name for contact in contacts)]
    found = searchkeys.entry(
        companies=() if is_person else names,
        people=people,
        numbers=_numbers(customer, contacts),
        codes=[
            customer.code,
            customer.uscc,
            customer.email,
            *(contact.email for contact in contacts),
            *(row.code for row in former),
        ],
    )
    return SearchEntry(customer_id=customer.pk, tokens=found.tokens, text=found.text)


def _numbers(customer: Customer, contacts: Sequence[Contact]) -> list[str]:
    """Numbers by their key, so that +86 and blanks do not matter; as typed where there is none."""
    pairs = [(customer.phone_key, customer.phone), *((person.phone_key, person.phone) for person in contacts)]
    return [key or typed for key, typed in pairs]


def write_entries(pairs: Iterable[tuple[Customer, Sequence[Contact]]]) -> None:
    """Insert or replace the entries of customers with their contacts.

    Plain SQL, because an import writes one for each row and the ORM took three times as long.
    """
    known = list(pairs)
    former = _former(customer.pk for customer, _contacts in known)
    entries = [built_entry(customer, contacts, former.get(customer.pk, ())) for customer, contacts in known]
    if entries:
        with connection.cursor() as cursor:
            cursor.executemany(UPSERT, [(entry.customer_id, entry.tokens, entry.text) for entry in entries])


def _former(customer_ids: Iterable[int]) -> dict[int, list[Customer]]:
    """Customer → the entries that were merged into it."""
    found: dict[int, list[Customer]] = {}
    for row in Customer.objects.filter(merged_into__in=list(customer_ids)).order_by("pk"):
        found.setdefault(row.merged_into_id or 0, []).append(row)
    return found


def refresh_search(customer_ids: Iterable[Any]) -> None:
    """Make the entries of these customers anew from the tables."""
    ids = sorted({int(pk) for pk in customer_ids})
    for start in range(0, len(ids), CHUNK):
        chunk = Customer.objects.filter(pk__in=ids[start : start + CHUNK]).prefetch_related("contacts")
        write_entries([(customer, list(customer.contacts.all())) for customer in chunk])


def refresh_search_of_contacts(contact_ids: Iterable[Any]) -> None:
    """Likewise, named by contacts."""
    found = Contact.objects.filter(pk__in=[int(pk) for pk in contact_ids])
    refresh_search(found.values_list("customer_id", flat=True))
