"""From a row for each customer of all shards to what is said of them together: ranks, stars, forecast, summary."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from holdfast.analysis import integrity, movement
from holdfast.analysis.accounts.apply import Rows, Settled, measured_of, moves_of, rows, settle
from holdfast.analysis.accounts.census import Census
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.accounts.shard import Whole
from holdfast.analysis.accounts.table import in_order
from holdfast.analysis.accounts.terms import Analysis, AnalyzeParams
from holdfast.analysis.cores import each
from holdfast.analysis.days import previous_month
from holdfast.analysis.tables import Source

AT_ONCE = 250_000


def finish(
    facts: pa.Table,
    whole: Whole,
    params: AnalyzeParams,
    *,
    invoices: Source | None = None,
    clock: Clock | None = None,
) -> Analysis:
    """What `describe` said of every customer of every shard, in any order, becomes the analysis.

    Three steps: a census of all, what is settled from it, and then the rows, each of which rests on its own customer and
    on what is settled. Errors: TableError where the invoices lack a column.
    """
    clock = clock or Clock()
    with clock("order"):
        facts = in_order(facts)
    with clock("census"):
        kept = kept_word(invoices, whole, params)
        measured = measured_of(facts, kept, whole, params)
        census = Census.of(facts, measured, whole, params)
    with clock("forecast"):
        settled = settle(census, kept, whole, params)
    with clock("table"):
        found = every_row(facts, measured, settled)
    moved = moves_of(facts).table(facts["customer_id"].combine_chunks())
    year = pa.table({"customer_id": facts["customer_id"], "year_minor": facts["monetary_minor"]})
    return analysis(census, settled, found, (moved, measured, year), clock)


def kept_word(invoices: Source | None, whole: Whole, params: AnalyzeParams) -> pa.Table | None:
    """The table of `integrity` with ids as text; None without invoices."""
    if invoices is None:
        return None
    found = integrity.integrity(invoices, as_of=whole.as_of, params=params.integrity)
    return found.set_column(0, "customer_id", found["customer_id"].cast(pa.string()))


def every_row(facts: pa.Table, measured: pa.Table, settled: Settled) -> Rows:
    """The rows of all customers, worked out so many at a time, side by side."""
    begins = range(0, max(facts.num_rows, 1), AT_ONCE)
    parts = each(lambda begin: rows(facts.slice(begin, AT_ONCE), measured.slice(begin, AT_ONCE), settled), begins)
    return Rows(
        pa.concat_tables([part.customers for part in parts]),
        pa.concat_tables([part.graded for part in parts]),
        sum(part.value for part in parts),
    )


def analysis(
    census: Census, settled: Settled, found: Rows, each_customer: tuple[pa.Table, pa.Table, pa.Table], clock: Clock
) -> Analysis:
    """All together; each_customer: movement, metrics and the year's revenue, or empty tables like them."""
    moved, measured, year = each_customer
    bridge = movement.bridge(census.moved)
    return Analysis(
        customers=found.customers,
        summary=_summary(census, settled, bridge, found.value),
        bridge=bridge,
        not_bought=movement.not_bought(census.moved),
        volume_value=movement.volume_value(census.moved),
        movement=moved,
        lorenz=census.curve.lorenz(),
        metrics=measured,
        graded=found.graded,
        integrity=settled.kept,
        year=year,
        seconds=clock.seconds,
    )


def _summary(census: Census, settled: Settled, bridge: pa.Table, value: float) -> dict[str, Any]:
    whole = settled.whole
    return {
        "as_of": whole.as_of.isoformat(),
        "horizon_days": settled.params.horizon_days,
        "movement_from": previous_month(whole.month).label,
        "movement_to": whole.month.label,
        "models": settled.ahead.models(value),
        "pareto": census.curve.figures(),
        "movement": _bridge_figures(bridge),
        "stages": dict(census.stages),
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
