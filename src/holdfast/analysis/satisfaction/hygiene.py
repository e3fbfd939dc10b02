"""Answers given without thought, and items asked the other way round (methods §6, hygiene)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, ranked
from holdfast.analysis.tables import Source, TableError, arrow

MIN_ITEMS = 5
MIN_SECONDS = 2.0


def unreversed(scores: Array, *, low: float, high: float) -> Array:
    """Scores of an item asked negatively ("I had to wait too long") turned round: low becomes high.

    In: scores on a scale from low to high (NaN = not answered). Out: low + high − score. Errors: ValueError for a score
    outside the scale, or a scale without two steps. Source: methods §6 (negative items reversed at import).
    """
    given = np.asarray(scores, dtype=np.float64)
    if not low < high or np.nanmin(given, initial=low) < low or np.nanmax(given, initial=high) > high:
        raise ValueError(f"scores must lie on a scale from {low:g} to {high:g}")
    found: Array = low + high - given
    return found


def careless_answers(items: Source, *, min_items: int = MIN_ITEMS, min_seconds: float = MIN_SECONDS) -> pa.Table:
    """Questionnaires filled in without reading; one row each, sorted. A flag is for a person to look at.

    In: one row an item answered: response_id, score (null = left out), and seconds where the time per item is known
    (of the whole questionnaire: the same in all its rows, divided by its items beforehand). Out: response_id, items
    (answered), straight_lined (at least `min_items`, all with one score), hurried (mean seconds per item below
    `min_seconds`; null where no time is known). Errors: TableError without response_id or score.
    Source: methods §6 (straight-lining and under 2 s an item flagged).
    """
    table = arrow(items)
    for name in ("response_id", "score"):
        if name not in table.column_names:
            raise TableError("column_missing", "items", name, "is missing")
    table = table.filter(pc.and_(table["score"].is_valid(), table["response_id"].is_valid()))
    ids, who = ranked(table["response_id"])
    size = np.bincount(who, minlength=len(ids))
    score = table["score"].cast(pa.float64()).to_numpy()
    least, most = np.full(len(ids), np.inf), np.full(len(ids), -np.inf)
    np.minimum.at(least, who, score)
    np.maximum.at(most, who, score)
    return pa.table(
        {
            "response_id": ids,
            "items": size.astype(np.int64),
            "straight_lined": (size >= min_items) & (least == most),
            "hurried": _hurried(table, who, len(ids), min_seconds),
        }
    )


def _hurried(table: pa.Table, who: Array, size: int, min_seconds: float) -> pa.Array:
    if "seconds" not in table.column_names:
        return pa.nulls(size, pa.bool_())
    known = table["seconds"].is_valid().to_numpy().astype(bool)
    taken = table["seconds"].cast(pa.float64()).fill_null(0.0).to_numpy()
    count = np.bincount(who[known], minlength=size)
    mean = np.bincount(who[known], taken[known], minlength=size) / np.maximum(count, 1)
    return pa.array(mean < min_seconds, mask=count == 0)
