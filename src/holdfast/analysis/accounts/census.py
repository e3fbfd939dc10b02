"""What is asked of all customers together, from a row for each of them: sums, bounds, samples; never a row a customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import grading, movement
from holdfast.analysis.accounts.ranks import Curve, curve_of, cuts_of
from holdfast.analysis.accounts.shard import KNOWN, Whole
from holdfast.analysis.accounts.terms import AnalyzeParams
from holdfast.analysis.forecast.gist import Gist
from holdfast.analysis.forecast.views import Gathered, Known, View
from holdfast.analysis.ledger import Array, day_number
from holdfast.analysis.lifecycle import STAGES

MOVES = ("previous_minor", "current_minor", "previous_orders", "current_orders")
SCORES = {"rfm_r": "now_last", "rfm_f": "now_count", "rfm_m": "monetary_minor"}


@dataclass(frozen=True)
class Census:
    """customers: all, with a purchase day or not. cuts: where classes 2 to 5 of rfm_r, rfm_f and rfm_m begin. stages:
    customers in each. moved: movement by class, with the number of customers n. gist: what the forecast asks."""

    customers: int
    cuts: Mapping[str, tuple[int, ...]]
    curve: Curve
    reference: grading.Reference
    stages: Mapping[str, int]
    moved: pa.Table
    gist: Gist

    @classmethod
    def of(cls, facts: pa.Table, measured: pa.Table, whole: Whole, params: AnalyzeParams) -> Census:
        """From all customers at hand, by customer_id; measured: their `grading.metrics`."""
        bought = facts["now_count"].to_numpy() > 0
        past = past_of(facts, whole)
        view = View.of(past, past.today)
        ids = facts["customer_id"].combine_chunks()
        return cls(
            facts.num_rows,
            {name: cuts_of(facts[column].to_numpy()[bought]) for name, column in SCORES.items()},
            curve_of(ids, facts["revenue_minor"].to_numpy(), params.pareto.abc),
            grading.reference(measured, params.grading),
            stages_of(pc.value_counts(facts["stage"].combine_chunks())),
            moved_of(facts),
            Gist.of(past, view, 10.0**params.minor_digits, params.forecast),
        )


def past_of(facts: pa.Table, whole: Whole) -> Gathered:
    """What the forecast needs of the past of these customers."""
    seen = {day_number(whole.as_of): known_of(facts, "now")}
    came: dict[tuple[int, int], Array] = {}
    for number, (day, days) in enumerate(whole.looks):
        seen[day] = known_of(facts, f"look{number}")
        came[day, days] = facts[f"look{number}_came"].to_numpy()
    return Gathered(
        as_of=whole.as_of,
        ids=facts["customer_id"].combine_chunks(),
        first=facts["first_day"].to_numpy(),
        seen=seen,
        came=came,
        begins=whole.sums.begins,
        mean_minor=whole.mean_minor,
        profit=whole.sums.profit,
    )


def known_of(facts: pa.Table, prefix: str) -> Known:
    """Customers as known on the day that the columns with this prefix are about."""
    return Known(*(facts[f"{prefix}_{name}"].to_numpy() for name in KNOWN))


def stages_of(counts: pa.StructArray) -> dict[str, int]:
    """Customers in each stage, in the order of STAGES; counts: structs of a stage (values) and a number (counts)."""
    found = dict.fromkeys(STAGES, 0)
    for entry in counts.to_pylist():
        found[entry["values"]] = entry["counts"]
    return found


def moved_of(facts: pa.Table) -> pa.Table:
    """Movement by class and due; see `moved_in_words`."""
    rows = facts.select(["movement", "due", *MOVES])
    found = rows.group_by(["movement", "due"]).aggregate([([], "count_all"), *((name, "sum") for name in MOVES)])
    return moved_in_words(found.rename_columns({"count_all": "n", **{f"{name}_sum": name for name in MOVES}}))


def moved_in_words(grouped: pa.Table) -> pa.Table:
    """Rows of movement and due (as in `movement.Moves`), n and sums, as `movement.bridge` wants them."""
    seen = grouped.filter(pc.greater_equal(grouped["movement"], 0))
    label, due = seen["movement"].to_numpy(), seen["due"].to_numpy()
    sums = {name: seen[name].to_numpy().astype(np.int64) for name in MOVES}
    return pa.table(
        {
            "movement": movement.words(label),
            "due": pa.array(movement.DUE).take(pa.array(due, mask=due < 0)),
            "n": seen["n"].to_numpy().astype(np.int64),
            "delta_minor": sums["current_minor"] - sums["previous_minor"],
            **sums,
        }
    )
