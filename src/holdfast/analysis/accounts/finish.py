"""From a row for each customer of all shards to what is said of them together: ranks, stars, forecast, summary."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import forecast, grading, integrity, movement, pareto
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.accounts.shard import KNOWN, Whole
from holdfast.analysis.accounts.table import customers_table, in_order
from holdfast.analysis.accounts.terms import AHEAD, INTERVALS, Analysis, AnalyzeParams
from holdfast.analysis.days import previous_month
from holdfast.analysis.forecast.views import Gathered, Known
from holdfast.analysis.grading.metrics import SUMS, metrics_of
from holdfast.analysis.ledger import Array, day_number
from holdfast.analysis.lifecycle import STAGES
from holdfast.analysis.movement import Moves
from holdfast.analysis.tables import Source


def finish(
    facts: pa.Table,
    whole: Whole,
    params: AnalyzeParams,
    *,
    invoices: Source | None = None,
    clock: Clock | None = None,
    ordered: bool = False,
) -> Analysis:
    """What `describe` said of every customer of every shard, in any order, becomes the analysis.

    ordered: the facts stand by customer_id already, which may then be any ascending key in its place.
    Errors: TableError where the invoices lack a column.
    """
    clock = clock or Clock()
    with clock("order"):
        facts = facts if ordered else in_order(facts)
    with clock("stars"):
        kept = _kept_word(facts, invoices, whole, params)
        measured = _measured(facts, kept, whole, params)
        graded = _graded(measured, params.grading)
        starred = grading.step(None, graded, integrity.gates(kept) if kept is not None else None, params.grading)
    with clock("forecast"):
        ahead = _ahead(facts, whole, params)
    with clock("table"):
        moves = _moves(facts)
        moved = moves.table(facts["customer_id"].combine_chunks())
        columns = {name: ahead.customers[name].to_numpy() for name in (*AHEAD, *INTERVALS)}
        table = customers_table(facts, starred, _named(moves), columns, whole, params)
        bridge = movement.bridge(moved)
        revenue = facts["revenue_minor"].to_numpy()
        summary = _summary(facts, revenue, bridge, ahead.models, whole, params)
    return Analysis(
        customers=table,
        summary=summary,
        bridge=bridge,
        not_bought=movement.not_bought(moved),
        volume_value=movement.volume_value(moved),
        movement=moved,
        lorenz=pareto.lorenz(revenue),
        metrics=measured,
        graded=graded,
        integrity=kept,
        year=pa.table({"customer_id": facts["customer_id"], "year_minor": facts["monetary_minor"]}),
        seconds=clock.seconds,
    )


def _kept_word(facts: pa.Table, invoices: Source | None, whole: Whole, params: AnalyzeParams) -> pa.Table | None:
    """The table of `integrity` with ids as text; None without invoices."""
    if invoices is None:
        return None
    found = integrity.integrity(invoices, as_of=whole.as_of, params=params.integrity)
    return found.set_column(0, "customer_id", found["customer_id"].cast(pa.string()))


def _measured(facts: pa.Table, kept: pa.Table | None, whole: Whole, params: AnalyzeParams) -> pa.Table:
    sums = {name: facts[name].to_numpy() for name in SUMS}
    tenure = day_number(whole.as_of) - facts["first_day"].to_numpy()
    ids, orders = facts["customer_id"].combine_chunks(), facts["now_count"].to_numpy()
    return metrics_of(ids, tenure, orders, sums, extra=kept, params=params.grading)


def _graded(measured: pa.Table, params: grading.GradingParams) -> pa.Table:
    scored = grading.score_parts(measured, grading.reference(measured, params), params)
    return grading.composite(scored, measured, params)


def _ahead(facts: pa.Table, whole: Whole, params: AnalyzeParams) -> forecast.Forecast:
    seen = {day_number(whole.as_of): _known(facts, "now")}
    came: dict[tuple[int, int], Array] = {}
    for number, (day, days) in enumerate(whole.looks):
        seen[day] = _known(facts, f"look{number}")
        came[day, days] = facts[f"look{number}_came"].to_numpy()
    past = Gathered(
        as_of=whole.as_of,
        ids=facts["customer_id"].combine_chunks(),
        first=facts["first_day"].to_numpy(),
        seen=seen,
        came=came,
        begins=whole.sums.begins,
        mean_minor=whole.mean_minor,
        profit=whole.sums.profit,
    )
    return forecast.forecast(
        past,
        as_of=whole.as_of,
        horizon_days=params.horizon_days,
        minor_digits=params.minor_digits,
        params=params.forecast,
    )


def _known(facts: pa.Table, prefix: str) -> Known:
    return Known(*(facts[f"{prefix}_{name}"].to_numpy() for name in KNOWN))


def _moves(facts: pa.Table) -> Moves:
    names = ("previous_minor", "current_minor", "previous_orders", "current_orders", "movement", "due")
    return Moves(*(facts[name].to_numpy() for name in names))


def _named(moves: Moves) -> pa.Array:
    codes = pa.array(moves.label, mask=moves.label < 0)
    return pa.array(movement.CLASSES).take(codes)


def _summary(
    facts: pa.Table, revenue: Array, bridge: pa.Table, models: dict[str, Any], whole: Whole, params: AnalyzeParams
) -> dict[str, Any]:
    counts = dict.fromkeys(STAGES, 0)
    for entry in pc.value_counts(facts["stage"].cast(pa.string())).to_pylist():
        counts[entry["values"]] = entry["counts"]
    return {
        "as_of": whole.as_of.isoformat(),
        "horizon_days": params.horizon_days,
        "movement_from": previous_month(whole.month).label,
        "movement_to": whole.month.label,
        "models": models,
        "pareto": {
            "top20_share": pareto.top_share(revenue),
            "customers_for_80": pareto.customers_for_share(revenue),
            "gini": pareto.gini(revenue),
        },
        "movement": _bridge_figures(bridge),
        "stages": counts,
    }


def _bridge_figures(bridge: pa.Table) -> dict[str, dict[str, int]]:
    return {
        "totals" if row["class"] == "total" else row["class"]: {
            "n": row["n"],
            "previous": row["previous_minor"],
            "current": row["current_minor"],
            "delta": row["delta_minor"],
        }
        for row in bridge.to_pylist()
    }
