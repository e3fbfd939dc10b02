"""Needs that many share, and needs of a few (VOC-09)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

COMMON_SHARE = 0.10
COMMON_CUSTOMERS = 3
FLOOR = 0.25


def needs(
    voices: pa.Table, *, common_share: float = COMMON_SHARE, common_customers: int = COMMON_CUSTOMERS
) -> pa.Table:
    """Which needs many customers share and which only a few have; one row per topic, the weightiest first.

    In: voices(customer_id, topic, value_minor: what the customer is worth in 12 months, the same on each of his rows);
    rows without customer or topic are left out. A customer counts once a topic, however often he says it.
    Out: topic, customers (distinct), share (0–1 of all customers with a voice), kind (common | individual),
    weight (0–1 of the customers' weight), value_minor (sum over the distinct customers).
    Rule: common where at least 10 % of the customers with a voice and at least 3 of them speak of it, else individual.
    Formula: a customer's weight = max(value ÷ Σ value, 0.25 ÷ number of customers), normalised to 1; without any value
    every customer weighs the same. Source: methods §7 (weight of a voice, floor for small customers).
    Errors: KeyError where a column is missing.
    """
    people, topics, pairs = _pairs(voices)
    weights, values = _weights(voices, people)
    found = [_need(topics[at], members, weights, values) for at, members in _members(pairs, len(topics))]
    count = max(1, len(people))
    rows = [
        {
            **need,
            "share": need["customers"] / count,
            "kind": _kind(need["customers"], count, common_share, common_customers),
        }
        for need in found
    ]
    rows.sort(key=lambda need: (-need["weight"], -need["customers"], need["topic"]))
    return pa.Table.from_pylist(rows, SCHEMA)


SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("customers", pa.int64()),
        ("share", pa.float64()),
        ("kind", pa.string()),
        ("weight", pa.float64()),
        ("value_minor", pa.int64()),
    ]
)


def _kind(customers: int, count: int, share: float, fewest: int) -> str:
    return "common" if customers >= fewest and customers / count >= share else "individual"


def _pairs(voices: pa.Table) -> tuple[list[str], list[str], np.ndarray]:
    """Customers, topics, and each pair of them once."""
    table = voices.select(["customer_id", "topic"])
    table = table.filter(pc.and_(pc.is_valid(table["customer_id"]), pc.is_valid(table["topic"])))
    columns = [table[name].cast(pa.string()).combine_chunks().dictionary_encode() for name in table.column_names]
    indices = [column.indices.to_numpy(zero_copy_only=False) for column in columns]
    people, topics = (column.dictionary.to_pylist() for column in columns)
    return people, topics, np.unique(np.stack(indices, axis=1), axis=0)


def _weights(voices: pa.Table, people: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weight and value of each customer."""
    place = {person: at for at, person in enumerate(people)}
    values = np.zeros(len(people), dtype=np.int64)
    told = zip(voices["customer_id"].cast(pa.string()).to_pylist(), voices["value_minor"].to_pylist(), strict=True)
    for person, value in told:
        if person in place and value is not None:
            values[place[person]] = max(values[place[person]], int(value))
    total, count = values.sum(), max(1, len(people))
    share = values / total if total else np.full(len(people), 1 / count)
    weights = np.maximum(share, FLOOR / count)
    return weights / (weights.sum() or 1), values


def _members(pairs: np.ndarray, topics: int) -> list[tuple[int, np.ndarray]]:
    return [(at, pairs[pairs[:, 1] == at, 0]) for at in range(topics)]


def _need(topic: str, members: np.ndarray, weights: np.ndarray, values: np.ndarray) -> dict:
    return {
        "topic": topic,
        "customers": len(members),
        "weight": float(weights[members].sum()),
        "value_minor": int(values[members].sum()),
    }
