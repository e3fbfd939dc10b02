"""Where customers stand by the newest scores, and what changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from holdfast.common.api import Asked, Out, Sort, choice, listed, moment, page_of, whole
from holdfast.common.labels import STAGES
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.api.shapes import StandingOut, router, standing_out, visible
from holdfast.records.customers.models import Customer, Standing, StandingChange

VIEW = Permission.CUSTOMER_VIEW
BY_CUSTOMER, NEWEST = Sort("customer", "pk"), Sort("new", "pk", is_falling=True)


class StandingChangeOut(Out):
    id: int
    customer_id: int = 0
    on: date | None = None
    month: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    reasons: list[Any] = []
    at: datetime | None = None


def _standings(viewer: User) -> QuerySet[Standing]:
    return Standing.objects.filter(customer__in=Customer.objects.visible_to(viewer).order_by().values("pk"))


@router.lists(
    "/standings", "list_standings", "List standings", gives=StandingOut, words=[VIEW],
    params=[whole("customer"), whole("stars", 1, 5), choice("stage", list(STAGES))],
)  # fmt: skip
def list_standings(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Stars, stage, movement, risk and money of each customer by the newest scores; amounts without tax."""
    found = _standings(request.user)
    names = {"customer": "customer", "stars": "stars", "stage": "stage"}
    found = found.filter(**{names[name]: value for name, value in asked.values.items()})
    page = page_of(found, BY_CUSTOMER, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: _cut(asked, standing_out(request.user, row)), page.next)


def _cut(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    return asked.cut(row) | {"customer_id": row["customer_id"]}


@router.gets(
    "/customers/{int:pk}/standing", "get_standing", "Read a customer's standing", gives=StandingOut, words=[VIEW]
)
def get_standing(request: StaffRequest, pk: int, asked: Asked) -> dict[str, Any]:
    """One customer's newest scores; 404 before the first scoring that knows the customer."""
    standing = Standing.objects.filter(customer=visible(request, pk)).first()
    if standing is None:
        raise Http404
    return _cut(asked, standing_out(request.user, standing))


@router.lists(
    "/standing-changes", "list_standing_changes", "List changes of standing", gives=StandingChangeOut, words=[VIEW],
    params=[whole("customer"), moment("since"), choice("field", ["stars", "stage", "risk", "movement"])],
)  # fmt: skip
def list_standing_changes(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What changed from one scoring to the next: stars, stage, risk or movement; the newest first."""
    seen = Customer.objects.visible_to(request.user).order_by().values("pk")
    found = StandingChange.objects.filter(customer__in=seen)
    names = {"customer": "customer", "since": "at__gte", "field": "field"}
    found = found.filter(**{names[name]: value for name, value in asked.values.items()})
    page = page_of(found, NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut({name: getattr(row, name) for name in SHOWN}), page.next)


SHOWN = tuple(StandingChangeOut.model_fields)
