"""Customers taken evenly in the order of their ids, a sample a day; and the integrity of those who have invoices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from holdfast.analysis.accounts import AnalyzeParams, Whole
from holdfast.analysis.accounts.apply import measured_of
from holdfast.analysis.accounts.shard import KNOWN
from holdfast.analysis.forecast.gist import Sample
from holdfast.analysis.forecast.views import Known
from holdfast.analysis.grading.metrics import SUMS
from holdfast.analysis.grading.scoring import unrated
from holdfast.analysis.ledger import Array, day_number
from holdfast.analysis.spark.cluster import Cluster
from holdfast.analysis.spark.sorted import batches

FOUND = pa.schema([("prefix", pa.int32()), *((name, pa.int64()) for name in ("first", *KNOWN, "came"))])


def samples(cluster: Cluster, parts: list[Path], whole: Whole, params: AnalyzeParams) -> dict[int, Sample]:
    """By day, today and the days that back-tests look from: of who had bought every so-and-so-many-th customer."""
    prefixes = ["now", *(f"look{number}" for number in range(len(whole.looks)))]
    counted = cluster.each(parts, lambda part, _: known(part, prefixes))
    begins = np.cumsum([np.zeros(len(prefixes), dtype=np.int64), *counted], axis=0)
    steps = [max(1, -(-int(size) // params.forecast.test_sample)) for size in begins[-1]]
    table = cluster.rows(parts, lambda part, number: taken(part, prefixes, begins[number], steps), FOUND)
    days = [(day_number(whole.as_of), 0), *whole.looks]
    return {day: _sample(table, number, days_ahead) for number, (day, days_ahead) in enumerate(days)}


def known(part: Path, prefixes: list[str]) -> Array:
    """How many customers of a part had bought by each day."""
    sizes = np.zeros(len(prefixes), dtype=np.int64)
    for batch in batches(part, [f"{prefix}_count" for prefix in prefixes]):
        sizes += [int((batch[f"{prefix}_count"].to_numpy() > 0).sum()) for prefix in prefixes]
    return sizes


def taken(part: Path, prefixes: list[str], begins: Array, steps: list[int]) -> Iterator[pa.RecordBatch]:
    """The customers of a part who belong to the samples; begins: how many stand in the parts before, by day."""
    at = begins.copy()
    columns = ["first_day", *(f"{prefix}_{name}" for prefix in prefixes for name in (*KNOWN, "came"))]
    columns.remove("now_came")
    for batch in batches(part, columns):
        for number, prefix in enumerate(prefixes):
            row = np.flatnonzero(batch[f"{prefix}_count"].to_numpy() > 0)
            mine = row[(np.arange(len(row)) + at[number]) % steps[number] == 0]
            at[number] += len(row)
            names = ["first_day", *(f"{prefix}_{name}" for name in (*KNOWN, "came"))]
            found = [
                batch[name].to_numpy()[mine].astype(np.int64) if name != "now_came" else np.zeros(len(mine), np.int64)
                for name in names
            ]
            yield pa.RecordBatch.from_arrays(
                [pa.array(np.full(len(mine), number, dtype=np.int32)), *map(pa.array, found)], schema=FOUND
            )


def _sample(table: pa.Table, number: int, days: int) -> Sample:
    rows = table.filter(pa.compute.equal(table["prefix"], number))
    seen = Known(*(rows[name].to_numpy() for name in KNOWN))
    return Sample(rows["first"].to_numpy(), seen, days, rows["came"].to_numpy() if days else None)


def integrity(cluster: Cluster, parts: list[Path], whole: Whole, params: AnalyzeParams, kept: pa.Table) -> Array:
    """The integrity of every rated customer for whom it is known, in no order."""
    needed = ["customer_id", "first_day", "now_count", *SUMS]

    def work(part: Path, _: int) -> Iterator[pa.RecordBatch]:
        for batch in batches(part, needed):
            measured = measured_of(pa.Table.from_batches([batch]), kept, whole, params)
            here = ~unrated(measured, params.grading) & measured["integrity"].is_valid().to_numpy()
            found = measured["integrity"].combine_chunks().filter(pa.array(here))
            yield pa.record_batch({"integrity": found})

    schema = pa.schema([("integrity", pa.float64())])
    return cluster.rows(parts, work, schema)["integrity"].to_numpy()
