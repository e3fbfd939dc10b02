"""From metrics to scores of 0–100 against a frozen reference, and to one composite (methods §1.4, 1–5)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.analysis.grading.terms import DEFAULTS, PARTS, GradingParams
from holdfast.analysis.ledger import Array, nullable
from holdfast.analysis.scale import mid_rank_scores
from holdfast.analysis.tables import TableError


@dataclass(frozen=True)
class Reference:
    """The distributions that scores are measured against, frozen for a quarter so that stars do not move with others.

    Per part: `sizes` customers with a value, and `values`, sorted and winsorised (all of them, or evenly spaced
    quantiles where there are more than `max_reference`).
    """

    sizes: dict[str, int]
    values: dict[str, Array]

    def to_json(self) -> str:
        """All that is needed to score again later."""
        return json.dumps({"sizes": self.sizes, "values": {part: list(kept) for part, kept in self.values.items()}})

    @classmethod
    def from_json(cls, text: str) -> Reference:
        """The inverse of `to_json`."""
        found = json.loads(text)
        return cls(found["sizes"], {part: np.array(kept, dtype=float) for part, kept in found["values"].items()})


def reference(metrics: pa.Table, params: GradingParams = DEFAULTS) -> Reference:
    """Freeze the distribution of each part among customers old enough to be rated.

    In: `metrics`. Out: Reference. Values are winsorised at 1 % and 99 % (5 % and 95 % below 200 customers, not at
    all below 20). Customers under 3 months are left out. Source: methods §1.4 step 1.
    """
    rated = ~unrated(metrics, params)
    sizes, values = {}, {}
    for part in PARTS:
        given, known = _column(metrics, part)
        ordered = np.sort(given[known & rated])
        sizes[part] = len(ordered)
        values[part] = frozen(ordered[kept_places(len(ordered), params)], len(ordered), params)
    return Reference(sizes, values)


def kept_places(size: int, params: GradingParams = DEFAULTS) -> Array:
    """Which of so many sorted values `frozen` wants: those kept, then the two around either tail."""
    return np.concatenate([_even_places(size, params.max_reference), *_tails(size, params)])


def frozen(values: Array, size: int, params: GradingParams = DEFAULTS) -> Array:
    """The values at `kept_places` of `size` sorted ones, winsorised: one part of a `Reference`."""
    kept = len(_even_places(size, params.max_reference))
    if size < params.winsor_min_n:
        return values[:kept]
    low, high = (
        float(np.quantile(values[kept + 2 * side : kept + 2 * side + 2], _within(size, share)))
        for side, share in enumerate(_shares(size, params))
    )
    clipped: Array = np.clip(values[:kept], low, high)
    return clipped


def _even_places(size: int, most: int) -> Array:
    return np.arange(size) if size <= most else np.linspace(0, size - 1, most).round().astype(np.int64)


def _shares(size: int, params: GradingParams) -> tuple[float, float]:
    tail = params.winsor_small if size < params.winsor_small_n else params.winsor
    return tail, 1 - tail


def _within(size: int, share: float) -> float:
    """How far a quantile lies from the value before it to the one after."""
    return float((size - 1) * share % 1)


def _tails(size: int, params: GradingParams) -> list[Array]:
    if size < params.winsor_min_n:
        return []
    before = [int((size - 1) * share) for share in _shares(size, params)]
    return [np.array([place, min(place + 1, size - 1)]) for place in before]


def unrated(metrics: pa.Table, params: GradingParams = DEFAULTS) -> Array:
    """Who is too new for stars (under 3 months) or never bought."""
    if "tenure_days" not in metrics.column_names:
        return np.zeros(metrics.num_rows, dtype=bool)
    tenure, known = _column(metrics, "tenure_days")
    young: Array = ~known | (tenure < params.min_tenure_days)
    return young


def score_parts(metrics: pa.Table, reference: Reference, params: GradingParams = DEFAULTS) -> pa.Table:
    """Each part as 0–100 against the reference; one row per customer of `metrics`.

    Out: customer_id, s_revenue, s_profit, s_efficiency, s_integrity, s_difficulty (0–100, 100 best, so difficulty
    is turned round; null where the metric is missing, never 0). Formula: 100·(less + ½ equal) ÷ N, then, where N is
    below 50, s ← (N·s + 20·50) ÷ (N + 20). Source: methods §1.4 steps 2 and 3.
    """
    columns = {"customer_id": metrics["customer_id"]}
    for part in PARTS:
        given, known = _column(metrics, part)
        score = mid_rank_scores(_clipped(given, reference.values[part]), reference.values[part])
        if part == "difficulty":
            score = 100.0 - score
        columns[f"s_{part}"] = nullable(_shrunk(score, reference.sizes[part], params), known)
    return pa.table(columns)


def composite(parts: pa.Table, metrics: pa.Table | None = None, params: GradingParams = DEFAULTS) -> pa.Table:
    """The parts as one score with its exact make-up; one row per customer of `parts`.

    In: `score_parts`; metrics (optional) tells who is too new. Out: customer_id, score S (0–100), score_available
    (weighted mean of the available parts; null without one), coverage c (0–1, weight available), parts (count),
    provisional (c < .6 or fewer than 3 parts), unrated (under 3 months, without orders, or nothing known),
    stars_raw (1–5 by S; null if provisional or unrated), stars_hint (1–5 by score_available where provisional),
    c_revenue … c_difficulty (points).
    Formula: S = c·S_avail + (1 − c)·50, so that S − 50 = Σ w_k(s_k − 50) = Σ c_k exactly; a missing part adds 0.
    Source: methods §1.4 steps 4 to 6 (TIE-01, TIE-05).
    """
    coverage, available, count = _coverage(parts, params)
    gains = {part: _gain(parts, part, params) for part in PARTS}
    score = 50.0 + np.sum(list(gains.values()), axis=0)
    provisional = (coverage < params.min_coverage - 1e-12) | (count < params.min_parts)
    nothing = count == 0
    young = nothing | (unrated(metrics, params) if metrics is not None else False)
    return pa.table(
        {
            "customer_id": parts["customer_id"],
            "score": score,
            "score_available": nullable(available, ~nothing),
            "coverage": coverage,
            "parts": count.astype(np.int8),
            "provisional": provisional & ~young,
            "unrated": young,
            "stars_raw": nullable(stars_of(score, params), ~provisional & ~young),
            "stars_hint": nullable(stars_of(available, params), provisional & ~young),
            **{f"c_{part}": gains[part] for part in PARTS},
        }
    )


def stars_of(score: Array, params: GradingParams = DEFAULTS) -> Array:
    """1–5 by the thresholds; a score on a threshold has the higher star."""
    reached = np.searchsorted(np.array(params.thresholds), np.round(score, 9), side="right")
    return (1 + reached).astype(np.int8)


def _coverage(parts: pa.Table, params: GradingParams) -> tuple[Array, Array, Array]:
    weight_sum, score_sum = np.zeros(parts.num_rows), np.zeros(parts.num_rows)
    count = np.zeros(parts.num_rows, dtype=np.int64)
    for part in PARTS:
        score, known = _column(parts, f"s_{part}")
        weight = params.weights.of(part)
        weight_sum += weight * known
        score_sum += weight * score * known
        count += known & (weight > 0)
    return np.round(weight_sum, 12), score_sum / np.where(weight_sum > 0, weight_sum, 1.0), count


def _gain(parts: pa.Table, part: str, params: GradingParams) -> Array:
    score, known = _column(parts, f"s_{part}")
    return np.where(known, params.weights.of(part) * (score - 50.0), 0.0)


def _column(table: pa.Table, name: str) -> tuple[Array, Array]:
    """Values as float and which are known; a part the table lacks is known for nobody."""
    if name not in table.column_names:
        if name == "customer_id":
            raise TableError("column_missing", "metrics", name, "is missing")
        return np.zeros(table.num_rows), np.zeros(table.num_rows, dtype=bool)
    column = table[name].cast(pa.float64())
    known = column.is_valid().to_numpy().astype(bool)
    return column.fill_null(0.0).to_numpy(), known


def _clipped(values: Array, ordered: Array) -> Array:
    return np.clip(values, ordered[0], ordered[-1]) if len(ordered) else values


def _shrunk(score: Array, size: int, params: GradingParams) -> Array:
    if size >= params.shrink_below or size + params.shrink_weight == 0:
        return score
    shrunk: Array = (size * score + params.shrink_weight * 50.0) / (size + params.shrink_weight)
    return shrunk
