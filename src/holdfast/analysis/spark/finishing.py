"""The last walk: what is settled goes to the workers, and each finishes the customers of its files and writes them."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis.accounts.apply import Rows, Settled, measured_of, moves_of, rows
from holdfast.analysis.accounts.finish import every_row
from holdfast.analysis.spark.cluster import Cluster

AT_ONCE = 100_000
Tables = tuple[pa.Table, pa.Table, pa.Table]


def finished(cluster: Cluster, parts: list[Path], settled: Settled, place: Path) -> tuple[list[Path], int, float]:
    """The customers of each file of facts in a file of their own; those files, how many customers, and their value."""
    place.mkdir()
    said = cluster.each(parts, finishing(settled, place))
    return [place / name for name, _, _ in said], sum(n for _, n, _ in said), math.fsum(value for _, _, value in said)


def finishing(settled: Settled, place: Path) -> Callable[[Path, int], tuple[str, int, float]]:
    """What a worker does with one file: the name of the file written, its customers, their value (major units)."""

    def work(part: Path, number: int) -> tuple[str, int, float]:
        name, size, value = f"{number:06}.parquet", 0, 0.0
        beside = place / f"{name}.{os.getpid()}"
        with pq.ParquetFile(part) as file, pq.ParquetWriter(beside, empty(settled, file.schema_arrow)) as writer:
            for batch in file.iter_batches(AT_ONCE):
                found = one_part(pa.Table.from_batches([batch]), settled)
                writer.write_table(found.customers)
                size, value = size + found.customers.num_rows, value + found.value
        # A task may run twice: whichever comes last leaves the same file.
        beside.replace(place / name)
        return name, size, value

    return work


def one_part(facts: pa.Table, settled: Settled) -> Rows:
    """The finished rows of some customers."""
    return rows(facts, measured_of(facts, settled.kept, settled.whole, settled.params), settled)


def empty(settled: Settled, facts: pa.Schema) -> pa.Schema:
    """The columns of the finished customers."""
    return one_part(facts.empty_table(), settled).customers.schema


def joined(parts: list[Path], target: Path) -> None:
    """The files one after another in one, a group of rows at a time."""
    with pq.ParquetWriter(target, pq.read_schema(parts[0]), compression="zstd") as writer:
        for part in parts:
            with pq.ParquetFile(part) as file:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group))


def at_hand(parts: list[Path], settled: Settled) -> tuple[Rows, Tables]:
    """All customers in this process, as a report wants them: their rows, movement, metrics and the year's revenue."""
    facts = pa.concat_tables([pq.read_table(part) for part in parts])
    measured = measured_of(facts, settled.kept, settled.whole, settled.params)
    return every_row(facts, measured, settled), beside(facts, measured)


def none_at_hand(part: Path, settled: Settled, size: int, value: float) -> tuple[Rows, Tables]:
    """The same tables without a row; of the customers only their number."""
    facts = pq.read_schema(part).empty_table()
    found = one_part(facts, settled)
    measured = measured_of(facts, settled.kept, settled.whole, settled.params)
    return Rows(pa.table({"customer_id": pa.nulls(size)}), found.graded, value), beside(facts, measured)


def beside(facts: pa.Table, measured: pa.Table) -> Tables:
    """The tables with a row a customer that stand beside the customers."""
    moved = moves_of(facts).table(facts["customer_id"].combine_chunks())
    return moved, measured, pa.table({"customer_id": facts["customer_id"], "year_minor": facts["monetary_minor"]})
