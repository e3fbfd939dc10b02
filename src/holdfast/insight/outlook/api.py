"""What lies ahead, for programs; read only: the house's own clock computes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Schema

from holdfast.common.api import Asked, Out, Room, Sort, listed, page_of, whole
from holdfast.common.api.params import day, flag
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.outlook import readers
from holdfast.insight.outlook.models import LateChance
from holdfast.insight.outlook.queries import demand
from holdfast.insight.outlook.queries.late import foresight_of
from holdfast.insight.outlook.queries.state import newest
from holdfast.insight.outlook.rules.late import HIGH
from holdfast.records.commerce.models import Invoice
from holdfast.records.customers.models import Customer

router = Room("outlook")
VIEW, VALUE = Permission.CUSTOMER_VIEW, Permission.VALUE_VIEW
NEWEST = Sort("new", "pk", is_falling=True)


class LateChanceOut(Out):
    id: int
    customer_id: int = 0
    number: str = ""
    due_on: date | None = None
    open_minor: int = 0
    p_late: float = 0
    late_days: int = 0
    late_on: date | None = None
    reasons: list[list[Any]] = []


class DemandMonthOut(Schema):
    month: str
    expected_minor: int
    p10_minor: int | None
    p90_minor: int | None


class DemandOut(Out):
    as_of: date | None = None
    method: str | None = None
    origins: int | None = None
    beats_naive: bool | None = None
    history_months: int | None = None
    customers: int = 0
    months: list[DemandMonthOut] = []


class CustomerDemandOut(Out):
    as_of: date | None = None
    months: list[DemandMonthOut] = []
    last_on: date | None = None
    p_gap: float | None = None
    next_on: date | None = None
    next_low_on: date | None = None
    next_high_on: date | None = None
    order_minor: int | None = None
    order_p10_minor: int | None = None
    order_p90_minor: int | None = None


@router.lists(
    "/late-chances", "list_late_chances", "List chances of late payment", gives=LateChanceOut, words=[VIEW],
    params=[whole("customer"), flag("open"), flag("high"), day("due_until")],
)  # fmt: skip
def list_late_chances(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """The chance that each of your customers' invoices is paid late, as known on its day of issue, the newest first."""
    found = LateChance.objects.visible_to(request.user).select_related("invoice")
    if customer := asked.get("customer"):
        found = found.filter(invoice__customer=customer)
    if asked.get("open"):
        found = found.filter(invoice__in=Invoice.objects.open().order_by().values("pk"))
    if asked.get("high"):
        found = found.filter(p_late__gte=HIGH)
    if until := asked.get("due_until"):
        found = found.filter(invoice__due_on__lte=until)
    page = page_of(found, NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_chance(row)), page.next)


def _chance(row: LateChance) -> dict[str, Any]:
    invoice, told = row.invoice, foresight_of(row)
    names = ("customer_id", "number", "due_on", "open_minor")
    return {"id": row.pk, **{name: getattr(invoice, name) for name in names}} | {
        "p_late": row.p_late, "late_days": row.late_days, "late_on": told.late_on, "reasons": row.reasons
    }  # fmt: skip


@router.gets("/demand", "get_demand", "Read the demand forecast", gives=DemandOut, words=[VIEW, VALUE])
def get_demand(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What your customers will order in the months to come, with P10 and P90, and how it was found."""
    outlook = newest()
    found = demand.whole(request.user, outlook) if outlook else None
    if outlook is None or found is None:
        raise Http404
    names = ("method", "origins", "beats_naive", "history_months")
    told = {name: outlook.demand.get(name) for name in names}
    months = [_month(*row) for row in found.ahead]
    return asked.cut({"as_of": outlook.as_of, **told, "customers": found.customers, "months": months})


def _month(month: str, minor: int, low: int | None, high: int | None) -> dict[str, Any]:
    return {"month": month, "expected_minor": minor, "p10_minor": low, "p90_minor": high}


@router.gets(
    "/customers/{int:pk}/demand", "get_customer_demand", "Read a customer's expected orders", gives=CustomerDemandOut,
    words=[VIEW],
)  # fmt: skip
def get_customer_demand(request: StaffRequest, pk: int, asked: Asked) -> dict[str, Any]:
    """When one customer will order next, for how much, and what the months to come should bring; null: not told."""
    customer, outlook = Customer.objects.visible_to(request.user).filter(pk=pk).first(), newest()
    if customer is None or outlook is None:
        raise Http404
    row = readers.customer_row(outlook, pk)
    if row is None:
        raise Http404
    names = ("last_on", "p_gap", "next_on", "next_low_on", "next_high_on")
    order = {"order_minor": row["minor"], "order_p10_minor": row["minor_low"], "order_p90_minor": row["minor_high"]}
    ahead = readers.months_ahead(outlook.as_of, len(row["months"] or []))
    months = [
        _month(str(month), *values)
        for month, *values in zip(ahead, row["months"] or [], row["low"] or [], row["high"] or [], strict=True)
    ]
    return asked.cut({"as_of": outlook.as_of, "months": months, **{name: row[name] for name in names}, **order})
