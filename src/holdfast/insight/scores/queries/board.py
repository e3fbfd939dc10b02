"""Everything the value page shows of one month, kept while neither its file nor the viewer's customers change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.core.cache import cache

from holdfast.analysis.days import Comparison
from holdfast.analysis.movement import CLASSES
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries import boards
from holdfast.insight.scores.queries.months import month_rows, run_of, runs, visible_ids
from holdfast.insight.scores.queries.segments import Segments, segments
from holdfast.insight.scores.queries.word import most_trusted
from holdfast.insight.scores.readers import FileMissing

KEPT_SECONDS = 3600
FLOW_MONTHS = 12


@dataclass(frozen=True)
class Board:
    """The figures of the value page, without words and addresses."""

    movement: boards.Movement
    stars: list[dict[str, Any]]
    star_moves: list[dict[str, Any]]
    hollow_moves: list[dict[str, Any]]
    revenue: boards.Pareto
    profit: boards.Pareto
    funnel: list[dict[str, Any]]
    totals: dict[str, Any]
    flow: list[tuple[str, dict[str, int], str]]
    trusted: list[dict[str, Any]]


def board(run: Run, viewer: User, comparison: Comparison = "month") -> Board:
    """The whole board of a month for a viewer; from the cache when nothing has changed since."""
    key = f"board-2:{run.sha256}:{_earlier_hash(run)}:{comparison}:{whose(viewer)}"
    found = cache.get(key)
    if found is None:
        found = _made(run, viewer, comparison)
        cache.set(key, found, KEPT_SECONDS)
    return found


def whose(viewer: User) -> str:
    """A key of the customers that a viewer sees; equal ones see the same figures."""
    ids = visible_ids(viewer)
    return "all" if ids is None else hashlib.sha256(ids.to_numpy().tobytes()).hexdigest()[:16]


def _earlier_hash(run: Run) -> str:
    """The hashes of the months that the board compares with."""
    earlier = runs().filter(month__lt=run.month)[:FLOW_MONTHS]
    return hashlib.sha256("".join(one.sha256 for one in earlier).encode()).hexdigest()[:16]


def kept_segments(run: Run, viewer: User, by: str) -> Segments:
    """`segments`, from the cache when nothing has changed since."""
    key = f"segments-1:{run.sha256}:{by}:{whose(viewer)}"
    found: Segments | None = cache.get(key)
    if found is None:
        found = segments(run, viewer, by)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _made(run: Run, viewer: User, comparison: Comparison) -> Board:
    return Board(
        movement=boards.movement(run, viewer, comparison),
        stars=boards.star_table(run, viewer),
        star_moves=boards.transitions(run, viewer, "stars"),
        hollow_moves=boards.transitions(run, viewer, "stars_hint"),
        revenue=boards.pareto(run, viewer, "revenue"),
        profit=boards.pareto(run, viewer, "profit"),
        funnel=boards.funnel(run, viewer),
        totals=boards.totals(run, viewer),
        flow=_flow(run, viewer),
        trusted=most_trusted(run, viewer),
    )


def _flow(run: Run, viewer: User) -> list[tuple[str, dict[str, int], str]]:
    """Month of the movement, customers in each class, month of the run that says so; oldest first."""
    by_month: dict[str, tuple[str, dict[str, int], str]] = {}
    everybody = visible_ids(viewer) is None
    for one in runs().filter(month__lte=run.month).order_by("month"):
        if one.movement_month not in by_month:
            counts = one.summary["movement"] if everybody else _counted(one, viewer)
            by_month[one.movement_month] = (one.movement_month, counts, one.month)
    return list(by_month.values())[-FLOW_MONTHS:]


def _counted(run: Run, viewer: User) -> dict[str, int]:
    try:
        column: pa.ChunkedArray = month_rows(run, viewer, ["movement"])["movement"]
    except FileMissing:
        return dict.fromkeys(CLASSES, 0)
    counts = {entry["values"]: entry["counts"] for entry in column.value_counts().to_pylist()}
    return {code: int(counts.get(code, 0)) for code in CLASSES}


def run_for(month: str) -> Run | None:
    """The run asked for by the address; the newest when none is."""
    return run_of(month) if month else runs().first()
