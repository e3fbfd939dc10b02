"""The scores of the months, for programs; they are read only: what computes them is the house's own clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.http import Http404
from ninja import Schema
from pydantic import create_model

from holdfast.common.api import Asked, Out, Problem, Room, Sort, listed, page_of, read_cursor, whole, write_cursor
from holdfast.common.api.params import BIGGEST
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.cards import months_of
from holdfast.insight.scores.queries.months import runs
from holdfast.insight.scores.queries.paging import month_page, month_row
from holdfast.insight.scores.rules.columns import COLUMNS, PARTS
from holdfast.records.customers.models import Customer

router = Room("scores")
VIEW, VALUE = Permission.CUSTOMER_VIEW, Permission.VALUE_VIEW
NEWEST = Sort("new", "month", is_falling=True)
# What tells of costs, straight or by reckoning back.
OF_PROFIT = {
    "profit_12m_minor", "costed_share", "score", "score_available", "month_profit_minor", "month_costed_minor",
    "profit_class", "efficiency_minor", "value_12m_minor", "value_12m_p10_minor", "value_12m_p90_minor",
    "s_profit", "s_efficiency", *(f"c_{part}" for part in PARTS),
}  # fmt: skip
TYPES: list[tuple[Any, Any]] = [
    (pa.types.is_integer, int), (pa.types.is_floating, float), (pa.types.is_date, date), (pa.types.is_boolean, bool),
    (pa.types.is_string, str),
]  # fmt: skip


def _type_of(kind: pa.DataType) -> Any:
    found = next((python for is_kind, python in TYPES if is_kind(kind)), None)
    return list[str] if found is None else found | None


ScoreOut = create_model("ScoreOut", __base__=Out, **{name: (_type_of(kind), None) for name, kind in COLUMNS.items()})  # type: ignore[call-overload]
MonthScoreOut = create_model("MonthScoreOut", __base__=ScoreOut, month=(str, ""), state=(str, ""))


class RunOut(Out):
    id: int
    month: str = ""
    state: str = ""
    as_of: date | None = None
    definition: int = 0
    scored_at: datetime | None = None
    sha256: str = ""


class MonthsOut(Schema):
    data: list[MonthScoreOut]  # type: ignore[valid-type]


@router.lists("/scores", "list_scored_months", "List scored months", gives=RunOut, words=[VIEW, VALUE])
def list_scored_months(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """The months that have been scored, the newest first; `signed` ones never change again."""
    page = page_of(runs(), NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda run: asked.cut(_run(run)), page.next)


def _run(run: Run) -> dict[str, Any]:
    names = ("id", "month", "state", "as_of", "scored_at", "sha256")
    return {name: getattr(run, name) for name in names} | {"definition": run.definition.version}


@router.lists(
    "/scores/{month}", "list_scores", "List the scores of a month", gives=ScoreOut, words=[VIEW, VALUE],
    params=[whole("customer")],
)  # fmt: skip
def list_scores(request: StaffRequest, month: str, asked: Asked) -> dict[str, Any]:
    """Every figure of a month for your customers, by customer key; the names stand in the list of metrics."""
    columns = [name for name in COLUMNS if request.user.sees_profit or name not in OF_PROFIT]
    after, key = _after(asked.cursor) or 0, asked.get("customer")
    try:
        if key:
            found = month_row(month, request.user, columns, key) if key > after else None
        else:
            found = month_page(month, request.user, columns, after=after, size=asked.limit + 1)
    except LookupError as error:
        raise Http404 from error
    rows = found.slice(0, asked.limit).to_pylist() if found is not None else []
    more = found is not None and found.num_rows > len(rows)
    return listed(rows, lambda row: _cut(asked, row), write_cursor("scores", rows[-1]["customer_id"]) if more else "")


def _after(cursor: str) -> int | None:
    key = read_cursor(cursor, "scores", 1)
    if key is not None and not (isinstance(key[0], int) and 0 < key[0] <= BIGGEST):
        raise Problem("bad_cursor", 400, field="cursor")
    return key[0] if key else None


def _cut(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    return asked.cut(row) | {"customer_id": row["customer_id"]}


@router.gets(
    "/customers/{int:pk}/scores", "list_customer_scores", "Read a customer's months", gives=MonthsOut, words=[VIEW]
)
def list_customer_scores(request: StaffRequest, pk: int) -> dict[str, Any]:
    """One customer's scores of up to 24 months, the newest first."""
    customer = Customer.objects.visible_to(request.user).filter(pk=pk).first()
    if customer is None:
        raise Http404
    hidden = frozenset() if request.user.sees_profit else OF_PROFIT
    return {"data": [{name: row[name] for name in row if name not in hidden} for row in months_of(customer)]}
