"""Success plans: how far each customer's goals have come, who is offered one first, and whether owners have the hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, nullable, ranked
from holdfast.analysis.tables import Source, TableError, arrow

CELLS_FIRST = ("A1", "A2", "B1")
STARS_FIRST = 4
GOALS = ("customer_id", "weight", "baseline", "target", "current", "due_on")


def plan_status(goals: Source, *, as_of: date) -> pa.Table:
    """How far the plan of each customer has come; one row per customer with a goal, sorted.

    In: one row a goal: customer_id, weight (above 0), baseline, target, current (numbers in the goal's own unit; null
    current = nothing measured yet, which is nothing done), due_on (null = none). Out: customer_id, goals (count), status
    (0–100; null without a goal that can be measured), missed (goals past their day and not reached), next_due_on.
    Formula: done = (current − baseline) ÷ (target − baseline) within 0–1, falling goals alike; status = Σ weight × done ÷
    Σ weight. A goal whose target is its baseline, or whose weight is not above 0, counts in no status. Errors: TableError.
    Source: methods §10 (status = Σ weight·done %).
    """
    table = arrow(goals)
    for name in GOALS:
        if name not in table.column_names:
            raise TableError("column_missing", "goals", name, "is missing")
    table = table.filter(table["customer_id"].is_valid())
    ids, who = ranked(table["customer_id"])
    weight, baseline, target, current = (_floats(table[name]) for name in GOALS[1:5])
    counts = (weight > 0) & np.isfinite(baseline) & np.isfinite(target) & (target != baseline)
    done = _done(baseline, target, current, counts)
    whole = np.bincount(who[counts], weight[counts], minlength=len(ids))
    come = np.bincount(who[counts], (weight * done)[counts], minlength=len(ids))
    due = table["due_on"].cast(pa.date32())
    passed = pc.fill_null(pc.less(due, pa.scalar(as_of, pa.date32())), False).to_numpy().astype(bool)
    ahead = table.append_column("place", pa.array(who)).filter(pa.array(~passed & (done < 1)))
    soonest = {
        row["place"]: row["due_on_min"] for row in ahead.group_by("place").aggregate([("due_on", "min")]).to_pylist()
    }
    return pa.table(
        {
            "customer_id": ids,
            "goals": np.bincount(who, minlength=len(ids)).astype(np.int64),
            "status": nullable(100 * come / np.where(whole > 0, whole, 1.0), whole > 0),
            "missed": np.bincount(who[passed & counts & (done < 1)], minlength=len(ids)).astype(np.int64),
            "next_due_on": pa.array([soonest.get(place) for place in range(len(ids))], pa.date32()),
        }
    )


def offered_first(cell: str | None, stars: int | None) -> bool:
    """Whether a customer is among the first to be offered a plan: cells A1, A2 and B1, or four stars and more.

    In: cell of the customer × product matrix where most of the profit lies, firm stars; null = not known.
    Source: methods §10.
    """
    return cell in CELLS_FIRST or (stars or 0) >= STARS_FIRST


def hours_short(planned: Mapping[str, float], hours: Mapping[str, float]) -> dict[str, float]:
    """Owners who have promised more hours than they have, and how many are short.

    In: hours planned for the plans of each owner, hours each owner has, over the same time. Out: owner → hours short,
    the shortest of time first; an owner of whom no hours are known has none. Source: methods §10 (Σ planned ≤ owner's).
    """
    short = {owner: wanted - hours.get(owner, 0.0) for owner, wanted in planned.items()}
    return {owner: gap for owner, gap in sorted(short.items(), key=lambda one: (-one[1], one[0])) if gap > 0}


def _done(baseline: Array, target: Array, current: Array, counts: Array) -> Array:
    way = np.where(counts, target - baseline, 1.0)
    come = np.where(counts & np.isfinite(current), (current - baseline) / way, 0.0)
    found: Array = np.clip(np.nan_to_num(come), 0.0, 1.0)
    return found


def _floats(column: pa.ChunkedArray) -> Array:
    found: Array = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return found
