"""What callers hand in, and how it becomes rows of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from holdfast.common import searchkeys
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Department, User
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer, Pool
from holdfast.records.customers.services.custom import fill_custom


class ContactRow(TypedDict, total=False):
    """name required; `pk` names an existing person when a customer is changed."""

    pk: int
    name: str
    title: str
    phone: str
    email: str
    wechat: str
    is_primary: bool
    birth_calendar: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    birth_is_leap_month: bool
    note: str


class CustomerRow(TypedDict, total=False):
    """name required; an empty code is given out as C000001 …; the department is the owner's unless given.

    `custom` is code → value as people write it; codes that are not there stay as they are, None takes one away.
    """

    code: str
    name: str
    short_name: str
    kind: str
    channel: str
    uscc: str
    phone: str
    email: str
    province: str
    city: str
    address: str
    industry: str
    source: str
    special_requirements: str
    first_seen_on: date | None
    owner: User | None
    department: Department | None
    pool: Pool | None
    custom: Mapping[str, Any]
    contacts: Sequence[ContactRow]
    tags: Sequence[str]


FIELDS = tuple(name for name in CustomerRow.__annotations__ if name not in ("contacts", "tags", "custom"))
CONTACT_FIELDS = tuple(name for name in ContactRow.__annotations__ if name != "pk")


def checked(row: Mapping[str, Any], *, is_new: bool = True) -> dict[str, Any]:
    """The row cleaned; a Refusal names the field and, in a set, the customer."""
    if unknown := row.keys() - CustomerRow.__annotations__.keys():
        raise TypeError(f"customers have no field {sorted(unknown)}")
    clean = rules.clean_row(row)
    if problem := rules.row_problem(clean, is_new=is_new):
        code, field = problem
        raise Refusal(str(rules.PROBLEMS[code]), field=field)
    return clean


def built_customer(row: Mapping[str, Any]) -> Customer:
    """An unsaved customer with its keys; the code may still be empty."""
    customer = Customer(**{name: row[name] for name in FIELDS if name in row and name != "department"})
    owner = row.get("owner")
    department = row.get("department") or (owner.department if owner else None)
    customer.department = department
    fill_custom(customer, row.get("custom"))
    fill_keys(customer)
    return customer


def fill_keys(customer: Customer) -> None:
    key = searchkeys.person_key if customer.kind == "person" else searchkeys.company_key
    customer.name_key = key(customer.name)
    customer.phone_key = searchkeys.phone_key(customer.phone)
    customer.email_key = searchkeys.email_key(customer.email)


def built_contacts(customer: Customer, rows: Sequence[Mapping[str, Any]]) -> list[Contact]:
    """Unsaved contacts; the first is the primary one unless another says so."""
    contacts = [Contact(customer=customer) for _row in rows]
    for contact, row in zip(contacts, rows, strict=True):
        fill_contact(contact, rules.clean_contact(row))
    if contacts and not any(contact.is_primary for contact in contacts):
        contacts[0].is_primary = True
    return contacts


def fill_contact(contact: Contact, row: Mapping[str, Any]) -> None:
    for name in CONTACT_FIELDS:
        if name in row:
            setattr(contact, name, row[name])
    contact.phone_key = searchkeys.phone_key(contact.phone)
    contact.email_key = searchkeys.email_key(contact.email)


def subject_of(customer_id: int | None) -> str:
    return f"customers.customer:{customer_id}"
