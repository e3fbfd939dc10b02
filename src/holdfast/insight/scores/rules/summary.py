"""The company's few figures of a month, kept beside its file so that a year of months is one quick query."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.movement import CLASSES


def summary(table: pa.Table) -> dict[str, Any]:
    """Counts and exact sums over all customers: buyers, revenue of both months, how many by class and stage."""
    return {
        "customers": table.num_rows,
        "buyers": int(pc.sum(pc.greater(table["current_orders"], 0)).as_py() or 0),
        "previous_minor": int(pc.sum(table["previous_minor"]).as_py() or 0),
        "current_minor": int(pc.sum(table["current_minor"]).as_py() or 0),
        "at_stake_minor": int(
            pc.sum(table.filter(pc.equal(table["risk"], "high"))["money_at_stake_minor"]).as_py() or 0
        ),
        "movement": {code: _count(table["movement"], code) for code in CLASSES},
        "left": table.num_rows - table["lost_on"].null_count,
        "stages": _counts(table["stage"]),
        "stars": _counts(table["stars"]),
        "stars_hint": _counts(table["stars_hint"]),
    }


def _count(column: pa.ChunkedArray, value: str) -> int:
    return int(pc.sum(pc.equal(column, value)).as_py() or 0)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    found = pc.value_counts(column.drop_null()).to_pylist()
    return dict(sorted((str(entry["values"]), int(entry["counts"])) for entry in found))
