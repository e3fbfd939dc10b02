"""Customers that are kept twice: suggestions, what a merge would do, the merge, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import Http404
from ninja import Schema
from pydantic import create_model

from holdfast.common.api import (
    Asked,
    In,
    Key,
    Out,
    Problem,
    Sort,
    Whole,
    choice,
    etag_of,
    listed,
    page_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import services
from holdfast.records.customers.api.shapes import editable, router, visible
from holdfast.records.customers.models import Customer, DuplicatePair
from holdfast.records.customers.queries import merging as found
from holdfast.records.customers.queries.lookups import editable_customers
from holdfast.records.customers.rules.merging import MERGE_FIELDS

VIEW, EDIT, MERGE = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT, Permission.CUSTOMER_MERGE
LIKELIEST, NEWEST = Sort("score", "score", is_falling=True), Sort("new", "pk", is_falling=True)
STATES = ("open", "dismissed", "merged")
Side = Literal["keep", "drop"]
Choices = create_model("MergeChoices", __base__=In, **dict.fromkeys(MERGE_FIELDS, (Side, "keep")))  # type: ignore[call-overload]


class DuplicateOut(Out):
    """Two customers that may be one; `reasons` are what they share."""

    id: int
    first_id: int = 0
    second_id: int = 0
    score: int = 0
    reasons: list[str] = []
    state: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


def _shown(row: DuplicatePair) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DuplicateOut.model_fields}


@router.lists(
    "/duplicates", "list_duplicates", "List likely duplicates", gives=DuplicateOut, words=[VIEW],
    params=[choice("state", STATES)],
)  # fmt: skip
def list_duplicates(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Pairs of which you see both customers, the likeliest first; without `state` those still open."""
    rows = found.visible_pairs(request.user).filter(state=asked.get("state", "open"))
    page = page_of(rows, LIKELIEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _decided(request: StaffRequest, pk: int, *, is_dismissed: bool) -> Whole:
    with transaction.atomic():
        row = found.visible_pairs(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        seen(request, row)
        decide = services.dismiss_pair if is_dismissed else services.reopen_pair
        decide(row, by=request.user)
        row.refresh_from_db()
    return Whole(_shown(row), etag_of(row))


@router.does(
    "/duplicates/{int:pk}/dismiss", "dismiss_duplicate", "Say that two are not one", gives=DuplicateOut,
    words=[VIEW, EDIT],
)  # fmt: skip
def dismiss_duplicate(request: StaffRequest, pk: int) -> Whole:
    """These are two customers; they are not suggested again."""
    return _decided(request, pk, is_dismissed=True)


@router.does(
    "/duplicates/{int:pk}/reopen", "reopen_duplicate", "Suggest a pair again", gives=DuplicateOut, words=[VIEW, EDIT]
)
def reopen_duplicate(request: StaffRequest, pk: int) -> Whole:
    """Put a dismissed pair back among the suggestions."""
    return _decided(request, pk, is_dismissed=False)


class ChoiceOut(Schema):
    """One field of both; `chosen` says whose stays."""

    name: str
    keep: str
    drop: str
    chosen: str
    differs: bool


class MoveOut(Schema):
    title: str
    count: int


class PreviewOut(Schema):
    """What a merge would do. `versions`: send it back with the merge, and it is refused if one changed meanwhile."""

    keep_id: int
    drop_id: int
    versions: list[int]
    choices: list[ChoiceOut]
    moves: list[MoveOut]
    folded: list[str]
    tags: list[str]


def _both(request: StaffRequest, keep: int, drop: int) -> tuple[Customer, Customer]:
    """Both within the viewer's scope (else 404 or 422) and the viewer's to change (else 403)."""
    kept = visible(request, keep)
    try:
        dropped = visible(request, drop)
    except Http404 as error:
        raise Problem("not_known", 422, field="drop", name=f"drop {drop}") from error
    if editable_customers(request.user).filter(pk__in={keep, drop}).count() < len({keep, drop}):
        raise Problem("forbidden", 403)
    return kept, dropped


@router.gets(
    "/customers/{int:pk}/merge-preview", "preview_merge", "See what a merge would do", gives=PreviewOut,
    words=[VIEW, MERGE], params=[whole("drop")],
)  # fmt: skip
def preview_merge(request: StaffRequest, pk: int, asked: Asked) -> dict[str, Any]:
    """Both customers side by side; `drop` is the one that would go. Nothing is written."""
    if "drop" not in asked.values:
        raise Problem("not_known", 422, field="drop", name="drop")
    keep, drop = _both(request, pk, asked.get("drop"))
    preview = found.merge_preview(request.user, keep, drop, {})
    return {
        "keep_id": keep.pk, "drop_id": drop.pk, "versions": [keep.version, drop.version],
        "choices": [{name: getattr(row, name) for name in ChoiceOut.model_fields} for row in preview.choices],
        "moves": [{"title": str(title), "count": count} for title, count in preview.moves],
        "folded": preview.folded, "tags": preview.tags,
    }  # fmt: skip


class MergeIn(In):
    """`choices`: field → whose value stays, `keep` or `drop`; fields not named keep what is filled."""

    drop_id: Key
    versions: tuple[Key, Key] | None = None
    choices: Choices | None = None  # type: ignore[valid-type]


class MergeOut(Out):
    id: int
    note: str = ""
    author_id: int | None = None
    created_at: datetime | None = None
    undone_at: datetime | None = None


def _merge(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.pk, "note": batch.note, "author_id": batch.actor_id, "created_at": batch.started_at,
        "undone_at": batch.undone_at,
    }  # fmt: skip


@router.does(
    "/customers/{int:pk}/merge", "merge_customer", "Make two customers one", gives=MergeOut, words=[VIEW, MERGE]
)
def merge_customer(request: StaffRequest, pk: int, body: MergeIn) -> Whole:
    """Everything of `drop_id` hangs on this customer afterwards; what comes back can be undone under `/merges`."""
    with transaction.atomic():
        _both(request, pk, body.drop_id)
        keep = editable(request, pk)
        seen(request, keep)
        drop = editable(request, body.drop_id)
        choices: dict[str, str] = body.choices.model_dump(exclude_unset=True) if body.choices else {}
        batch = services.merge_customers(keep, drop, by=request.user, choices=choices, seen=body.versions)
    return Whole(_merge(batch))


@router.lists("/merges", "list_merges", "List merges", gives=MergeOut, words=[VIEW, MERGE])
def list_merges(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Merges that still stand and that you may undo, the newest first."""
    page = page_of(found.merges(request.user), NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_merge(row)), page.next)


@router.does("/merges/{int:pk}/undo", "undo_merge", "Undo a merge", gives=MergeOut, words=[VIEW, MERGE])
def undo_merge(request: StaffRequest, pk: int) -> Whole:
    """Two of one again, as they were; refused when rows were changed since."""
    with transaction.atomic():
        batch = found.merges(request.user).filter(pk=pk).first()
        if batch is None:
            raise Http404
        services.undo_merge(batch, by=request.user)
        batch.refresh_from_db()
    return Whole(_merge(batch))
