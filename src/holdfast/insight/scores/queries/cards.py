"""One customer's month: scores with what they rest on, beside the five-star median, and the months before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import grading
from holdfast.common.months import Month
from holdfast.insight.scores.models import Override, Run
from holdfast.insight.scores.queries.months import run_of, runs
from holdfast.insight.scores.readers import FileMissing, read_customer, read_month
from holdfast.insight.scores.rules.columns import COLUMNS, PARTS
from holdfast.records.customers.models import Customer

HISTORY_MONTHS = 24
# All but what only the movement of longer periods and the record of published days need.
CARD_COLUMNS = tuple(name for name in COLUMNS if not name.startswith(("q_", "y_")))
Row = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """`row` is the customer's row of the month's file; `change` lists (line, part, points) since the month before.

    The points of `change` add up exactly to the difference of the two scores. `median` is that of the five-star
    customers, per part; None where none of them has the part. `rank` is the place by twelve-month revenue.
    """

    run: Run
    row: Row
    median: dict[str, float | None]
    median_is_hollow: bool
    rank: int | None
    change: list[Row]
    override: Override | None


def card_of(customer: Customer) -> Card | None:
    """The newest scores of one customer; None before the first scoring that knows him."""
    run = runs().first()
    row = _row(run, customer.pk) if run else None
    if run is None or row is None:
        return None
    median, is_hollow = five_star_median(str(run.pk), run.sha256)
    return Card(
        run=run,
        row=row,
        median=median,
        median_is_hollow=is_hollow,
        rank=_rank(run, row),
        change=_change(run, row),
        override=active_override(customer, run),
    )


def active_override(customer: Customer, run: Run) -> Override | None:
    """The star set by hand that is in force on the run's day."""
    found = Override.objects.filter(
        customer=customer, approved_at__isnull=False, ended_at=None, expires_on__gte=run.as_of
    )
    return found.select_related("approved_by", "requested_by").order_by("-approved_at").first()


@lru_cache(maxsize=16)
def five_star_median(run_id: str, sha256: str) -> tuple[dict[str, float | None], bool]:
    """Median score of each part among five-star customers; among hollow five-star ones where no star is firm."""
    run = Run.objects.get(pk=run_id)
    table = read_month(run, ["stars", "stars_hint", *(f"s_{part}" for part in PARTS)])
    is_hollow = table["stars"].null_count == table.num_rows
    best = table.filter(pc.fill_null(pc.equal(table["stars_hint" if is_hollow else "stars"], 5), False))
    return {part: _median(best[f"s_{part}"]) for part in PARTS}, is_hollow


def _median(column: pa.ChunkedArray) -> float | None:
    known = column.drop_null()
    return float(pc.quantile(known, 0.5)[0].as_py()) if len(known) else None


def _row(run: Run, customer_id: int, columns: Sequence[str] = CARD_COLUMNS) -> Row | None:
    try:
        return read_customer(run, customer_id, columns)
    except FileMissing:
        return None


def _rank(run: Run, row: Row) -> int | None:
    if row["revenue_12m_minor"] <= 0:
        return None
    ordered = _revenues(str(run.pk), run.sha256)
    return len(ordered) - int(np.searchsorted(ordered, row["revenue_12m_minor"], side="right")) + 1


@lru_cache(maxsize=4)
def _revenues(run_id: str, sha256: str) -> np.ndarray:
    """Everybody's twelve months in rising order, so that a rank is one look into it."""
    column = read_month(Run.objects.get(pk=run_id), ["revenue_12m_minor"])["revenue_12m_minor"]
    return np.sort(column.to_numpy())


def _change(run: Run, row: Row) -> list[Row]:
    earlier = run_of(Month.parse(run.month).previous)
    before = _row(earlier, row["customer_id"], [*SCORES.names, "unrated"]) if earlier else None
    if earlier is None or before is None or before["unrated"] or row["unrated"]:
        return []
    previous, current = (pa.Table.from_pylist([_scores(one)], schema=SCORES) for one in (before, row))
    lines = grading.explain_change(previous, current, previous_weights=_weights(earlier), current_weights=_weights(run))
    return lines.drop_columns(["customer_id"]).to_pylist()


SCORES = pa.schema([("customer_id", pa.int64()), *((f"s_{part}", pa.float64()) for part in PARTS)])


def _scores(row: Row) -> Row:
    return {name: row[name] for name in SCORES.names}


def _weights(run: Run) -> grading.Weights:
    return grading.Weights.from_dict(run.definition.params["grading"]["weights"])


def months_of(customer: Customer) -> list[Row]:
    """The customer's months, newest first: month, state, and his row of that month's file."""
    found = []
    for run in runs()[:HISTORY_MONTHS]:
        row = _row(run, customer.pk, tuple(COLUMNS))
        if row is not None:
            found.append({"month": run.month, "state": run.state, **row})
    return found
