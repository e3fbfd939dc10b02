"""Contacts that have taken place: calls, visits, messages, meetings."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from holdfast.common.api import (
    Asked,
    In,
    Problem,
    Sort,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.api.shapes import (
    EDIT,
    VIEW,
    InteractionIn,
    InteractionOut,
    InteractionPatch,
    Known,
    interaction_out,
    router,
)
from holdfast.records.timeline.models import Interaction
from holdfast.records.timeline.queries.interactions import may_change
from holdfast.records.timeline.rules import CHANNELS

NEWEST, SINCE = Sort("new", "at", is_falling=True), Sort("since", "updated_at")
NARROW = {
    "customer": "customer", "author": "author", "channel": "channel", "since": "on__gte", "until": "on__lte",
    "updated_since": "updated_at__gte",
}  # fmt: skip


def _visible(viewer: User) -> QuerySet[Interaction]:
    found: QuerySet[Interaction] = Interaction.objects.visible_to(viewer)
    return found.prefetch_related("participants")


@router.lists(
    "/interactions", "list_interactions", "List interactions", gives=InteractionOut, words=[VIEW],
    params=[
        whole("customer"), whole("author"), choice("channel", list(CHANNELS)), day("since"), day("until"),
        moment("updated_since"),
    ],
)  # fmt: skip
def list_interactions(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Contacts with your customers, the last one first; `minutes` is null where nobody noted them."""
    found = _visible(request.user).filter(**{NARROW[name]: value for name, value in asked.values.items()})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(interaction_out(row)), page.next)


def _interaction(request: StaffRequest, pk: int) -> Interaction:
    found = queries.visible_interactions(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _whole(request: StaffRequest, pk: int) -> Whole:
    row = _interaction(request, pk)
    return Whole(interaction_out(row), etag_of(row), f"/api/v1/interactions/{pk}")


@router.gets("/interactions/{int:pk}", "get_interaction", "Read an interaction", gives=InteractionOut, words=[VIEW])
def get_interaction(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One contact that took place."""
    found = _whole(request, pk)
    return Whole(asked.cut(found.data), found.etag)


@router.adds("/interactions", "create_interaction", "Keep an interaction", gives=InteractionOut, words=[VIEW, EDIT])
def create_interaction(request: StaffRequest, body: InteractionIn) -> Whole:
    """Keep a contact that has taken place; it enters the customer's history."""
    given = body.given()
    made = services.add_interactions([_row(given, Known(request.user, [given]))], by=request.user)[0]  # type: ignore[list-item]
    return _whole(request, made.pk)


class InteractionsIn(In):
    rows: rows_of("InteractionIn")  # type: ignore[valid-type]


@router.adds_many("/interactions/bulk", "create_interactions", "Keep many interactions", words=[VIEW, EDIT])
def create_interactions(request: StaffRequest, body: InteractionsIn) -> tuple[dict[str, Any], int]:
    """Keep up to 500 contacts, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _row(InteractionIn.model_validate(row).given(), known),
        write=lambda rows: services.add_interactions(rows, by=request.user),  # type: ignore[arg-type]
    )


def _row(given: dict[str, Any], known: Known) -> dict[str, Any]:
    """Keys become rows within reach."""
    row = {name: value for name, value in given.items() if not name.endswith(("_id", "_ids"))}
    if "customer_id" in given:
        row["customer"] = known.customer(given["customer_id"])
    if "contact_id" in given:
        row["contact"] = known.contact(given["contact_id"]) if given["contact_id"] else None
    if "participant_ids" in given:
        row["participants"] = [known.person(key, "participant_ids") for key in given["participant_ids"]]
    return row


@router.changes(
    "/interactions/{int:pk}", "update_interaction", "Correct an interaction", gives=InteractionOut, words=[VIEW, EDIT]
)
def update_interaction(request: StaffRequest, pk: int, body: InteractionPatch) -> Whole:
    """Correct a contact; only who logged it may, and only for some days."""
    given = body.given()
    with transaction.atomic():
        row = _own(request, pk)
        services.change_interaction(row, by=request.user, **_row(given, Known(request.user, [given])))
    return _whole(request, pk)


@router.removes("/interactions/{int:pk}", "delete_interaction", "Take an interaction back", words=[VIEW, EDIT])
def delete_interaction(request: StaffRequest, pk: int) -> None:
    """Take back a contact logged by mistake; what it said stays in the journal."""
    with transaction.atomic():
        services.remove_interaction(_own(request, pk), by=request.user)


def _own(request: StaffRequest, pk: int) -> Interaction:
    row = _interaction(request, pk)
    if not may_change(request.user, row):
        raise Problem("forbidden", 403)
    seen(request, row)
    return row
