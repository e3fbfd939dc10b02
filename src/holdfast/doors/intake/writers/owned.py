"""Records that belong to customers: whose each is, by any key the file brings."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.writers.base import Writer, write_around
from holdfast.doors.intake.writers.customers import ownership, row_problem
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.queries import customers_by_code, find_duplicates

STRENGTH = ("uscc", "name", "phone", "email")
"""Without a code: the first of these that a row brings and that somebody answers to."""


class OwnedWriter(Writer):
    """Finds or makes the customers of a file's rows. `what` names what is written in the counts."""

    what = ""

    def look_up(self, items: Sequence[Item]) -> None:
        live = [item for item in items if item.is_open]
        self._find_customers(live)
        self.decide([item for item in live if item.is_open])

    @abstractmethod
    def decide(self, items: Sequence[Item]) -> None:
        """Settle records whose customer is known (`target`) or will be made (None)."""

    @abstractmethod
    def add(self, items: Sequence[Item]) -> int:
        """Write new records; how many."""

    def change(self, items: Sequence[Item]) -> int:
        """Write changed records; how many really differ."""
        return 0

    def write(self, items: Sequence[Item]) -> Counter[str]:
        made = self._add_customers([item for item in items if item.status in ("new", "update")])
        new = [item for item in items if item.status == "new"]
        changed = [item for item in items if item.status == "update"]
        return Counter(
            {"customers": made, self.what: write_around(new, self.add), "updated": write_around(changed, self.change)}
        )

    # --- whose it is ---

    def _find_customers(self, items: Sequence[Item]) -> None:
        by_code = customers_by_code({i.fields["customer_code"] for i in items if "customer_code" in i.fields})
        matches = find_duplicates([_sought(item) for item in items])
        known = {match.customer_id for some in matches.values() for match in some}
        people = Customer.objects.in_bulk(known) if known else {}
        found = [self._matching(item, by_code, matches.get(n, ()), people) for n, item in enumerate(items)]
        self._visible = self.visible({customer.pk for some in found for customer in some})
        for item, some in zip(items, found, strict=True):
            self._choose(item, some)

    def _matching(
        self, item: Item, by_code: Mapping[str, Customer], matches: Iterable[Any], people: Mapping[int, Customer]
    ) -> list[Customer]:
        """Customers on file it may be about: by its code alone where it brings one."""
        if code := item.fields.get("customer_code"):
            return [by_code[code]] if code in by_code else []
        by_key: dict[str, dict[int, Customer]] = {}
        for match in matches:
            by_key.setdefault(match.on, {})[match.customer_id] = people[match.customer_id]
        return next((list(by_key[key].values()) for key in STRENGTH if key in by_key), [])

    def _choose(self, item: Item, matches: Sequence[Customer]) -> None:
        column = _column(item)
        said = str(item.fields.get(column, ""))[:60]
        seen = [customer for customer in matches if customer.pk in self._visible]
        if len(seen) == 1:
            item.target = seen[0]
        elif len(seen) > 1:
            item.reject(column, "twin_customer", text=said, count=len(seen))
        elif matches:
            item.reject(column, "hidden_customer", text=said)
        elif not self._may_make(item):
            item.reject(column, "unknown_customer", text=said)
        elif problem := row_problem(self._customer_row(item)):
            item.reject(column, problem[0])

    def _may_make(self, item: Item) -> bool:
        may = self.options["customers"] == "create" and self.by.may(Permission.CUSTOMER_EDIT)
        return may and ("customer_name" in item.fields or "customer_code" in item.fields)

    def _add_customers(self, items: Sequence[Item]) -> int:
        missing: dict[str, list[Item]] = {}
        for item in items:
            if item.target is None:
                name = searchkeys.company_key(item.fields.get("customer_name") or "")
                missing.setdefault(item.fields.get("customer_code") or name, []).append(item)
        rows = [self._customer_row(some[0]) for some in missing.values()]
        added = customers.add_customers(rows, by=self.by, batch=self.batch) if rows else []
        for customer, some in zip(added, missing.values(), strict=True):
            for item in some:
                item.target = customer
        return len(added)

    def _customer_row(self, item: Item) -> dict[str, Any]:
        fields = item.fields
        row = {"name": fields.get("customer_name") or fields.get("customer_code"), "code": fields.get("customer_code")}
        row |= {name: fields.get(f"customer_{name}") for name in ("uscc", "phone", "email")}
        return {name: value for name, value in row.items() if value} | ownership(None, self.options["owner"], self.by)


def _sought(item: Item) -> dict[str, Any]:
    if "customer_code" in item.fields:
        return {}
    return {name: item.fields[f"customer_{name}"] for name in STRENGTH if f"customer_{name}" in item.fields}


def _column(item: Item) -> str:
    """The cell in which the customer is named."""
    names = ("customer_code", "customer_name", "customer_uscc", "customer_phone", "customer_email")
    return next((name for name in names if name in item.fields), names[0])


def people_of(items: Sequence[Item]) -> dict[int, dict[str, Contact]]:
    """Customer → person key → contact, for those items that name a contact."""
    wanted = {item.target.pk for item in items if item.target is not None and "contact" in item.fields}
    found: dict[int, dict[str, Contact]] = {}
    for contact in Contact.objects.filter(customer__in=wanted) if wanted else ():
        found.setdefault(contact.customer_id, {})[searchkeys.person_key(contact.name)] = contact
    return found


def contact_of(item: Item, people: Mapping[int, Mapping[str, Contact]]) -> Contact | None:
    if item.target is None or "contact" not in item.fields:
        return None
    return people.get(item.target.pk, {}).get(searchkeys.person_key(item.fields["contact"]))


def warn_of_lost_people(items: Sequence[Item]) -> None:
    """Name the contacts that nobody knows."""
    people = people_of(items)
    for item in items:
        if item.status == "new" and "contact" in item.fields and contact_of(item, people) is None:
            item.warn("contact", "unknown_contact", text=item.fields["contact"])


def authors_of(items: Sequence[Item]) -> dict[int, User]:
    wanted = {item.fields["author"] for item in items if "author" in item.fields}
    return User.objects.in_bulk(wanted) if wanted else {}
