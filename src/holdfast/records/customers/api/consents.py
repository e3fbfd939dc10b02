"""What customers agreed to: words given or taken back, only ever added to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404
from pydantic import Field, StrictBool

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Line,
    Out,
    Sort,
    Text,
    Whole,
    choice,
    etag_of,
    flag,
    listed,
    moment,
    page_of,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import services
from holdfast.records.customers.api.shapes import contact_in, router, row_customer
from holdfast.records.customers.models import Consent
from holdfast.records.customers.rules.consent import CHANNELS, PURPOSES

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")


class ConsentOut(Out):
    id: int
    customer_id: int = 0
    contact_id: int | None = None
    purpose: str = ""
    channel: str = ""
    is_given: bool = False
    on: date | None = None
    how: str = ""
    note: str = ""
    author_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ConsentIn(In):
    customer_id: Key
    contact_id: Key | None = None
    purpose: Annotated[str, Field(pattern=f"^({'|'.join(PURPOSES)})$")]
    channel: Annotated[str, Field(pattern=f"^({'|'.join(CHANNELS)})$")]
    is_given: StrictBool
    on: Day
    how: Text(80, 1)  # type: ignore[valid-type]
    note: Line = ""


def _shown(row: Consent) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ConsentOut.model_fields}


@router.lists(
    "/consents", "list_consents", "List consents", gives=ConsentOut, words=[VIEW],
    params=[whole("customer"), choice("purpose", list(PURPOSES)), choice("channel", list(CHANNELS)), flag("is_given"),
            moment("updated_since")],
)  # fmt: skip
def list_consents(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Every yes and no of your customers, the newest first; for a purpose and a channel the newest day counts."""
    found = Consent.objects.visible_to(request.user)
    names = {"updated_since": "updated_at__gte"}
    found = found.filter(**{names.get(name, name): value for name, value in asked.values.items()})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


@router.gets("/consents/{int:pk}", "get_consent", "Read a consent", gives=ConsentOut, words=[VIEW])
def get_consent(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One word given or taken back."""
    row = Consent.objects.visible_to(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return Whole(asked.cut(_shown(row)), etag_of(row))


@router.adds("/consents", "create_consent", "Keep a consent", gives=ConsentOut, words=[VIEW, EDIT])
def create_consent(request: StaffRequest, body: ConsentIn) -> Whole:
    """Keep a yes or a no with how it was given; nothing earlier is overwritten."""
    given = body.given()
    customer = row_customer(request.user, given.pop("customer_id"))
    row = services.add_consent(customer, by=request.user, **contact_in(customer, given))
    return Whole(_shown(row), etag_of(row), f"/api/v1/consents/{row.pk}")
