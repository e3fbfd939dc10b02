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


def forecast_summary(models: dict[str, Any]) -> dict[str, Any]:
    """What the month's forecast rests on, as codes and numbers.

    model: the one chosen; together: those averaged; by_entry: whether who was there at the beginning is judged apart;
    tested_days, total_error, p10_p90_held, p10_p90_due: of its back-test, null without one; order: how customers were put
    in order of leaving; auc, recency_auc, beats_recency: against plain recency; year_value: of all customers (major units).
    """
    tested, churn = models["backtest"] or {}, models["churn"]
    own = tested.get("models", {}).get(models["chosen"], {})
    way = churn.get("ways", {}).get(churn["method"], {})
    return {
        "model": models["chosen"],
        "together": models["together"],
        "by_entry": models["by_entry"],
        "tested_days": tested.get("days"),
        "total_error": own.get("total_error"),
        "p10_p90_held": models["intervals"].get("covered"),
        "p10_p90_due": models["intervals"].get("expected"),
        "order": churn["method"],
        "auc": way.get("auc"),
        "recency_auc": churn.get("recency", {}).get("auc"),
        "beats_recency": churn.get("beats_recency"),
        "year_value": models["equity"]["current"],
    }


def _count(column: pa.ChunkedArray, value: str) -> int:
    return int(pc.sum(pc.equal(column, value)).as_py() or 0)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    found = pc.value_counts(column.drop_null()).to_pylist()
    return dict(sorted((str(entry["values"]), int(entry["counts"])) for entry in found))
