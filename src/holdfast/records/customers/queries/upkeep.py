"""Read how complete and fresh records are; a handful of queries however many customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.models import Address, ArchiveRule, Contact, Customer, Need, PartCheck, Upkeep
from holdfast.records.customers.rules.upkeep import PARTS, Upkept, Weights, upkept

Present = dict[int, dict[str, date]]
BUSINESS_KINDS = ("business", "environment", "support")
COLUMNS = {
    "phone": "phone",
    "email": "email",
    "address": "address",
    "industry": "industry",
    "uscc": "uscc",
    "source": "source",
}
CONTACT_PARTS = {"phone": "phone", "email": "email", "wechat": "wechat", "birth_month": "birthday"}
CHANGES_READ = 300


def weights() -> Weights:
    """Every part's weight and days, as set, else as shipped."""
    known = Weights()
    rows = {row.part: row for row in ArchiveRule.objects.all() if row.part in PARTS}
    return Weights(
        {code: rows[code].weight if code in rows else known.weight[code] for code in PARTS},
        {code: rows[code].stale_days if code in rows else known.stale_days[code] for code in PARTS},
    )


def upkeep_of(customer: Customer, on: date | None = None) -> Upkept:
    """One customer's state, today's changes included."""
    present = present_parts([customer])[customer.pk]
    for part, day in changed_parts(Change.objects.filter(subject=f"customers.customer:{customer.pk}")[:CHANGES_READ]):
        if part in present:
            present[part] = max(present[part], day)
    return upkept(customer.kind, present, weights(), on or today())


def present_parts(customers: Iterable[Customer]) -> Present:
    """Customer → filled part → day it was last found right; without a check the day it was written."""
    rows = {customer.pk: customer for customer in customers}
    present: Present = {pk: _own(customer) for pk, customer in rows.items()}
    for person in Contact.objects.filter(customer__in=rows):
        _add(present[person.customer_id], "contacts", _day(person.created_at))
        for column, part in CONTACT_PARTS.items():
            if getattr(person, column):
                _add(present[person.customer_id], part, _day(person.created_at))
    for pk, at in Address.objects.filter(customer__in=rows).order_by().values_list("customer_id", "created_at"):
        _add(present[pk], "address", _day(at))
    needs = Need.objects.filter(customer__in=rows, ended_on=None).order_by()
    for pk, kind, said_on, confirmed_on in needs.values_list("customer_id", "kind", "said_on", "confirmed_on"):
        _add(present[pk], "business" if kind in BUSINESS_KINDS else "needs", confirmed_on or said_on)
    for pk, part, on in PartCheck.objects.filter(customer__in=rows).values_list("customer_id", "part", "on"):
        if part in present[pk]:
            _add(present[pk], part, on)
    return present


def _own(customer: Customer) -> dict[str, date]:
    day = _day(customer.created_at)
    return {part: day for part, column in COLUMNS.items() if getattr(customer, column)}


def _day(at: Any) -> date:
    return timezone.localtime(at).date()


def _add(parts: dict[str, date], part: str, day: date) -> None:
    parts[part] = max(day, parts.get(part, day))


def changed_parts(changes: Iterable[Change]) -> list[tuple[str, date]]:
    """(part, day) of every part that journal entries of customers and contacts wrote anew."""
    return [(part, _day(change.at)) for change in changes for part in parts_changed(change)]


def parts_changed(change: Change) -> set[str]:
    """Parts that one journal entry changed to a new value."""
    before, after = change.before or {}, change.after or {}
    names = {name for name, value in after.items() if value and value != before.get(name)}
    if change.model == "customers.customer":
        return {part for part, column in COLUMNS.items() if column in names} if change.before else set()
    if change.model == "customers.contact" and names:
        return {"contacts"} | {part for column, part in CONTACT_PARTS.items() if column in names}
    return set()


def upkeep_of_many(viewer: User, customer_ids: list[int]) -> dict[int, Upkept]:
    """States for a page of the list, as of last night's reading of the journal; a constant number of queries."""
    rows = list(Customer.objects.visible_to(viewer).filter(pk__in=customer_ids).order_by())
    present, set_weights, day = present_parts(rows), weights(), today()
    return {row.pk: upkept(row.kind, present[row.pk], set_weights, day) for row in rows}


def completeness_cells(viewer: User, customer_ids: list[int]) -> dict[int, Any]:
    """Customer → its completeness for a cell of the list."""
    return {pk: f"{state.completeness}%" for pk, state in upkeep_of_many(viewer, customer_ids).items()}


def count_stale(viewer: User) -> int:
    """Customers in use whose record has a stale part, as of last night."""
    seen = Customer.objects.visible_to(viewer).filter(archived_at=None).order_by().values("pk")
    return Upkeep.objects.filter(stale_on__lte=today(), customer__in=seen).count()
