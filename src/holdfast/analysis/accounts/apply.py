"""From what is settled of all customers to the finished row of each, any number of customers at a time."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from holdfast.analysis import grading, integrity, movement
from holdfast.analysis.accounts.census import Census, known_of
from holdfast.analysis.accounts.ranks import Bound
from holdfast.analysis.accounts.shard import Whole
from holdfast.analysis.accounts.table import customers_table
from holdfast.analysis.accounts.terms import AnalyzeParams
from holdfast.analysis.forecast.columns import foreseen
from holdfast.analysis.forecast.settle import Settled as Ahead
from holdfast.analysis.forecast.settle import settle as settle_ahead
from holdfast.analysis.grading.metrics import SUMS, metrics_of
from holdfast.analysis.ledger import day_number
from holdfast.analysis.movement import Moves


@dataclass(frozen=True)
class Settled:
    """All that a customer's row rests on beside the customer; small, and it can be pickled.

    kept: the table of `integrity` with ids as text; null without invoices.
    """

    whole: Whole
    params: AnalyzeParams
    kept: pa.Table | None
    cuts: dict[str, tuple[int, ...]]
    bounds: tuple[Bound | None, ...]
    reference: grading.Reference
    ahead: Ahead


def settle(census: Census, kept: pa.Table | None, whole: Whole, params: AnalyzeParams) -> Settled:
    """The models fitted and chosen, beside bounds and references: what must be known before the first row."""
    ahead = settle_ahead(census.gist, params.horizon_days, 10.0**params.minor_digits, params.forecast)
    return Settled(whole, params, kept, dict(census.cuts), census.curve.bounds, census.reference, ahead)


@dataclass(frozen=True)
class Rows:
    """Finished customers. value: the sum of their clv_12m, major units."""

    customers: pa.Table
    graded: pa.Table
    value: float


def rows(facts: pa.Table, measured: pa.Table, settled: Settled) -> Rows:
    """What `describe` said of some customers becomes their rows; each is the same whoever stands beside it."""
    params = settled.params
    scored = grading.score_parts(measured, settled.reference, params.grading)
    graded = grading.composite(scored, measured, params.grading)
    gates = integrity.gates(settled.kept) if settled.kept is not None else None
    starred = grading.step(None, graded, gates, params.grading)
    today = day_number(settled.whole.as_of)
    view = known_of(facts, "now").view(today, facts["first_day"].to_numpy(), None)
    ahead = foreseen(settled.ahead, view)
    moved = movement.words(moves_of(facts).label)
    table = customers_table(facts, starred, moved, ahead, settled.cuts, settled.bounds, params.minor_digits)
    return Rows(table, graded, float(ahead["clv_12m"].sum()))


def measured_of(facts: pa.Table, kept: pa.Table | None, whole: Whole, params: AnalyzeParams) -> pa.Table:
    """The metrics of the stars; one row per customer of the facts."""
    sums = {name: facts[name].to_numpy() for name in SUMS}
    tenure = day_number(whole.as_of) - facts["first_day"].to_numpy()
    ids, orders = facts["customer_id"].combine_chunks(), facts["now_count"].to_numpy()
    return metrics_of(ids, tenure, orders, sums, extra=kept, params=params.grading)


def moves_of(facts: pa.Table) -> Moves:
    """The movement of each customer of the facts."""
    names = ("previous_minor", "current_minor", "previous_orders", "current_orders", "movement", "due")
    return Moves(*(facts[name].to_numpy() for name in names))
