"""What customers need, like and ask for: dated statements with author and source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404
from pydantic import Field

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Out,
    Problem,
    Sort,
    Text,
    Whole,
    bulk,
    choice,
    etag_of,
    flag,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.api.shapes import router
from holdfast.records.customers.models import Contact, Customer, Need
from holdfast.records.customers.rules.needs import NEED_KINDS, NEED_SOURCES

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
NEWEST, SINCE = Sort("new", "said_on", is_falling=True), Sort("since", "updated_at")
Kind = Annotated[str, Field(pattern=f"^({'|'.join(NEED_KINDS)})$")]
Source = Annotated[str, Field(pattern=f"^({'|'.join(NEED_SOURCES)})$")]


class NeedOut(Out):
    id: int
    customer_id: int = 0
    contact_id: int | None = None
    kind: str = ""
    text: str = ""
    said_on: date | None = None
    source: str = ""
    author_id: int | None = None
    superseded_by_id: int | None = None
    confirmed_on: date | None = None
    ended_on: date | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class NeedIn(In):
    """Said again word for word, the statement on file is confirmed instead of kept twice."""

    customer_id: Key
    kind: Kind
    text: Text(2000, 1)  # type: ignore[valid-type]
    said_on: Day
    source: Source = "other"
    contact_id: Key | None = None


class SupersedeIn(In):
    text: Text(2000, 1)  # type: ignore[valid-type]
    said_on: Day
    source: Source = "other"


class SaidIn(In):
    on: Day | None = None


def _shown(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in NeedOut.model_fields}


@router.lists(
    "/needs", "list_needs", "List needs", gives=NeedOut, words=[VIEW],
    params=[whole("customer"), choice("kind", list(NEED_KINDS)), flag("standing"), moment("updated_since")],
)  # fmt: skip
def list_needs(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What your customers said of themselves, the latest first; `standing=true` leaves out what no longer holds."""
    names = {"customer": "customer", "kind": "kind", "updated_since": "updated_at__gte"}
    found = Need.objects.visible_to(request.user)
    found = found.filter(**{names[name]: value for name, value in asked.values.items() if name in names})
    if "standing" in asked.values:
        found = found.filter(ended_on__isnull=asked.get("standing"))
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _need(request: StaffRequest, pk: int) -> Need:
    found = Need.objects.visible_to(request.user).select_related("customer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _whole(need: Need) -> Whole:
    return Whole(_shown(need), etag_of(need), f"/api/v1/needs/{need.pk}")


@router.gets("/needs/{int:pk}", "get_need", "Read a need", gives=NeedOut, words=[VIEW])
def get_need(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One statement."""
    need = _need(request, pk)
    return Whole(asked.cut(_shown(need)), etag_of(need))


class Known:
    """The customers that rows name, as far as the viewer may edit them, and the people there."""

    def __init__(self, viewer: User, rows: list[dict[str, Any]]) -> None:
        keys = {key for row in rows if isinstance(key := row.get("customer_id"), int)}
        people = {key for row in rows if isinstance(key := row.get("contact_id"), int)}
        self.seen = Customer.objects.visible_to(viewer).in_bulk(keys)
        self.editable = queries.editable_customers(viewer).in_bulk(keys)
        self.contacts = Contact.objects.filter(customer__in=self.seen).in_bulk(people)

    def row(self, body: NeedIn) -> dict[str, Any]:
        """The statement as the services take it."""
        if body.customer_id not in self.seen:
            raise Problem("not_known", 422, field="customer_id", name=f"customer_id {body.customer_id}")
        if body.customer_id not in self.editable:
            raise Problem("forbidden", 403, field="customer_id")
        if body.contact_id and body.contact_id not in self.contacts:
            raise Problem("not_known", 422, field="contact_id", name=f"contact_id {body.contact_id}")
        contact = self.contacts[body.contact_id] if body.contact_id else None
        return {
            "customer": self.editable[body.customer_id], "contact": contact, "kind": body.kind, "text": body.text,
            "said_on": body.said_on, "source": body.source,
        }  # fmt: skip


@router.adds("/needs", "create_need", "Keep a need", gives=NeedOut, words=[VIEW, EDIT])
def create_need(request: StaffRequest, body: NeedIn) -> Whole:
    """Keep what a customer said; the author is the token's person."""
    row = Known(request.user, [body.given()]).row(body)
    return _whole(services.add_needs([row], by=request.user)[0])


class NeedsIn(In):
    rows: rows_of("NeedIn")  # type: ignore[valid-type]


@router.adds_many("/needs/bulk", "create_needs", "Keep many needs", words=[VIEW, EDIT])
def create_needs(request: StaffRequest, body: NeedsIn) -> tuple[dict[str, Any], int]:
    """Keep up to 500 statements, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: known.row(NeedIn.model_validate(row)),
        write=lambda rows: services.add_needs(rows, by=request.user),
    )


def _do(request: StaffRequest, pk: int, act: Callable[[Need], Need]) -> Whole:
    with transaction.atomic():
        need = _need(request, pk)
        if not queries.may_edit(request.user, need.customer):
            raise Problem("forbidden", 403)
        seen(request, need)
        done = act(need)
    return _whole(done)


@router.does("/needs/{int:pk}/confirm", "confirm_need", "Confirm a need", gives=NeedOut, words=[VIEW, EDIT])
def confirm_need(request: StaffRequest, pk: int, body: SaidIn) -> Whole:
    """Say that it is still so, on that day or today."""
    return _do(request, pk, lambda need: services.confirm_need(need, by=request.user, on=body.on))


@router.does("/needs/{int:pk}/end", "end_need", "End a need", gives=NeedOut, words=[VIEW, EDIT])
def end_need(request: StaffRequest, pk: int, body: SaidIn) -> Whole:
    """Say that it is no longer so; it stays readable."""
    return _do(request, pk, lambda need: services.end_need(need, by=request.user, on=body.on))


@router.does("/needs/{int:pk}/supersede", "supersede_need", "Supersede a need", gives=NeedOut, words=[VIEW, EDIT])
def supersede_need(request: StaffRequest, pk: int, body: SupersedeIn) -> Whole:
    """Put a newer statement in the place of an older one; the new one comes back."""
    return _do(request, pk, lambda need: services.supersede_need(need, by=request.user, **body.given()))
