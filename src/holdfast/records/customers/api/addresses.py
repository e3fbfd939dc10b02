"""Where customers can be found."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404, HttpResponse
from pydantic import Field

from holdfast.common.api import (
    Asked,
    In,
    Key,
    Line,
    Out,
    Problem,
    Sort,
    Text,
    Whole,
    choice,
    etag_of,
    listed,
    moment,
    page_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.api.shapes import contact_in, router, row_customer
from holdfast.records.customers.models import Address
from holdfast.records.customers.queries.relations import visible_addresses
from holdfast.records.customers.rules.relations import ADDRESS_KINDS

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")
Kind = Annotated[str, Field(pattern=f"^({'|'.join(ADDRESS_KINDS)})$")]


class AddressOut(Out):
    id: int
    customer_id: int = 0
    kind: str = ""
    address: str = ""
    province: str = ""
    city: str = ""
    postcode: str = ""
    contact_id: int | None = None
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class AddressPatch(In):
    """Only what is sent changes."""

    kind: Kind = "office"
    address: Text(200, 1) = ""  # type: ignore[valid-type]
    province: Text(40) = ""  # type: ignore[valid-type]
    city: Text(40) = ""  # type: ignore[valid-type]
    postcode: Text(12) = ""  # type: ignore[valid-type]
    contact_id: Key | None = None
    note: Line = ""


class AddressIn(AddressPatch):
    customer_id: Key
    kind: Kind
    address: Text(200, 1)  # type: ignore[valid-type]


def _shown(row: Address) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AddressOut.model_fields}


def _whole(row: Address) -> Whole:
    return Whole(_shown(row), etag_of(row), f"/api/v1/addresses/{row.pk}")


@router.lists(
    "/addresses", "list_addresses", "List addresses", gives=AddressOut, words=[VIEW],
    params=[whole("customer"), choice("kind", list(ADDRESS_KINDS)), moment("updated_since")],
)  # fmt: skip
def list_addresses(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Offices, and where to deliver and to send invoices, of your customers, the newest first."""
    names = {"customer": "customer", "kind": "kind", "updated_since": "updated_at__gte"}
    found = visible_addresses(request.user).filter(**{names[name]: value for name, value in asked.values.items()})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _address(request: StaffRequest, pk: int) -> Address:
    found = visible_addresses(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _changeable(request: StaffRequest, pk: int) -> Address:
    row = _address(request, pk)
    if not queries.may_edit(request.user, row.customer):
        raise Problem("forbidden", 403)
    seen(request, row)
    return row


@router.gets("/addresses/{int:pk}", "get_address", "Read an address", gives=AddressOut, words=[VIEW])
def get_address(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One address."""
    row = _address(request, pk)
    return Whole(asked.cut(_shown(row)), etag_of(row))


@router.adds("/addresses", "create_address", "Add an address", gives=AddressOut, words=[VIEW, EDIT])
def create_address(request: StaffRequest, body: AddressIn) -> Whole:
    """Add an address to a customer; the person to ask for there is one of its contacts."""
    given = body.given()
    customer = row_customer(request.user, given.pop("customer_id"))
    return _whole(services.add_address(customer, by=request.user, **contact_in(customer, given)))


@router.changes("/addresses/{int:pk}", "update_address", "Change an address", gives=AddressOut, words=[VIEW, EDIT])
def update_address(request: StaffRequest, pk: int, body: AddressPatch) -> Whole:
    """Change what is sent."""
    with transaction.atomic():
        row = _changeable(request, pk)
        changed = services.change_address(row, by=request.user, **contact_in(row.customer, body.given()))
    return _whole(changed)


@router.removes("/addresses/{int:pk}", "delete_address", "Take an address away", words=[VIEW, EDIT])
def delete_address(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an address away; the journal keeps what it was."""
    with transaction.atomic():
        services.remove_address(_changeable(request, pk), by=request.user)
    return HttpResponse(status=204)
