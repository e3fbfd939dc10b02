"""Stars that do not flicker: hysteresis month by month, and gates that act at once (methods §1.2, §1.4 step 7)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.grading.scoring import stars_of
from holdfast.analysis.grading.terms import DEFAULTS, GradingParams
from holdfast.analysis.ledger import Array, nullable

# Most stars a customer can have while the gate is shut.
GATES = {"overdue_90": 2, "write_off": 2, "fraud": 1}
STATE = ("held", "above", "below")


def step(
    state: pa.Table | None,
    graded: pa.Table,
    gates: pa.Table | None = None,
    params: GradingParams = DEFAULTS,
) -> pa.Table:
    """One month of stars; one row per customer of `graded`, and next month's state.

    In: state (the result of last month's step, or None at the start); graded (`composite`); gates (optional:
    customer_id, gate, one of GATES; an open item over 90 days beyond terms, a write-off in 24 months, fraud).
    Out: customer_id, stars (1–5; null if provisional or unrated), stars_hint (1–5 where provisional, else null),
    provisional, held (the star kept, firm or hollow; null if unrated), above and below (months in a row beyond the
    margin), moved (−1, 0, +1, or more by a gate), gate (the one that lowered the star, else null).
    Rule: a first grade takes its raw star; up one star after 2 months of S ≥ threshold + 2.5, or one of
    S ≥ threshold + 7.5; down one alike below; one star a month; gates act at once. Hollow stars follow the same rule
    on the available mean; changing between hollow and firm starts afresh. Source: methods §1.4 step 7 (TIE-12).
    """
    score, hollow, rated = _shown(graded)
    held, above, below, was_hollow = _before(state, graded)
    fresh = (held == 0) | (was_hollow != hollow)
    raw = stars_of(score, params).astype(np.int64)
    above, below = _counted(score, held, above, below, params)
    up, down = _moves(score, held, above, below, params)
    star = np.where(fresh, raw, held + up - down)
    steady = ~fresh & ~up & ~down
    above, below = np.where(steady, above, 0), np.where(steady, below, 0)
    most, gate = _limits(gates, graded)
    star, shut = np.where(rated, np.minimum(star, most), 0), rated & (star > most)
    return _month(graded, star, rated, hollow, above, below, np.where(fresh, 0, star - held), gate, shut)


def _month(
    graded: pa.Table,
    star: Array,
    rated: Array,
    hollow: Array,
    above: Array,
    below: Array,
    moved: Array,
    gate: Array,
    shut: Array,
) -> pa.Table:
    star = star.astype(np.int8)
    return pa.table(
        {
            "customer_id": graded["customer_id"],
            "stars": nullable(star, rated & ~hollow),
            "stars_hint": nullable(star, rated & hollow),
            "provisional": rated & hollow,
            "held": nullable(star, rated),
            "above": np.where(rated, above, 0).astype(np.int8),
            "below": np.where(rated, below, 0).astype(np.int8),
            "moved": np.where(rated, moved, 0).astype(np.int8),
            "gate": pa.array(gate, pa.string(), mask=~shut),
        }
    )


def _shown(graded: pa.Table) -> tuple[Array, Array, Array]:
    """The score that the shown star rests on, whether it is hollow, and whether there is one at all."""
    hollow = graded["provisional"].to_numpy().astype(bool)
    rated = ~graded["unrated"].to_numpy().astype(bool)
    available = graded["score_available"].fill_null(50.0).to_numpy()
    score = np.where(hollow, available, graded["score"].to_numpy())
    return np.round(score, 9), hollow, rated


def _before(state: pa.Table | None, graded: pa.Table) -> tuple[Array, Array, Array, Array]:
    size = graded.num_rows
    if state is None or not state.num_rows:
        zero = np.zeros(size, dtype=np.int64)
        return zero, zero, zero, np.zeros(size, dtype=bool)
    place = pc.index_in(graded["customer_id"].combine_chunks(), state["customer_id"].combine_chunks())
    taken = [state[name].combine_chunks().cast(pa.int64()).take(place).fill_null(0) for name in STATE]
    held, above, below = (column.to_numpy(zero_copy_only=False) for column in taken)
    hollow = state["provisional"].combine_chunks().take(place).fill_null(False)
    return held, above, below, hollow.to_numpy(zero_copy_only=False).astype(bool)


def _edges(held: Array, params: GradingParams) -> tuple[Array, Array]:
    """Score at which the next star begins, and at which the held one begins; ±inf at the ends."""
    starts = np.array([-np.inf, *params.thresholds, np.inf])
    place = np.clip(held, 1, 5)
    return starts[place], starts[place - 1]


def _counted(score: Array, held: Array, above: Array, below: Array, params: GradingParams) -> tuple[Array, Array]:
    upper, lower = _edges(held, params)
    return (
        np.where(score >= upper + params.margin, above + 1, 0),
        np.where(score < lower - params.margin, below + 1, 0),
    )


def _moves(score: Array, held: Array, above: Array, below: Array, params: GradingParams) -> tuple[Array, Array]:
    upper, lower = _edges(held, params)
    up = (above >= params.months) | (score >= upper + params.jump)
    down = (below >= params.months) | (score < lower - params.jump)
    return up, down


def _limits(gates: pa.Table | None, graded: pa.Table) -> tuple[Array, Array]:
    """The most stars each customer may have, and the gate that says so (the strictest, if several)."""
    size = graded.num_rows
    most, names = np.full(size, 5, dtype=np.int64), np.full(size, None, dtype=object)
    if gates is None or not gates.num_rows:
        return most, names
    for name in sorted(GATES, key=lambda gate: -GATES[gate]):
        shut = gates.filter(pc.equal(gates["gate"], name))["customer_id"].combine_chunks()
        hit = pc.is_in(graded["customer_id"].combine_chunks(), value_set=shut)
        rows = hit.to_numpy(zero_copy_only=False).astype(bool)
        most[rows], names[rows] = GATES[name], name
    return most, names
