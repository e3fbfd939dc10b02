"""A Spark session as the census needs it: Ibis expressions run, files written in order, and work done on each file."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

Made = TypeVar("Made")
Batches = Iterator[pa.RecordBatch]
SAID = "number int, said binary"


@dataclass(frozen=True)
class Cluster:
    """spark: the session; con: Ibis on it. What crosses to the driver is what a function here returns."""

    spark: Any
    con: Any

    def parquet(self, parts: list[Path], name: str) -> Any:
        """The files of one folder as an Ibis table."""
        return self.con.read_parquet(parts[0].parent.absolute().as_uri(), table_name=name)

    def collect(self, expression: Any) -> pa.Table:
        """The rows of an expression in the driver."""
        found: pa.Table = self.spark.sql(self.con.compile(expression)).toArrow()
        return found

    def written(self, expression: Any, place: Path) -> list[Path]:
        """The rows of a sorted expression in files, named in the order of their rows."""
        self.spark.sql(self.con.compile(expression)).write.parquet(place.absolute().as_uri())
        return files(place)

    def rows(
        self, parts: list[Path], work: Callable[[Path, int], Iterable[pa.RecordBatch]], schema: pa.Schema
    ) -> pa.Table:
        """What `work` yields of each file and its number, each in a task of its own, file after file."""
        from pyspark.sql.pandas.types import from_arrow_schema

        found: pa.Table = self._tasks(parts).mapInArrow(_over(parts, work), from_arrow_schema(schema)).toArrow()
        return found.cast(schema)

    def each(self, parts: list[Path], work: Callable[[Path, int], Made]) -> list[Made]:
        """What `work` makes of each file and its number, each in a task of its own; it must be small."""

        def said(part: Path, number: int) -> Iterable[pa.RecordBatch]:
            words = pickle.dumps(work(part, number))
            yield pa.record_batch({"number": pa.array([number], pa.int32()), "said": pa.array([words], pa.binary())})

        rows = self._tasks(parts).mapInArrow(_over(parts, said), SAID).collect()
        ordered = sorted(rows, key=lambda row: row["number"])
        return [pickle.loads(bytes(row["said"])) for row in ordered]  # written by `said` in this very run

    def _tasks(self, parts: list[Path]) -> Any:
        return self.spark.range(0, len(parts), 1, len(parts))


def files(place: Path) -> list[Path]:
    """The files that Spark has written, one a partition, named in the order of the partitions."""
    return sorted(place.glob("part-*.parquet"))


def _over(parts: list[Path], work: Callable[[Path, int], Iterable[pa.RecordBatch]]) -> Callable[[Batches], Batches]:
    def through(numbers: Batches) -> Batches:
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                yield from work(parts[number], number)

    return through
