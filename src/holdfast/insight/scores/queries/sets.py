"""The customers behind a figure: the same filter that counted it, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.months import month_rows, run_of
from holdfast.insight.scores.queries.segments import value_bands
from holdfast.insight.scores.rules.columns import COMPARISONS
from holdfast.records.customers.models import Customer

PAGE = 50
SHOWN = (
    "stars", "stars_hint", "stage", "risk", "revenue_12m_minor", "money_at_stake_minor", "last_on", "lost_on",
    "value_12m_minor", "p_leave",
)  # fmt: skip
TEXT_FILTERS = {"stage": "stage", "risk": "risk", "class": "revenue_class"}
PROFIT_FILTERS = {"profit_class": "profit_class"}
NONE = "none"
STAR_COLUMNS = ("stars", "stars_hint")


@dataclass(frozen=True)
class CustomerSet:
    """One page of the customers behind a figure; `total` and the sums are over all of them."""

    rows: list[dict[str, Any]]
    total: int
    previous_minor: int
    current_minor: int
    revenue_12m_minor: int
    at_stake_minor: int
    page: int
    pages: int


def customer_set(run: Run, viewer: User, asked: Mapping[str, str], *, page: int = 1) -> CustomerSet:
    """The visible customers that a figure of the value pages counted, largest change or revenue first.

    asked: compare, movement, due, stars ("5" or "none"), sure ("firm" | "hollow"), before, after (stars; "none"),
    stage, risk, class, profit_class, band (A, B, C of value ahead; each of these may be "none"), losing, left, current
    (revenue not 0), bought, active, never (has not bought yet). Profit filters need `see_profit` and are otherwise
    left out. Unknown values find nobody.
    """
    return _page(everybody(run, viewer, asked), page, viewer)


def everybody(run: Run, viewer: User, asked: Mapping[str, str]) -> pa.Table:
    """All rows of the set, in its order; see `customer_set`."""
    prefix = COMPARISONS.get(asked.get("compare", "month"), "")
    names = [f"{prefix}{name}" for name in ("movement", "due", "previous_minor", "current_minor", "delta_minor")]
    wanted = {*names, *SHOWN, "revenue_class", "profit_class", "profit_12m_minor", "orders_12m", "current_orders"}
    table = month_rows(run, viewer, sorted(wanted))
    table = table.rename_columns([_plain(name, prefix, names) for name in table.column_names])
    table = table.filter(_mask(table, asked, viewer.sees_profit))
    if asked.get("band") and viewer.sees_profit:
        named = value_bands(run, table["value_12m_minor"])
        table = table.filter(_is(pa.chunked_array([pa.array(named, pa.string())]), asked["band"].split(",")))
    if "before" in asked or "after" in asked:
        table = _crossing(run, viewer, table, asked)
    return _ordered(table, asked)


def _plain(name: str, prefix: str, names: list[str]) -> str:
    return name.removeprefix(prefix) if name in names else name


def _mask(table: pa.Table, asked: Mapping[str, str], sees_profit: bool) -> pa.Array:
    mask = pa.array([True] * table.num_rows) if table.num_rows else pa.array([], pa.bool_())
    filters = {**TEXT_FILTERS, "movement": "movement", "due": "due", **(PROFIT_FILTERS if sees_profit else {})}
    parts = [_is(table[column], asked[name].split(",")) for name, column in filters.items() if asked.get(name)]
    if asked.get("stars"):
        parts.append(_star_mask(table, asked["stars"], asked.get("sure", "")))
    if asked.get("left"):
        parts.append(pc.is_valid(table["lost_on"]))
    if asked.get("current"):
        parts.append(pc.not_equal(table["current_minor"], 0))
    if asked.get("bought"):
        parts.append(pc.greater(table["current_orders"], 0))
    if asked.get("never"):
        parts.append(pc.is_null(table["risk"]))
    if asked.get("active"):
        parts.append(pc.greater(table["orders_12m"], 0))
    if asked.get("losing") and sees_profit:
        parts.append(pc.fill_null(pc.less(table["profit_12m_minor"], 0), False))
    for part in parts:
        mask = pc.and_(mask, part)
    return mask


def _is(column: pa.ChunkedArray, values: list[str]) -> pa.ChunkedArray:
    """Whether the value is among these; "none" stands for no value."""
    found = pc.is_in(column, value_set=pa.array(values, pa.string()))
    return pc.or_(found, pc.equal(pc.fill_null(column, ""), "")) if NONE in values else found


def _star_mask(table: pa.Table, asked: str, sure: str) -> pa.Array:
    firm, hint = (table[name].fill_null(0) for name in STAR_COLUMNS)
    values = pa.array([int(text) for text in asked.split(",") if text.isdigit()], pa.int8())
    if not len(values):
        return pc.and_(pc.equal(firm, 0), pc.equal(hint, 0))
    is_firm = pc.is_in(firm, value_set=values)
    is_hollow = pc.and_(pc.equal(firm, 0), pc.is_in(hint, value_set=values))
    return is_firm if sure == "firm" else is_hollow if sure == "hollow" else pc.or_(is_firm, is_hollow)


def _crossing(run: Run, viewer: User, table: pa.Table, asked: Mapping[str, str]) -> pa.Table:
    """Those who went from one star to another since the month before."""
    column = "stars" if asked.get("sure") == "firm" else "stars_hint"
    after = table[column].fill_null(0)
    mask = pc.equal(after, _star(asked.get("after", "")))
    earlier = run_of(Month.parse(run.month).previous)
    before = month_rows(earlier, viewer, [column]) if earlier else table.slice(0, 0)
    place = pc.index_in(table["customer_id"], value_set=before["customer_id"].combine_chunks())
    was = before[column].combine_chunks().take(place.combine_chunks()).fill_null(0)
    return table.filter(pc.and_(mask, pc.equal(was, _star(asked.get("before", "")))))


def _star(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _ordered(table: pa.Table, asked: Mapping[str, str]) -> pa.Table:
    by_change = any(asked.get(name) for name in ("movement", "due"))
    by_stake = any(asked.get(name) for name in ("risk", "left", "band", "profit_class"))
    key = pc.negate(pc.abs(table["delta_minor"])) if by_change else pc.negate(
        table["money_at_stake_minor"] if by_stake else table["revenue_12m_minor"]
    )  # fmt: skip
    ordered = table.append_column("_key", key).sort_by([("_key", "ascending"), ("customer_id", "ascending")])
    return ordered.drop_columns(["_key"])


def _page(table: pa.Table, page: int, viewer: User) -> CustomerSet:
    pages = max(1, -(-table.num_rows // PAGE))
    page = min(max(page, 1), pages)
    rows = table.slice((page - 1) * PAGE, PAGE).to_pylist()
    people = Customer.objects.visible_to(viewer).select_related("owner").in_bulk([row["customer_id"] for row in rows])
    for row in rows:
        row["customer"] = people.get(row["customer_id"])
    return CustomerSet(
        rows=[row for row in rows if row["customer"]],
        total=table.num_rows,
        previous_minor=int(pc.sum(table["previous_minor"]).as_py() or 0),
        current_minor=int(pc.sum(table["current_minor"]).as_py() or 0),
        revenue_12m_minor=int(pc.sum(table["revenue_12m_minor"]).as_py() or 0),
        at_stake_minor=int(pc.sum(table["money_at_stake_minor"]).as_py() or 0),
        page=page,
        pages=pages,
    )
