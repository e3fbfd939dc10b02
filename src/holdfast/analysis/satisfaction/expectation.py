"""Expectation against perception: two measures side by side, never merged into one number (methods §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, ranked
from holdfast.analysis.satisfaction.rates import normal_point
from holdfast.analysis.tables import Source, arrow

VERDICTS = ("exceeded", "met", "missed")
PROMISES = ("early", "on_time", "late", "open")
FEELINGS = ("satisfied", "neutral", "dissatisfied")
BAND = 0.1
# Known published weights of the five dimensions, in hundredths as methods §6 has them; a company asks for its own.
SERVQUAL_WEIGHTS: Mapping[str, float] = {
    "tangibles": 0.11,
    "reliability": 0.32,
    "responsiveness": 0.23,
    "assurance": 0.19,
    "empathy": 0.15,
}


def verdict_of(gap: float, error: float = 0.0, *, band: float = BAND) -> str:
    """What a gap (perception − expectation) says: exceeded, met or missed.

    Rule: met where |gap| is below the band or within 1.96 standard errors. Source: seed article 003 (> = <) with the
    equivalence band of methods §6 (SAT-01).
    """
    if abs(gap) < band or abs(gap) <= normal_point(0.95) * error:
        return "met"
    return "exceeded" if gap > 0 else "missed"


@dataclass(frozen=True)
class Servqual:
    """dimensions: one row a dimension: dimension, n (respondents), expectation, perception, gap, error, low, high,
    verdict, weight. unweighted, weighted: mean gap over the dimensions; null without any."""

    dimensions: pa.Table
    unweighted: float | None
    weighted: float | None


def servqual(answers: Source, *, weights: Mapping[str, float] = SERVQUAL_WEIGHTS) -> Servqual:
    """Gap of every service dimension.

    In: one row a respondent and item: respondent_id, dimension, item, expectation, perception (same scale; null = not
    answered); weights by dimension, spread over those that were asked. Out: Servqual. Formula: gap = perception −
    expectation per item → mean of the respondent where at least half of the dimension's items are there → mean of the
    respondents, with its standard error → weighted. A dimension without a weight counts 0 in the weighted mean.
    Source: Parasuraman, Zeithaml & Berry 1988; methods §6.
    """
    table = arrow(answers)
    rows = [row for name in _asked(table) if (row := _dimension(table, name))]
    share = np.array([weights.get(row["dimension"], 0.0) for row in rows])
    gaps, whole = np.array([row["gap"] for row in rows]), float(share.sum())
    rows = [{**row, "weight": part / whole if whole else None} for row, part in zip(rows, share, strict=True)]
    unweighted = float(gaps.mean()) if len(gaps) else None
    weighted = float(share @ gaps) / whole if whole else None
    return Servqual(pa.Table.from_pylist(rows, schema=SERVQUAL), unweighted, weighted)


SERVQUAL = pa.schema(
    [
        ("dimension", pa.string()),
        ("n", pa.int64()),
        *((name, pa.float64()) for name in ("expectation", "perception", "gap", "error", "low", "high")),
        ("verdict", pa.string()),
        ("weight", pa.float64()),
    ]
)


def delivery_verdicts(orders: Source, *, satisfied: float = 4, dissatisfied: float = 2) -> pa.Table:
    """What was promised and what was felt, of every order, in columns of their own; one row per order, as given.

    In: order_id, ordered_on, promised_on (the first promise), delivered_on (null = open), satisfaction (score on the
    company's scale; null = not asked). Out: order_id, promised_days, actual_days, late_days (actual − promised; below 0
    is early), promise (early, on_time, late, open; null without a promise), satisfaction, feeling (satisfied, neutral,
    dissatisfied; null = not asked), to_ask (delivered, and nobody has asked yet). A kept promise never stands for
    satisfaction and a broken one never against it. Source: seed article 001: 35 days instead of 30 can satisfy, 28 can
    fail (SAT-02, T3, T4); methods §6.
    """
    table = arrow(orders)
    ordered, promised, delivered = (_days(table, name) for name in ("ordered_on", "promised_on", "delivered_on"))
    late = pc.subtract(delivered, promised)
    done = pc.is_valid(delivered)
    kept = pc.if_else(pc.less(late, 0), "early", pc.if_else(pc.equal(late, 0), "on_time", "late"))
    score = table["satisfaction"].cast(pa.float64()).combine_chunks()
    low = pc.if_else(pc.less_equal(score, dissatisfied), "dissatisfied", "neutral")
    return pa.table(
        {
            "order_id": table["order_id"],
            "promised_days": pc.subtract(promised, ordered),
            "actual_days": pc.subtract(delivered, ordered),
            "late_days": late,
            "promise": pc.if_else(pc.and_(pc.is_null(delivered), pc.is_valid(promised)), "open", kept),
            "satisfaction": score,
            "feeling": pc.if_else(pc.greater_equal(score, satisfied), "satisfied", low),
            "to_ask": pc.and_(done, pc.is_null(score)),
        }
    )


def _days(table: pa.Table, name: str) -> pa.Array:
    return table[name].cast(pa.date32()).cast(pa.int32()).combine_chunks()


def _asked(table: pa.Table) -> list[str]:
    return sorted(name for name in table["dimension"].unique().to_pylist() if name is not None)


def _dimension(table: pa.Table, name: str) -> dict[str, Any] | None:
    own = table.filter(pc.equal(table["dimension"], name))
    items = pc.count_distinct(own["item"]).as_py()
    own = own.filter(pc.and_(own["expectation"].is_valid(), own["perception"].is_valid()))
    if not own.num_rows:
        return None
    people, place = ranked(own["respondent_id"])
    answered = np.bincount(place, minlength=len(people))
    enough = 2 * answered >= items
    if not enough.any():
        return None
    expected, felt = (
        np.bincount(place, weights=own[column].cast(pa.float64()).to_numpy())[enough] / answered[enough]
        for column in ("expectation", "perception")
    )
    return {"dimension": name, **_gap(expected, felt)}


def _gap(expected: Array, felt: Array) -> dict[str, Any]:
    gap = felt - expected
    size, mean = len(gap), float(gap.mean())
    error = float(gap.std(ddof=1)) / sqrt(size) if size > 1 else 0.0
    reach = normal_point(0.95) * error
    return {
        "n": size,
        "expectation": float(expected.mean()),
        "perception": float(felt.mean()),
        "gap": mean,
        "error": error if size > 1 else None,
        "low": mean - reach if size > 1 else None,
        "high": mean + reach if size > 1 else None,
        "verdict": verdict_of(mean, error),
    }
