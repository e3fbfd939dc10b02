"""The service standards in force, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from holdfast.actions.care import queries
from holdfast.actions.care.models import Standard
from holdfast.common.api import Asked, Out, Room, day, listed
from holdfast.common.months import today
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission

router = Room("care")


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
    "/standards", "list_standards", "List service standards", gives=StandardOut, words=[Permission.CUSTOMER_VIEW],
    params=[day("on")],
)  # fmt: skip
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
