"""The people at a customer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from holdfast.common.api import Asked, Sort, Whole, etag_of, listed, moment, page_of, seen, whole
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import services
from holdfast.records.customers.api.shapes import (
    ContactIn,
    ContactOut,
    ContactPatch,
    contact_out,
    editable,
    router,
)
from holdfast.records.customers.models import Contact, Customer

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")


def _contacts(viewer: User) -> QuerySet[Contact]:
    seen_customers = Customer.objects.visible_to(viewer).order_by().values("pk")
    return Contact.objects.filter(customer__in=seen_customers).select_related("customer")


@router.lists(
    "/contacts", "list_contacts", "List contacts", gives=ContactOut, words=[VIEW],
    params=[whole("customer"), moment("updated_since")],
)  # fmt: skip
def list_contacts(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """The people at your customers, the newest first; of one customer, or what changed since a moment."""
    found = _contacts(request.user)
    if key := asked.get("customer"):
        found = found.filter(customer=key)
    if since := asked.get("updated_since"):
        found = found.filter(updated_at__gte=since)
    page = page_of(found, SINCE if since else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(contact_out(request.user, row, row.customer)), page.next)


def _contact(request: StaffRequest, pk: int) -> Contact:
    found = _contacts(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@router.gets("/contacts/{int:pk}", "get_contact", "Read a contact", gives=ContactOut, words=[VIEW])
def get_contact(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One person at a customer."""
    contact = _contact(request, pk)
    return Whole(asked.cut(contact_out(request.user, contact, contact.customer)), etag_of(contact))


@router.adds("/customers/{int:pk}/contacts", "create_contact", "Add a contact", gives=ContactOut, words=[VIEW, EDIT])
def create_contact(request: StaffRequest, pk: int, body: ContactIn) -> Whole:
    """Add a person to a customer."""
    with transaction.atomic():
        customer = editable(request, pk)
        known = set(customer.contacts.values_list("pk", flat=True))
        people = [{"pk": key, "name": name} for key, name in customer.contacts.values_list("pk", "name")]
        services.change_customer(customer, by=request.user, contacts=[*people, {"pk": 0, **body.given()}])
        made = customer.contacts.exclude(pk__in=known).get()
    return Whole(contact_out(request.user, made, customer), etag_of(made), f"/api/v1/contacts/{made.pk}")


@router.changes("/contacts/{int:pk}", "update_contact", "Change a contact", gives=ContactOut, words=[VIEW, EDIT])
def update_contact(request: StaffRequest, pk: int, body: ContactPatch) -> Whole:
    """Change what is sent of a person."""
    contact = _contact(request, pk)
    with transaction.atomic():
        customer = editable(request, contact.customer_id)
        contact = _contact(request, pk)
        seen(request, contact)
        row = {"pk": contact.pk, **_with_birthday(contact, {"name": contact.name, **body.given()})}
        services.change_customers([(customer, {"contacts": [row]})], by=request.user, keep_contacts=True)
    contact = _contact(request, pk)
    return Whole(contact_out(request.user, contact, contact.customer), etag_of(contact))


def _with_birthday(contact: Contact, row: dict[str, Any]) -> dict[str, Any]:
    """A birthday is checked whole, so what is not sent of it comes from the row."""
    names = ("birth_calendar", "birth_year", "birth_month", "birth_day")
    return {name: getattr(contact, name) for name in names} | row if set(names) & set(row) else row


@router.removes("/contacts/{int:pk}", "delete_contact", "Remove a contact", words=[VIEW, EDIT])
def delete_contact(request: StaffRequest, pk: int) -> None:
    """Remove a person from a customer; the journal keeps who it was."""
    contact = _contact(request, pk)
    with transaction.atomic():
        customer = editable(request, contact.customer_id)
        seen(request, _contact(request, pk))
        rest = customer.contacts.exclude(pk=pk).values_list("pk", "name")
        services.change_customer(customer, by=request.user, contacts=[{"pk": key, "name": name} for key, name in rest])
