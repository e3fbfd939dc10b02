"""From the columns of a month's file to the columns of Standing, a column at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.insight.scores.rules.columns import PARTS

SAME_NAME = (
    "customer_id", "stars", "stars_hint", "score", "coverage", "stage", "stage_since", "first_on", "last_on",
    "purchase_days", "typical_gap_days", "elapsed_days", "p_gap", "revenue_12m_minor", "profit_12m_minor", "orders_12m",
)  # fmt: skip
READ = (
    *SAME_NAME, *(f"s_{part}" for part in PARTS), *(f"c_{part}" for part in PARTS), "provisional", "movement", "risk",
    "reasons", "recent_days", "current_minor", "money_at_stake_minor", "revenue_class", "rfm_r", "rfm_f", "rfm_m",
)  # fmt: skip
# A customer who is gone has no risk left to run.
RISKS = pa.array(["low", "watch", "high"])


def standing_columns(
    batch: pa.RecordBatch, version: int, params: Mapping[str, Any], by_hand: Mapping[int, int]
) -> dict[str, list[Any]]:
    """Standing's columns as the database takes them: days and JSON as text.

    In: `READ` of a month's file, the definition's version and parameters, stars set by hand by customer.
    """
    found = {name: batch[name] for name in SAME_NAME}
    found |= {f"{part}_part": batch[f"s_{part}"] for part in PARTS}
    chosen = pa.array([by_hand.get(pk) for pk in batch["customer_id"].to_pylist()] if by_hand else [], pa.int64())
    chosen = chosen if by_hand else pa.nulls(len(batch), pa.int64())
    risk = pc.if_else(pc.is_in(batch["risk"], value_set=RISKS), batch["risk"], "")
    found |= {
        "stars": pc.coalesce(chosen, batch["stars"].cast(pa.int64())),
        "is_overridden": pc.is_valid(chosen),
        "is_provisional": pc.and_(batch["provisional"], pc.is_null(chosen)),
        "explanation": _explanation(batch, version, params["grading"]["weights"]),
        "movement": pc.fill_null(batch["movement"], ""),
        "risk": pc.fill_null(risk, ""),
        "reasons": _listed(batch["reasons"], ""),
        "recent_days": _listed(batch["recent_days"], '"'),
        "revenue_minor": batch["current_minor"],
        "at_stake_minor": batch["money_at_stake_minor"],
        "revenue_class": pc.fill_null(batch["revenue_class"], ""),
        "rfm": pc.fill_null(_joined([batch[f"rfm_{each}"].cast(pa.string()) for each in "rfm"], ""), ""),
    }
    return {name: _plain(values).to_pylist() for name, values in found.items()}


def _plain(values: pa.Array) -> pa.Array:
    """Days as text, no number that is none."""
    if pa.types.is_date(values.type):
        return values.cast(pa.string())
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_nan(values), None, values)
    return values


def _explanation(batch: pa.RecordBatch, version: int, weights: Mapping[str, float]) -> pa.Array:
    """{"definition", "points": what each known part added, "weights"} as JSON."""
    points = [_point(batch, part) for part in PARTS]
    told = pc.utf8_slice_codeunits(_joined(points, ""), 1)
    end = json.dumps(weights, sort_keys=True, separators=(",", ":"))
    return _joined([f'{{"definition":{version},"points":{{', told, f'}},"weights":{end}}}'], "")


def _point(batch: pa.RecordBatch, part: str) -> pa.Array:
    """`,"revenue":10.0` where the part is known, else nothing."""
    written = _joined([f',"{part}":', batch[f"c_{part}"].cast(pa.string())], "")
    return pc.if_else(pc.is_valid(batch[f"s_{part}"]), pc.fill_null(written, ""), "")


def _joined(parts: list[Any], between: str) -> pa.Array:
    """Joined row by row; null where a part is."""
    return pc.binary_join_element_wise(*parts, between, null_handling="emit_null")


def _listed(values: pa.Array, quote: str) -> pa.Array:
    """A JSON list of each row's values, in quotes or (being JSON themselves) as they are; nothing is an empty list."""
    texts = values.cast(pa.list_(pa.string()))
    inside = pc.binary_join(texts, f"{quote},{quote}")
    full = _joined([f"[{quote}", inside, f"{quote}]"], "")
    filled = pc.greater(pc.fill_null(pc.list_value_length(values), 0), 0)
    return pc.if_else(filled, full, "[]")
