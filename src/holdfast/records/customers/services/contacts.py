"""The people at a customer: who is added, changed and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from holdfast.common import searchkeys
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.services.rows import fill_contact, subject_of

WRITTEN = (
    "name", "title", "phone", "email", "wechat", "is_primary", "birth_calendar", "birth_year", "birth_month", "birth_day",
    "birth_is_leap_month", "note", "phone_key", "email_key", "updated_at",
)  # fmt: skip


@dataclass
class ContactPlan:
    """What becomes of a customer's people; `people` are those there afterwards."""

    people: list[Contact] = field(default_factory=list)
    added: list[Contact] = field(default_factory=list)
    changed: list[tuple[Contact, dict[str, Any]]] = field(default_factory=list)
    removed: list[Contact] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def plan_contacts(
    customer: Customer, people: list[Contact], rows: Sequence[Mapping[str, Any]] | None, *, keep: bool
) -> ContactPlan:
    """Match rows with the people there, by key, else by name, else by phone; `keep` removes nobody."""
    if rows is None:
        return ContactPlan(people=people)
    plan, rest = ContactPlan(), list(people)
    for row in map(rules.clean_contact, rows):
        contact = _match(rest, row)
        if contact is None:
            contact = Contact(customer=customer)
            fill_contact(contact, row)
            plan.added.append(contact)
        else:
            rest.remove(contact)
            _change(plan, contact, row)
        plan.people.append(contact)
    if keep:
        plan.people += rest
    else:
        plan.removed = rest
    _settle_primary(plan)
    return plan


def _match(people: list[Contact], row: Mapping[str, Any]) -> Contact | None:
    if row.get("pk"):
        return next((person for person in people if person.pk == int(row["pk"])), None)
    name, phone = searchkeys.person_key(row.get("name")), searchkeys.phone_key(row.get("phone"))
    same_name = [person for person in people if searchkeys.person_key(person.name) == name]
    return next(iter(same_name), None) or next(
        (person for person in people if phone and person.phone_key == phone and not name), None
    )


def _change(plan: ContactPlan, contact: Contact, row: Mapping[str, Any]) -> None:
    before = audit.snapshot(contact)
    fill_contact(contact, row)
    if audit.snapshot(contact) != before:
        plan.changed.append((contact, before))


def _settle_primary(plan: ContactPlan) -> None:
    """Exactly one of them is the primary contact: the one named last as such, else the first."""
    chosen = [person for person in plan.people if person.is_primary]
    fresh = [person for person in chosen if person in plan.added or any(person is c for c, _b in plan.changed)]
    primary = fresh[-1] if fresh else next(iter([*chosen, *plan.people]), None)
    known = {id(contact) for contact, _before in plan.changed} | {id(contact) for contact in plan.added}
    for person in plan.people:
        if person.is_primary != (person is primary):
            if id(person) not in known:
                plan.changed.append((person, audit.snapshot(person)))
            person.is_primary = person is primary


def write_contacts(plans: Sequence[ContactPlan], *, by: User | None, batch: Batch | None) -> None:
    """Write the plans, three statements for all of them, each change journalled under its customer."""
    removed = [contact for plan in plans for contact in plan.removed]
    changed = [pair for plan in plans for pair in plan.changed]
    added = [contact for plan in plans for contact in plan.added]
    _remove(removed, by, batch)
    _update(changed, by, batch)
    made = Contact.objects.bulk_create(added)
    audit.record_many(
        [(row, None, audit.snapshot(row), subject_of(row.customer_id)) for row in made],
        actor=by,
        verb="add",
        batch=batch,
    )


def _remove(contacts: list[Contact], by: User | None, batch: Batch | None) -> None:
    entries = [(row, audit.snapshot(row), None, subject_of(row.customer_id)) for row in contacts]
    audit.record_many(entries, actor=by, verb="delete", batch=batch)
    Contact.objects.filter(pk__in=[row.pk for row in contacts]).delete()


def _update(pairs: list[tuple[Contact, dict[str, Any]]], by: User | None, batch: Batch | None) -> None:
    now, created = timezone.now(), [contact.created_at for contact, _before in pairs]
    contacts = [contact for contact, _before in pairs]
    for contact in contacts:
        contact.updated_at = now
    Contact.objects.bulk_create(contacts, update_conflicts=True, unique_fields=["id"], update_fields=list(WRITTEN))
    for contact, at in zip(contacts, created, strict=True):
        contact.created_at = at
    entries = [(row, before, audit.snapshot(row), subject_of(row.customer_id)) for row, before in pairs]
    audit.record_many(entries, actor=by, verb="change", batch=batch)
