"""Contacts of a file: people of customers already known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.writers.customers import changed_people
from holdfast.doors.intake.writers.owned import OwnedWriter
from holdfast.records.customers import rules
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Contact, Customer

PLAIN = ("name", "title", "phone", "email", "wechat", "is_primary", "note")


class ContactWriter(OwnedWriter):
    what = "contacts"

    def decide(self, items: Sequence[Item]) -> None:
        known = {item.target.pk: item.target for item in items if item.target is not None}
        prefetch_related_objects(list(known.values()), "contacts")
        for item in items:
            people = list(known[item.target.pk].contacts.all()) if item.target is not None else []
            self._decide(item, people)

    def _decide(self, item: Item, people: Sequence[Contact]) -> None:
        row = _row(item)
        if problem := rules.contact_problem(rules.clean_contact(row)):
            item.reject("name", problem)
            return
        key, action = searchkeys.person_key(row["name"]), self.options["on_duplicate"]
        is_known = any(searchkeys.person_key(person.name) == key for person in people)
        changed = changed_people(people, [row], fill=action == "fill")
        item.changes = {"contacts": changed}
        if not is_known:
            item.settle("new")
        elif not changed or action == "skip":
            item.note("name", "exists" if changed else "identical", text=row["name"], on="name")
            item.settle("skip")
        else:
            item.settle("update")

    def add(self, items: Sequence[Item]) -> int:
        self.change(items)
        return len(items)

    def change(self, items: Sequence[Item]) -> int:
        grouped: dict[int, tuple[Customer, dict[str, Any]]] = {}
        for item in items:
            _customer, fields = grouped.setdefault(item.target.pk, (item.target, {"contacts": []}))
            fields["contacts"] += item.changes["contacts"]
        customers.change_customers(list(grouped.values()), by=self.by, batch=self.batch, keep_contacts=True)
        return len(items)


def _row(item: Item) -> dict[str, Any]:
    row = {name: item.fields[name] for name in PLAIN if name in item.fields}
    return row | (item.fields.get("birthday") or {})
