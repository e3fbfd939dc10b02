"""Whom customers belong to, came from and deal with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from pydantic import Field

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Line,
    Out,
    Problem,
    Sort,
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
from holdfast.records.customers.api.shapes import router, row_customer
from holdfast.records.customers.models import Customer, Relation
from holdfast.records.customers.queries.relations import visible_relations
from holdfast.records.customers.rules.relations import RELATION_KINDS

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")
Kind = Annotated[str, Field(pattern=f"^({'|'.join(RELATION_KINDS)})$")]


class RelationOut(Out):
    """`other_id` is the customer's parent, referrer, supplier or partner."""

    id: int
    customer_id: int = 0
    other_id: int = 0
    kind: str = ""
    since_on: date | None = None
    origin_owner_id: int | None = None
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class RelationIn(In):
    customer_id: Key
    other_id: Key
    kind: Kind
    since_on: Day | None = None
    note: Line = ""


def _shown(row: Relation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RelationOut.model_fields}


def _relation(request: StaffRequest, pk: int) -> Relation:
    found = visible_relations(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@router.lists(
    "/relations", "list_relations", "List relations", gives=RelationOut, words=[VIEW],
    params=[whole("customer"), choice("kind", list(RELATION_KINDS)), moment("updated_since")],
)  # fmt: skip
def list_relations(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Relations of which you see both ends, the newest first; `customer` finds either end."""
    found = visible_relations(request.user)
    if "customer" in asked.values:
        found = found.filter(Q(customer=asked.get("customer")) | Q(other=asked.get("customer")))
    names = {"kind": "kind", "updated_since": "updated_at__gte"}
    found = found.filter(**{names[name]: value for name, value in asked.values.items() if name in names})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


@router.gets("/relations/{int:pk}", "get_relation", "Read a relation", gives=RelationOut, words=[VIEW])
def get_relation(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One relation."""
    row = _relation(request, pk)
    return Whole(asked.cut(_shown(row)), etag_of(row))


@router.adds("/relations", "create_relation", "Relate two customers", gives=RelationOut, words=[VIEW, EDIT])
def create_relation(request: StaffRequest, body: RelationIn) -> Whole:
    """Say what `other_id` is to `customer_id`. One parent and one referrer at most, and no circles of parents."""
    customer = row_customer(request.user, body.customer_id)
    other = Customer.objects.visible_to(request.user).filter(pk=body.other_id).first()
    if other is None:
        raise Problem("not_known", 422, field="other_id", name=f"other_id {body.other_id}")
    row = services.add_relation(
        customer, kind=body.kind, other=other, since_on=body.since_on, note=body.note, by=request.user
    )
    return Whole(_shown(row), etag_of(row), f"/api/v1/relations/{row.pk}")


@router.removes("/relations/{int:pk}", "delete_relation", "Take a relation away", words=[VIEW, EDIT])
def delete_relation(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a relation away; who may edit one end may."""
    with transaction.atomic():
        row = _relation(request, pk)
        if not any(queries.may_edit(request.user, end) for end in (row.customer, row.other)):
            raise Problem("forbidden", 403)
        seen(request, row)
        services.remove_relation(row, by=request.user)
    return HttpResponse(status=204)
