"""What a voice weighs: how much its customer is worth, how badly things went, how long ago it was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.capability.requirements import MOST, critical_weights, vital_few
from holdfast.analysis.ledger import Array
from holdfast.analysis.voice.needs import FLOOR

HALF_LIFE_DAYS = 180.0
SEVERITY: Mapping[str, float] = {"complaint": 3.0, "negative": 2.0, "neutral": 1.0, "positive": 0.5}
WEIGHTS = pa.schema(
    [
        ("topic", pa.string()),
        ("customers", pa.int64()),
        ("heads", pa.float64()),
        ("weight", pa.float64()),
        ("cumulative", pa.float64()),
        ("is_vital", pa.bool_()),
    ]
)


def customer_weights(values: Sequence[float] | Array, *, floor: float = FLOOR) -> Array:
    """What each customer's voice weighs, 0–1, adding up to 1.

    In: values, what each is worth in 12 months (margin, revenue or lifetime value; below nothing counts as nothing);
    floor, the part of a head's share (1 ÷ number of customers) that the smallest still has. Without any value all weigh
    the same. Source: methods §7 (floor: D customers count at least .25 of their head share).
    """
    worth = np.maximum(np.asarray(values, dtype=np.float64), 0.0)
    if not len(worth):
        return worth
    share = worth / worth.sum() if worth.sum() > 0 else np.full(len(worth), 1 / len(worth))
    weight: Array = np.maximum(share, floor / len(worth))
    return weight / weight.sum()


def recency(age_days: Sequence[float] | Array, *, half_life_days: float = HALF_LIFE_DAYS) -> Array:
    """What is left of a voice's weight after these days: 1 today, a half after each half-life; the future counts as today.

    Errors: ValueError where the half-life is not above 0. Source: methods §7 (recency decay).
    """
    if half_life_days <= 0:
        raise ValueError("half_life_days must be above 0")
    days = np.maximum(np.asarray(age_days, dtype=np.float64), 0.0)
    left: Array = np.exp2(-days / half_life_days)
    return left


def severity(tone: str, p_complaint: float | None, *, rule: Mapping[str, float] = SEVERITY) -> float:
    """How badly things went, by tone and the chance that it is a complaint: from the tone's step towards a complaint's.

    In: tone (positive | neutral | negative); p_complaint 0–1 (null: 0; a person's word: 0 or 1); rule, a step for each
    tone and for a complaint. Out: step of the tone + chance × (step of a complaint − step of the tone).
    Source: methods §7 (severity); the steps are the project's own and meant to be edited.
    """
    step, chance = rule[tone], min(max(p_complaint or 0.0, 0.0), 1.0)
    return step + chance * (rule["complaint"] - step)


def voice_weights(
    voices: pa.Table, *, half_life_days: float = HALF_LIFE_DAYS, floor: float = FLOOR, most: float = MOST
) -> pa.Table:
    """Topics by the weight of those who name them, beside the count of heads; one row per topic, the weightiest first.

    In: voices(customer_id, topic, value_minor: what the customer is worth, the same on each of his rows, severity > 0,
    age_days); a null topic is a voice that names none and only shares in the customers' worth. A customer counts once a
    topic, with his weightiest voice, however often he says it.
    Out: topic, customers (distinct), heads (share of all pairs of customer and topic, 0–1), weight (share of Σ customer's
    weight × severity × recency, 0–1), cumulative (weight of this and all before it), is_vital (in the smallest set with
    at least `most` of the weight). Shares add up to 1. Errors: KeyError where a column is missing.
    Source: methods §7 (weight of a voice; 80/20 cut).
    """
    known = voices.filter(pc.is_valid(voices["customer_id"]))
    people, topics, table = _table(known, half_life_days)
    if not len(topics):
        return WEIGHTS.empty_table()
    weight = critical_weights(table, customer_weights(_values(known, people), floor=floor).tolist())
    heads = critical_weights(table > 0)
    few = set(vital_few(dict(zip(topics, weight.tolist(), strict=True)), most))
    order = sorted(range(len(topics)), key=lambda at: (-weight[at], topics[at]))
    columns = [
        [topics[at] for at in order], (table > 0).sum(axis=0)[order], heads[order], weight[order],
        np.minimum(np.cumsum(weight[order]), 1.0), [topics[at] in few for at in order],
    ]  # fmt: skip
    return pa.Table.from_arrays(
        [pa.array(column, kind) for column, kind in zip(columns, WEIGHTS.types, strict=True)], schema=WEIGHTS
    )


def _table(voices: pa.Table, half_life_days: float) -> tuple[list[str], list[str], Array]:
    """Customers, topics, and the weightiest voice of each on each."""
    whose, what = (voices[name].cast(pa.string()).to_pylist() for name in ("customer_id", "topic"))
    people, topics = sorted(set(whose)), sorted({topic for topic in what if topic is not None})
    row, column = ({name: at for at, name in enumerate(names)} for names in (people, topics))
    loud = voices["severity"].cast(pa.float64()).to_numpy() * recency(
        voices["age_days"].cast(pa.float64()).to_numpy(), half_life_days=half_life_days
    )
    table = np.zeros((len(people), len(topics)))
    named = [at for at, topic in enumerate(what) if topic is not None]
    places = ([row[whose[at]] for at in named], [column[what[at]] for at in named])
    np.maximum.at(table, places, loud[named])
    return people, topics, table


def _values(voices: pa.Table, people: Sequence[str]) -> Array:
    told = zip(voices["customer_id"].cast(pa.string()).to_pylist(), voices["value_minor"].to_pylist(), strict=True)
    worth: dict[str, float] = {}
    for person, value in told:
        worth[person] = max(worth.get(person, 0.0), float(value or 0))
    return np.array([worth[person] for person in people])


def technical_weights(importance: Sequence[float], relations: Sequence[Sequence[float]]) -> Array:
    """Weight of each technical measure: Σ over needs of importance × relation, made to add up to 1.

    In: importance of each need; relations, one row a need and one column a measure: 9 strong, 3 medium, 1 weak, 0 none.
    Errors: ValueError where a relation is none of these, or nothing has weight. Source: methods §7 (QFD).
    """
    table = np.asarray(relations, dtype=np.float64)
    if not np.isin(table, (9, 3, 1, 0)).all():
        raise ValueError("relations are 9, 3, 1 or 0")
    return critical_weights(table, importance)


KANO: Mapping[str, float] = {"M": 1.5, "O": 1.2, "A": 1.0, "I": 0.2}


def kano_weights(weights: Mapping[str, float], kinds: Mapping[str, str]) -> dict[str, float]:
    """Weights times the multiplier of each need's Kano class (M 1.5, O 1.2, A 1.0, I 0.2; unknown 1), adding up to 1.

    Source: methods §7 [D].
    """
    raw = {need: weight * KANO.get(kinds.get(need, ""), 1.0) for need, weight in weights.items()}
    whole = sum(raw.values())
    return {need: weight / whole for need, weight in raw.items()} if whole else raw
