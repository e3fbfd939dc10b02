"""Why a composite changed from one month to the next, in lines that add up exactly (methods §1.4 step 6)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.grading.terms import PARTS, Weights
from holdfast.analysis.ledger import Array

DEFAULTS = Weights()
LINES = ("score", "weight", "appeared", "disappeared")


def explain_change(
    previous: pa.Table,
    current: pa.Table,
    *,
    previous_weights: Weights = DEFAULTS,
    current_weights: Weights = DEFAULTS,
) -> pa.Table:
    """The change of each customer's composite as named lines; one row per customer, part and line that is not 0.

    In: two tables with customer_id and s_revenue … s_difficulty (0–100 or null), e.g. of `score_parts`.
    Out: customer_id, line, part, delta (points), for customers in both. Lines: `score` = w·Δs at the previous
    weight; `weight` = Δw·(s − 50) at the current score; `appeared` = w·(s − 50) of a part now known;
    `disappeared` = −w·(s − 50) of one no longer known. Σ delta = S now − S before. Source: methods §1.4 step 6.
    """
    places = pc.index_in(current["customer_id"], previous["customer_id"].combine_chunks())
    both = places.is_valid() if isinstance(places, pa.Array) else pc.is_valid(places)
    now = current.filter(both)
    before = previous.take(pc.drop_null(places))
    found = []
    for part in PARTS:
        deltas = _lines(before, now, part, previous_weights.of(part), current_weights.of(part))
        found += [_rows(now, line, part, deltas[line]) for line in LINES]
    table = pa.concat_tables(found)
    return table.sort_by([("customer_id", "ascending")])


def _lines(before: pa.Table, now: pa.Table, part: str, old: float, new: float) -> dict[str, Array]:
    was, was_known = _scores(before, part)
    score, known = _scores(now, part)
    both = known & was_known
    return {
        "score": np.where(both, old * (score - was), 0.0),
        "weight": np.where(both, (new - old) * (score - 50.0), 0.0),
        "appeared": np.where(known & ~was_known, new * (score - 50.0), 0.0),
        "disappeared": np.where(was_known & ~known, -old * (was - 50.0), 0.0),
    }


def _scores(table: pa.Table, part: str) -> tuple[Array, Array]:
    column = table[f"s_{part}"].cast(pa.float64())
    return column.fill_null(0.0).to_numpy(), column.is_valid().to_numpy().astype(bool)


def _rows(now: pa.Table, line: str, part: str, delta: Array) -> pa.Table:
    rows = np.flatnonzero(delta)
    return pa.table(
        {
            "customer_id": now["customer_id"].take(pa.array(rows)),
            "line": pa.array([line] * len(rows), pa.string()),
            "part": pa.array([part] * len(rows), pa.string()),
            "delta": delta[rows],
        }
    )
