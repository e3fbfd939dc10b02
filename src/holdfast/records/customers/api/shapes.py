"""What a customer, a contact and a standing look like from outside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from pydantic import Field, StrictBool

from holdfast.common.api import Day, In, Key, Line, Out, Problem, Room, Text
from holdfast.common.masking import PERSONAL
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.records.customers import queries
from holdfast.records.customers.models import Contact, Customer, Standing
from holdfast.records.customers.queries.custom import custom_values
from holdfast.records.customers.queries.masks import sees_raw, shown_value

router = Room("customers")
Custom = StrictBool | int | float | Text(500) | None
PLAIN = (
    "id", "code", "name", "short_name", "kind", "channel", "uscc", "province", "city", "address", "industry", "source",
    "special_requirements", "first_seen_on", "owner_id", "department_id", "archived_at", "version", "created_at",
    "updated_at",
)  # fmt: skip
OF_CONTACT = (
    "id", "customer_id", "name", "title", "is_primary", "birth_calendar", "birth_year", "birth_month", "birth_day",
    "birth_is_leap_month", "note", "created_at", "updated_at",
)  # fmt: skip


class StandingOut(Out):
    customer_id: int = 0
    month: str = ""
    as_of: date | None = None
    stars: int | None = None
    stars_hint: int | None = None
    is_provisional: bool = False
    is_overridden: bool = False
    stage: str = ""
    stage_since: date | None = None
    movement: str = ""
    risk: str = ""
    reasons: list[Any] = []
    first_on: date | None = None
    last_on: date | None = None
    purchase_days: int = 0
    typical_gap_days: float | None = None
    elapsed_days: int | None = None
    revenue_minor: int = 0
    revenue_12m_minor: int = 0
    profit_12m_minor: int | None = None
    orders_12m: int = 0
    at_stake_minor: int = 0
    revenue_class: str = ""
    rfm: str = ""
    coverage: float = 0
    score: float | None = None
    revenue_part: float | None = None
    profit_part: float | None = None
    efficiency_part: float | None = None
    integrity_part: float | None = None
    difficulty_part: float | None = None


class ContactOut(Out):
    id: int
    customer_id: int = 0
    name: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    is_masked: bool = False
    is_primary: bool = False
    birth_calendar: str = ""
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    birth_is_leap_month: bool = False
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class CustomerOut(Out):
    id: int
    code: str = ""
    name: str = ""
    short_name: str = ""
    kind: str = ""
    channel: str = ""
    uscc: str = ""
    phone: str = ""
    email: str = ""
    is_masked: bool = False
    province: str = ""
    city: str = ""
    address: str = ""
    industry: str = ""
    source: str = ""
    special_requirements: str = ""
    first_seen_on: date | None = None
    owner_id: int | None = None
    department_id: int | None = None
    tags: list[str] = []
    custom: dict[str, Any] = {}
    archived_at: datetime | None = None
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    contacts: list[ContactOut] = []
    standing: StandingOut | None = None


class ContactPatch(In):
    name: Text(80, 1) = ""  # type: ignore[valid-type]
    title: Text(80) = ""  # type: ignore[valid-type]
    phone: Text(40) = ""  # type: ignore[valid-type]
    email: Text(254) = ""  # type: ignore[valid-type]
    wechat: Text(60) = ""  # type: ignore[valid-type]
    is_primary: bool = False
    birth_calendar: Literal["solar", "lunar"] = "solar"
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    birth_is_leap_month: bool = False
    note: Line = ""


class ContactIn(ContactPatch):
    name: Text(80, 1)  # type: ignore[valid-type]


class CustomerPatch(In):
    """Only what is sent changes; `tags` replaces the tags. `version`: the one you read, refused with 409 if it moved."""

    code: Text(40) = ""  # type: ignore[valid-type]
    name: Text(200, 1) = ""  # type: ignore[valid-type]
    short_name: Text(80) = ""  # type: ignore[valid-type]
    kind: Literal["company", "person"] = "company"
    channel: Literal["end", "distributor"] = "end"
    uscc: Text(30) = ""  # type: ignore[valid-type]
    phone: Text(40) = ""  # type: ignore[valid-type]
    email: Text(254) = ""  # type: ignore[valid-type]
    province: Text(40) = ""  # type: ignore[valid-type]
    city: Text(40) = ""  # type: ignore[valid-type]
    address: Line = ""
    industry: Text(60) = ""  # type: ignore[valid-type]
    source: Text(60) = ""  # type: ignore[valid-type]
    special_requirements: Text(20_000) = ""  # type: ignore[valid-type]
    first_seen_on: Day | None = None
    owner_id: Key | None = None
    tags: list[Text(40, 1)] = []  # type: ignore[valid-type]
    custom: Annotated[dict[str, Custom], Field(max_length=200)] = {}  # type: ignore[valid-type]


class CustomerChange(CustomerPatch):
    version: Key | None = None


class CustomerIn(CustomerPatch):
    name: Text(200, 1)  # type: ignore[valid-type]
    contacts: list[ContactIn] = []


def customer_out(viewer: User, customer: Customer, *, expand: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A customer as this viewer may see it; needs `tags` prefetched, and `contacts`, `standing` where expanded."""
    row = {name: getattr(customer, name) for name in PLAIN}
    row |= _numbers(viewer, customer, ("phone", "email"), customer)
    row["custom"] = custom_values(viewer, customer)
    row["tags"] = sorted(tag.name for tag in customer.tags.all())
    if "contacts" in expand:
        row["contacts"] = [contact_out(viewer, person, customer) for person in customer.contacts.all()]
    if "standing" in expand:
        standing = getattr(customer, "standing", None)
        row["standing"] = standing_out(viewer, standing) if standing else None
    return row


def _numbers(viewer: User, who: Customer | Contact, names: tuple[str, ...], customer: Customer) -> dict[str, Any]:
    """Phone and addresses, raw or masked; `is_masked` says which."""
    shown = {name: shown_value(viewer, who, name) for name in names}
    is_masked = not sees_raw(viewer, customer) and any(shown.values())
    return {**shown, "is_masked": is_masked}


def contact_out(viewer: User, contact: Contact, customer: Customer) -> dict[str, Any]:
    contact.customer = customer
    return {name: getattr(contact, name) for name in OF_CONTACT} | _numbers(viewer, contact, PERSONAL, customer)


def standing_out(viewer: User, standing: Standing) -> dict[str, Any]:
    hidden = frozenset() if viewer.sees_profit else Standing.profit_fields
    return {name: getattr(standing, name) for name in StandingOut.model_fields if name not in hidden and name != "id"}


def visible(request: StaffRequest, pk: int) -> Customer:
    """The customer within the viewer's scope; 404 outside."""
    found = queries.visible_customers(request.user).prefetch_related("tags").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def editable(request: StaffRequest, pk: int) -> Customer:
    """The same for a change: locked, 403 for who may only look."""
    customer = visible(request, pk)
    locked = Customer.objects.select_for_update(of=("self",)).select_related("owner", "department").get(pk=pk)
    if not queries.may_edit(request.user, customer):
        raise Problem("forbidden", 403)
    return locked


def row_customer(viewer: User, key: int) -> Customer:
    """The customer that a body names; 422 where the viewer knows none, 403 where they may only look."""
    customer = queries.visible_customers(viewer).filter(pk=key).first()
    if customer is None:
        raise Problem("not_known", 422, field="customer_id", name=f"customer_id {key}")
    if not queries.may_edit(viewer, customer):
        raise Problem("forbidden", 403, field="customer_id")
    return customer


def contact_in(customer: Customer, given: dict[str, Any]) -> dict[str, Any]:
    """The body with its `contact_id` as the contact itself: one of the customer's."""
    if "contact_id" not in given:
        return given
    key = given.pop("contact_id")
    contact = customer.contacts.filter(pk=key).first() if key is not None else None
    if key is not None and contact is None:
        raise Problem("not_known", 422, field="contact_id", name=f"contact_id {key}")
    return {**given, "contact": contact}
