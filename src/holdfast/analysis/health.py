"""How well a customer is doing with us: a score 0–100 whose explanation adds up (methods §10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.churn import auc, lift
from holdfast.analysis.ledger import Array, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source, TableError, arrow

PARTS = ("rhythm", "milestones", "service", "sentiment", "relationship")
COLOURS = ("red", "amber", "green")
ESCALATIONS = ("angry_ticket", "payment_gate", "champion_left", "missed_milestones")
MIDDLE = 50.0


@dataclass(frozen=True)
class HealthWeights(Params):
    """What each part counts for; re-normalised over the parts that are known.

    Errors: ValueError where one is negative or none is above 0.
    """

    rhythm: float = 0.25
    milestones: float = 0.25
    service: float = 0.20
    sentiment: float = 0.15
    relationship: float = 0.15

    def __post_init__(self) -> None:
        if min(self.values()) < 0 or sum(self.values()) <= 0:
            raise ValueError("weights of health must be at least 0, and one of them above 0")

    def values(self) -> list[float]:
        """In the order of PARTS."""
        return [float(getattr(self, part)) for part in PARTS]


WEIGHTS = HealthWeights()


@dataclass(frozen=True)
class HealthParams(Params):
    """Settings of health.

    half_life_days: after so long half of what somebody felt is forgotten. onboarding_days: until then only milestones
    count. thresholds: from which score amber and green. margin, months, jump: a colour changes once the score is beyond
    a threshold by the margin for so many months, or by the jump at once. escalate_stars: stars from which an angry
    ticket is told at once.
    """

    weights: HealthWeights = WEIGHTS
    half_life_days: float = 180.0
    onboarding_days: int = 90
    thresholds: tuple[float, float] = (50.0, 70.0)
    margin: float = 2.5
    jump: float = 7.5
    months: int = 2
    escalate_stars: int = 4


DEFAULTS = HealthParams()


def decayed(score: Array, age_days: Array, *, half_life_days: float = DEFAULTS.half_life_days) -> Array:
    """What an answer (0–100) still says after some days: it falls back to 50.

    Formula: 50 + (s − 50)·2^(−age ÷ half-life). Source: methods §10.
    """
    away = np.asarray(score, dtype=np.float64) - MIDDLE
    found: Array = MIDDLE + away * np.exp2(-np.maximum(np.asarray(age_days, dtype=np.float64), 0) / half_life_days)
    return found


def health(signals: Source, *, params: HealthParams = DEFAULTS) -> pa.Table:
    """Health of every customer and what it is made of; one row per customer, as given.

    In: customer_id and any of p_gap (0–1, from `rhythm`), milestones (0–100, weighted share of the plan done),
    perfect_order and within_limit (0–1), sentiment (0–100) with sentiment_age_days, relationship and payment_index
    (0–100), tenure_days. Out: customer_id, s_rhythm, s_milestones, s_service, s_sentiment, s_relationship (0–100, null
    where unknown), coverage (0–1, weight of the known parts), health (0–100; null where none is known), colour (red below
    50, amber, green from 70), c_rhythm … (points; health = 50 + their sum; null where unknown).
    Formula: Σ w·s ÷ Σ w over the known parts; c = w ÷ Σ w · (s − 50). Rhythm is 100·(1 − p_gap), service the mean of
    perfect order and jobs within the limit, sentiment decays to 50, relationship the mean of relationship and payment
    index. In the first 90 days of tenure milestones alone count. Source: methods §10 (70, 60, 80, 40, 90 → 68.0 with 5.0, 2.5,
    6.0, −1.5, 6.0; CSM-04). Errors: TableError without customer_id.
    """
    table = arrow(signals)
    if "customer_id" not in table.column_names:
        raise TableError("column_missing", "signals", "customer_id", "is missing")
    scores = _scores(table, params)
    weight = np.where(np.isnan(scores), 0.0, np.array(params.weights.values())[:, None])
    whole = weight.sum(axis=0)
    known = whole > 0
    share = weight / np.where(known, whole, 1.0)
    points = share * (np.nan_to_num(scores, nan=MIDDLE) - MIDDLE)
    value = MIDDLE + points.sum(axis=0)
    coverage = whole / sum(params.weights.values())
    told = ~np.isnan(scores)
    return pa.table(
        {
            "customer_id": table["customer_id"],
            **{f"s_{part}": nullable(scores[at], told[at]) for at, part in enumerate(PARTS)},
            "coverage": pa.array(coverage),
            "health": nullable(value, known),
            "colour": pa.array(COLOURS).take(nullable(_level(value, params), known)),
            **{f"c_{part}": nullable(points[at], told[at]) for at, part in enumerate(PARTS)},
        }
    )


def health_change(previous: Source, current: Source) -> pa.Table:
    """Why health moved; one row per customer who is in both and part that changed.

    In: two results of `health`. Out: customer_id, part, delta (points; those of a customer add up to the change of his
    health; a part that appeared or went counts with its whole contribution). Source: methods §1.4, §10.
    """
    before, after = arrow(previous), arrow(current)
    after = after.filter(after["health"].is_valid())
    before = before.filter(before["health"].is_valid())
    place = pc.index_in(after["customer_id"].combine_chunks(), before["customer_id"].combine_chunks())
    after, place = after.filter(place.is_valid()), place.drop_null()
    found = []
    for part in PARTS:
        then = before[f"c_{part}"].combine_chunks().take(place).fill_null(0.0).to_numpy(zero_copy_only=False)
        delta = after[f"c_{part}"].fill_null(0.0).to_numpy() - then
        own = pa.table({"customer_id": after["customer_id"], "part": pa.array([part] * len(delta), pa.string())})
        found.append(own.append_column("delta", pa.array(delta)).filter(pa.array(delta != 0)))
    return pa.concat_tables(found)


def colour_step(state: Source | None, scored: Source, *, params: HealthParams = DEFAULTS) -> pa.Table:
    """The colour shown this month: it changes only when the score stays beyond a line; one row per scored customer.

    In: last month's result of this function or None; a result of `health`. Out: customer_id, colour (null without a
    score), above, below (months in a row beyond the line by the margin), moved (−1, 0, 1). A customer without a colour so
    far takes that of the score. One step a month. Source: methods §10 with the hysteresis of §1.4.
    """
    table = arrow(scored)
    value, known = _numbers(table, "health"), table["health"].is_valid().to_numpy().astype(bool)
    shown, above, below = _state(state, table)
    fresh = shown < 0
    low, high = params.thresholds
    upper = np.select([shown == 0, shown == 1], [low, high], np.inf)
    lower = np.select([shown == 1, shown == 2], [low, high], -np.inf)
    above = np.where(known & ~fresh & (value >= upper + params.margin), above + 1, 0)
    below = np.where(known & ~fresh & (value < lower - params.margin), below + 1, 0)
    up = (above >= params.months) | (above > 0) & (value >= upper + params.jump)
    down = (below >= params.months) | (below > 0) & (value < lower - params.jump)
    moved = up.astype(np.int8) - down.astype(np.int8)
    new = np.where(fresh, _level(value, params), shown + moved)
    still = moved == 0
    return pa.table(
        {
            "customer_id": table["customer_id"],
            "colour": pa.array(COLOURS).take(nullable(new, known | ~fresh)),
            "above": (above * still).astype(np.int8),
            "below": (below * still).astype(np.int8),
            "moved": moved,
        }
    )


@dataclass(frozen=True)
class HealthCheck:
    """auc: chance that one who left had the lower health. recency_auc: the same of plain recency. lift: how much more
    often the tenth with the lowest health left. beats_recency: only then is health shown without a warning."""

    n: int
    auc: float | None
    recency_auc: float | None
    lift: float | None
    beats_recency: bool | None


def validate_health(score: Array, recency_days: Array, left: Array) -> HealthCheck:
    """Whether health told who would leave, measured on what came after it; null where all or nobody left.

    In: health (0–100), days since the last purchase at that time, left later (0 or 1). Out: HealthCheck.
    Source: methods §10 (weights must be validated; a score that does not beat recency is flagged).
    """
    own, plain = auc(-np.asarray(score, dtype=np.float64), left), auc(recency_days, left)
    better = None if own is None or plain is None else own > plain
    return HealthCheck(len(left), own, plain, lift(-np.asarray(score, dtype=np.float64), left), better)


def escalations(signals: Source, *, params: HealthParams = DEFAULTS) -> pa.Table:
    """What cannot wait for a score; one row per customer with something to tell.

    In: customer_id and any of stars, angry_tickets (open ones), gate (text), champion_left (flag), missed_milestones.
    Out: customer_id, reasons (of angry_ticket: four stars or more; payment_gate; champion_left; missed_milestones: two or
    more). Source: methods §10.
    """
    table = arrow(signals)
    stars, angry, missed = (
        np.nan_to_num(_numbers(table, name)) for name in ("stars", "angry_tickets", "missed_milestones")
    )
    gate = table["gate"].is_valid().to_numpy().astype(bool) if "gate" in table.column_names else np.zeros(len(stars))
    holds = np.stack(
        [
            (angry > 0) & (stars >= params.escalate_stars),
            gate.astype(bool),
            np.nan_to_num(_numbers(table, "champion_left")) > 0,
            missed >= 2,
        ]
    )
    named = [[ESCALATIONS[at] for at in np.flatnonzero(one)] for one in holds.T]
    found = pa.table({"customer_id": table["customer_id"], "reasons": pa.array(named, pa.list_(pa.string()))})
    return found.filter(pa.array(holds.any(axis=0)))


def _scores(table: pa.Table, params: HealthParams) -> Array:
    """Scores of the parts, NaN where unknown; one row per part."""
    age = np.nan_to_num(_numbers(table, "sentiment_age_days"))
    parts = [
        100.0 * (1.0 - _numbers(table, "p_gap")),
        _numbers(table, "milestones"),
        100.0 * _mean(_numbers(table, "perfect_order"), _numbers(table, "within_limit")),
        decayed(_numbers(table, "sentiment"), age, half_life_days=params.half_life_days),
        _mean(_numbers(table, "relationship"), _numbers(table, "payment_index")),
    ]
    found: Array = np.clip(np.stack(parts), 0.0, 100.0)
    young = np.nan_to_num(_numbers(table, "tenure_days"), nan=np.inf) < params.onboarding_days
    others = np.array([part != "milestones" for part in PARTS])
    found[others[:, None] & young] = np.nan
    return found


def _numbers(table: pa.Table, name: str) -> Array:
    """A column as numbers; NaN where it is null or missing."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    found: Array = table[name].cast(pa.float64()).fill_null(float("nan")).to_numpy().copy()
    return found


def _mean(first: Array, second: Array) -> Array:
    """Of what is known of the two."""
    found: Array = np.where(np.isnan(first), second, np.where(np.isnan(second), first, (first + second) / 2))
    return found


def _level(value: Array, params: HealthParams) -> Array:
    found: Array = np.searchsorted(np.array(params.thresholds), value, side="right")
    return found


def _state(state: Source | None, table: pa.Table) -> tuple[Array, Array, Array]:
    """Last month's colour (−1: none) and months beyond its lines."""
    if state is None:
        none = np.zeros(table.num_rows, dtype=np.int64)
        return none - 1, none, none
    last = arrow(state)
    place = pc.index_in(table["customer_id"].combine_chunks(), last["customer_id"].combine_chunks())
    colour = pc.index_in(last["colour"].combine_chunks(), pa.array(COLOURS)).take(place)
    counts = [last[name].combine_chunks().take(place).fill_null(0) for name in ("above", "below")]
    shown = colour.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    above, below = (one.cast(pa.int64()).to_numpy(zero_copy_only=False) for one in counts)
    return shown, above, below
