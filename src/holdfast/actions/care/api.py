"""Service standards, what customers are owed by them, how far it was kept, and gifts, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Schema
from pydantic import Field

from holdfast.actions.care import queries, services
from holdfast.actions.care.models import Duty, Gift, Standard
from holdfast.actions.care.queries.execution import Line as ExecutionLine
from holdfast.actions.care.rules import KINDS
from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Line,
    Minor,
    Out,
    Problem,
    Room,
    Sort,
    Text,
    Whole,
    choice,
    day,
    etag_of,
    flag,
    listed,
    moment,
    page_of,
    text,
    whole,
)
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer

router = Room("care")
VIEW, TASKS = Permission.CUSTOMER_VIEW, Permission.TASK_EDIT
BY_KEY, NEWEST, SINCE = Sort("key", "pk"), Sort("new", "pk", is_falling=True), Sort("since", "updated_at")


class StandardOut(Out):
    id: int
    version: int = 0
    starts_on: date | None = None
    channel: str = ""
    stars: int = 0
    visits: int = 0
    visits_every: str = ""
    contacts: int = 0
    contacts_every: str = ""
    reply_hours: int = 0
    gift_budget_minor: int = 0
    discount_percent: str = ""
    service_minutes: int = 0
    owner_level: str = ""


@router.lists(
    "/standards", "list_standards", "List service standards", gives=StandardOut, words=[VIEW], params=[day("on")]
)
def list_standards(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What each star is owed today, or on a day: visits, contacts, reply time, gifts, discount; a handful of rows."""
    try:
        table = queries.table_on(asked.get("on") or today())
    except LookupError:
        return listed([], asked.cut)
    rows = sorted(table.rows.values(), key=lambda row: (row.channel, -row.stars))
    told = {"version": table.version.number, "starts_on": table.version.starts_on}
    return listed(rows[: asked.limit], lambda row: asked.cut(_shown(row) | told))


def _shown(row: Standard) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StandardOut.model_fields if name not in ("version", "starts_on")}


# --- duties -------------------------------------------------------------------------------------------------------


class DutyOut(Out):
    """`due` times (for `minutes` minutes) between two days; `done` may be more, `kept` never is more than `due`."""

    id: int
    customer_id: int = 0
    kind: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    stars: int = 0
    is_provisional: bool = False
    owner_id: int | None = None
    department_id: int | None = None
    due: int = 0
    done: int = 0
    kept: int = 0
    missing: int = 0
    is_closed: bool = False


@router.lists(
    "/duties", "list_duties", "List duties", gives=DutyOut, words=[VIEW],
    params=[text("month", 7), whole("customer"), whole("owner"), whole("stars", 1, 5), choice("kind", list(KINDS)),
            flag("missing")],
)  # fmt: skip
def list_duties(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What your customers are owed in a month (the running one without `month`), with what was done for it."""
    found = queries.duties_in(_month(asked.get("month")), today()).visible_to(request.user).filter(due__gt=0)
    given = {name: value for name, value in asked.values.items() if name not in ("month", "missing")}
    found = queries.with_counted(found.filter(**given))
    if "missing" in asked.values:
        found = found.filter(**{"missing_now__gt" if asked.get("missing") else "missing_now": 0})
    page = page_of(found, BY_KEY, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_duty(row)), page.next)


def _duty(row: Duty) -> dict[str, Any]:
    counted: Any = row
    names = DutyOut.model_fields.keys() - {"done", "kept", "missing", "is_closed"}
    return {name: getattr(row, name) for name in names} | {
        "done": counted.done_now, "kept": counted.kept_now, "missing": counted.missing_now,
        "is_closed": row.closed_at is not None,
    }  # fmt: skip


def _month(given: str | None) -> Month:
    try:
        return Month.parse(given) if given else Month.of(today())
    except ValueError as error:
        raise Problem("bad_parameter", 422, field="month", name="month", kind="YYYY-MM") from error


# --- execution ----------------------------------------------------------------------------------------------------


class ExecutionLineOut(Schema):
    """`key`: the star, or the key of the person or department; null where nobody is responsible. `rate` from 0 to 1."""

    key: int | None
    customers: int
    due: int
    kept: int
    missing: int
    rate: float | None


class ExecutionOut(Out):
    id: str
    is_running: bool = False
    provisional_share: float = 0
    total: ExecutionLineOut | None = None
    stars: list[ExecutionLineOut] = []
    owners: list[ExecutionLineOut] = []
    departments: list[ExecutionLineOut] = []


@router.gets(
    "/execution/{month}", "get_execution", "Read how far standards were kept", gives=ExecutionOut, words=[VIEW]
)
def get_execution(request: StaffRequest, month: str, asked: Asked) -> dict[str, Any]:
    """Visits and contacts due and kept in a month, for your customers: by star, person and department."""
    found = queries.execution(_month(month), request.user)
    row = {
        "id": str(found.month), "is_running": found.is_running, "provisional_share": found.provisional_share,
        "total": _line(found.total), "stars": [_line(line) for line in found.stars],
        "owners": [_line(line) for line in found.owners], "departments": [_line(line) for line in found.departments],
    }  # fmt: skip
    return asked.cut(row)


def _line(line: ExecutionLine) -> dict[str, Any]:
    names = ("customers", "due", "kept", "missing", "rate")
    return {"key": line.key or None} | {name: getattr(line, name) for name in names}


# --- gifts --------------------------------------------------------------------------------------------------------


class GiftOut(Out):
    id: int
    customer_id: int = 0
    contact_id: int | None = None
    item: str = ""
    cost_minor: int = 0
    on: date | None = None
    occasion: str = ""
    reason: str = ""
    author_id: int | None = None
    budget_minor: int = 0
    state: str = ""
    answered_by_id: int | None = None
    answered_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class GiftIn(In):
    customer_id: Key
    item: Text(120, 1)  # type: ignore[valid-type]
    cost_minor: Minor = Field(gt=0)
    on: Day
    contact_id: Key | None = None
    occasion: Text(60) = ""  # type: ignore[valid-type]
    reason: Line = ""


def _gift(row: Gift) -> dict[str, Any]:
    return {name: getattr(row, name) for name in GiftOut.model_fields if name != "author_id"} | {"author_id": row.by_id}


@router.lists(
    "/gifts", "list_gifts", "List gifts", gives=GiftOut, words=[VIEW],
    params=[whole("customer"), day("since"), day("until"), flag("pending"), moment("updated_since")],
)  # fmt: skip
def list_gifts(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Gifts to your customers, the newest first; `pending=true`: those over their budget that wait for an answer."""
    names = {"customer": "customer", "since": "on__gte", "until": "on__lte", "updated_since": "updated_at__gte"}
    found: Any = Gift.objects.visible_to(request.user)
    found = found.filter(**{names[name]: value for name, value in asked.values.items() if name in names})
    if "pending" in asked.values:
        waiting = found.filter(is_over=True, answered_at=None)
        found = waiting if asked.get("pending") else found.exclude(pk__in=waiting.order_by().values("pk"))
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_gift(row)), page.next)


@router.gets("/gifts/{int:pk}", "get_gift", "Read a gift", gives=GiftOut, words=[VIEW])
def get_gift(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One gift; over its budget it counts once somebody has approved it on the page of gifts."""
    row = Gift.objects.visible_to(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return Whole(asked.cut(_gift(row)), etag_of(row))


@router.adds("/gifts", "create_gift", "Keep a gift", gives=GiftOut, words=[VIEW, TASKS])
def create_gift(request: StaffRequest, body: GiftIn) -> Whole:
    """Keep what was given; over the star's budget of the year it needs `reason` and waits for an answer."""
    given = body.given()
    key, person = given.pop("customer_id"), given.pop("contact_id", None)
    customer = Customer.objects.visible_to(request.user).select_related("standing").filter(pk=key).first()
    if customer is None:
        raise Problem("not_known", 422, field="customer_id", name=f"customer_id {key}")
    contact = customer.contacts.filter(pk=person).first() if person else None
    if person and contact is None:
        raise Problem("not_known", 422, field="contact_id", name=f"contact_id {person}")
    row = services.add_gift(customer, contact=contact, by=request.user, **given)
    return Whole(_gift(row), etag_of(row), f"/api/v1/gifts/{row.pk}")
