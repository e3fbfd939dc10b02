"""Sorted parts: Parquet files that Spark has written in order, read a batch at a time by whoever looks for a place in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.analysis.accounts.asked import COLUMNS, KINDS
from holdfast.analysis.ledger import Array

AT_ONCE = 100_000
# Where the rows of `first` stand, beside the places asked for.
NO_TARGET = -1
FOUND = pa.schema(
    [
        ("kind", pa.int32()),
        *((name, pa.int64()) for name in ("place", "a", "b", "c", "gain", "target")),
        ("id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Tally:
    """Of one part, by kind: rows; and of revenue the gain and Σ rank·gain within the part."""

    rows: Array
    gain: int
    weight: float

    @classmethod
    def of(cls, part: Path) -> Tally:
        """Read the part through."""
        rows, gain, weight = np.zeros(len(KINDS), dtype=np.int64), 0, 0.0
        for batch in batches(part, ["kind", "a"]):
            kind = batch["kind"].to_numpy()
            gains = gains_of(batch["a"].to_numpy()[kind == 0])
            ranks = np.arange(rows[0] + 1, rows[0] + 1 + len(gains), dtype=np.float64)
            weight += float(np.einsum("i,i->", ranks, gains.astype(np.float64)))
            gain += int(gains.sum())
            rows += np.bincount(kind, minlength=len(KINDS))
        return cls(rows, gain, weight)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: places by kind, ascending; before: gains that must have been brought before the first customer
    looked for; within: one that must have been reached with him."""

    places: dict[int, Array]
    before: tuple[int, ...]
    within: float


def batches(part: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a part, so many at a time."""
    with pq.ParquetFile(part) as file:
        yield from file.iter_batches(AT_ONCE, columns=columns)


def gains_of(a: Array) -> Array:
    """What customers bring, from the number that orders them by revenue; losses count as 0."""
    return np.maximum(-a, 0)


def look(part: Path, begins: Array, gain: int, wanted: Wanted) -> Iterator[pa.RecordBatch]:
    """Of one part the rows at the places wanted, and the first ones beyond each gain; begins, gain: what stands in the
    parts before, rows by kind and gain."""
    at, targets = begins.copy(), dict.fromkeys(range(len(wanted.before) + 1))
    for batch in batches(part, list(COLUMNS)):
        kind = batch["kind"].to_numpy()
        ends = np.searchsorted(kind, np.arange(len(KINDS) + 1))
        for number in np.flatnonzero(np.diff(ends)).tolist():
            rows = batch.slice(int(ends[number]), int(ends[number + 1] - ends[number]))
            reached = gain + np.cumsum(gains_of(rows["a"].to_numpy())) if number == 0 else np.zeros(len(rows), np.int64)
            yield from _at_places(rows, number, int(at[number]), reached, wanted.places.get(number))
            if number == 0:
                yield from _beyond(rows, int(at[0]), gain, reached, wanted, targets)
                gain = int(reached[-1])
            at[number] += len(rows)


def _at_places(
    rows: pa.RecordBatch, kind: int, begin: int, reached: Array, places: Array | None
) -> Iterator[pa.RecordBatch]:
    if places is None:
        return
    low, high = np.searchsorted(places, [begin, begin + len(rows)])
    if high > low:
        inside = places[low:high] - begin
        yield _found(rows, kind, inside, begin, reached, NO_TARGET)


def _beyond(
    rows: pa.RecordBatch, begin: int, gain: int, reached: Array, wanted: Wanted, open_to: dict[int, None]
) -> Iterator[pa.RecordBatch]:
    """The first row of the part before which (for the last target: with which) so much was brought."""
    before = np.append(gain, reached[:-1])
    for target in list(open_to):
        last = target == len(wanted.before)
        place = int(np.searchsorted(reached, wanted.within) if last else np.searchsorted(before, wanted.before[target]))
        if place < len(rows):
            del open_to[target]
            yield _found(rows, 0, np.array([place]), begin, reached, target)


def _found(rows: pa.RecordBatch, kind: int, inside: Array, begin: int, reached: Array, target: int) -> pa.RecordBatch:
    taken = rows.take(pa.array(inside))
    columns = {
        "kind": np.full(len(inside), kind, dtype=np.int32),
        "place": inside + begin,
        **{name: taken[name] for name in ("a", "b", "c")},
        "gain": reached[inside],
        "target": np.full(len(inside), target, dtype=np.int64),
        "id": pc.cast(taken["id"], pa.string()),
    }
    return pa.RecordBatch.from_arrays(
        [column if isinstance(column, pa.Array) else pa.array(column) for column in columns.values()], schema=FOUND
    )
