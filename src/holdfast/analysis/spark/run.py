"""Lines in Parquet through Spark to customers.parquet, with the same figures as in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import sentences, tables
from holdfast.analysis.accounts import COLUMNS, DEFAULTS, Analysis, AnalyzeParams, Whole
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.days import daily
from holdfast.analysis.spark.session import session
from holdfast.analysis.spark.shards import APART, Work, added, describing, schema_of_facts, settling, summing
from holdfast.analysis.tables import Source

ROWS_A_SHARD = 500_000
ROWS_AT_ONCE = 50_000
FACTS, SETTLED = "facts", "settled.parquet"


def analyze(
    lines: Path,
    *,
    as_of: date,
    target: Path,
    folder: Path,
    params: AnalyzeParams = DEFAULTS,
    invoices: Source | None = None,
    lang: sentences.Language = "zh",
    keep: bool = False,
    address: str | None = None,
) -> Analysis:
    """All that `accounts.analyze` says, of lines that one machine need not hold; `.customers` goes to the file `target`.

    In: lines: Parquet file or folder of `tables.LINES`, and folder: a place for files in between; all of Spark's workers
    must see both. keep: the tables of customers in memory too, as the report wants; else `.customers` has only their
    number of rows, and the other tables with a row a customer are empty.
    Without keep the driver's memory does not grow with the customers: it holds sums, and a part of the results at a time.
    What is asked of all customers together (likelihoods on collapsed tuples, ranks, stars) one worker does from numbers
    alone, with about 1 kB a customer. Errors: SparkMissing; TableError where the invoices lack a column.
    """
    clock = Clock()
    with clock("spark"), _cut(lines, as_of, folder, address) as (spark, days):
        with clock("days"):
            whole = _whole(days, as_of, params)
        with clock("customers"):
            parts = _facts(days, whole, params, lang, folder / FACTS)
        with clock("together"):
            bills = tables.arrow(invoices) if invoices is not None else None
            analysis = _together(spark, settling(whole, params, bills, parts, folder / SETTLED, keep=keep))
    with clock("write"):
        _write(parts, folder / SETTLED, target)
    customers = pq.read_table(target) if keep else analysis.customers
    return replace(analysis, customers=customers, seconds={**analysis.seconds, **clock.seconds})


@contextmanager
def _cut(lines: Path, as_of: date, folder: Path, address: str | None) -> Iterator[tuple[Any, Any]]:
    """The session, and the customer days as a Spark table with all days of a customer in one partition."""
    with session(folder, address) as spark:
        import ibis

        con = ibis.pyspark.connect(spark)
        stored = con.read_parquet(lines.absolute().as_uri(), table_name="holdfast_lines")
        size = spark.table("holdfast_lines").count()
        shards = max(-(-size // ROWS_A_SHARD), spark.sparkContext.defaultParallelism)
        spark.conf.set("spark.sql.shuffle.partitions", shards)
        days = spark.sql(con.compile(daily(stored, as_of))).repartition(shards, "customer_id").persist()
        yield spark, days


def _whole(days: Any, as_of: date, params: AnalyzeParams) -> Whole:
    """First pass: what each shard must know of all others."""
    rows = days.mapInArrow(summing(as_of, params), "sums binary").collect()
    return Whole.of(added(bytes(row["sums"]) for row in rows), as_of, params)


def _facts(days: Any, whole: Whole, params: AnalyzeParams, lang: sentences.Language, place: Path) -> list[Path]:
    """Second pass: a row a customer, by customer_id through files in order."""
    from pyspark.sql.pandas.types import from_arrow_schema

    kinds = from_arrow_schema(schema_of_facts(whole, params))
    facts = days.mapInArrow(describing(whole, params, lang), kinds).persist()
    # Spark writes one file a partition, named in the order of the partitions.
    facts.sort("customer_id").write.parquet(place.absolute().as_uri())
    facts.unpersist()
    return sorted(place.glob("part-*.parquet"))


def _together(spark: Any, work: Work) -> Analysis:
    """One worker finishes all customers from the numbers in the files."""
    rows = spark.range(1, numPartitions=1).mapInArrow(work, "said binary").collect()
    found: Analysis = pickle.loads(bytes(rows[0]["said"]))  # written by `settling` in this very run
    return found


def _write(parts: list[Path], settled: Path, target: Path) -> None:
    """The finished columns beside the ids and reasons that stayed in the files, part by part, in one order."""
    source = pq.ParquetFile(settled)
    kinds = {"customer_id": pa.string(), "reasons": pa.list_(pa.string())}
    known = {**{field.name: field.type for field in source.schema_arrow}, **kinds}
    ordered = pa.schema([(name, known[name]) for name in COLUMNS if name in known])
    if sum(pq.read_metadata(part).num_rows for part in parts) != source.metadata.num_rows:
        raise RuntimeError(f"{settled.name} holds other customers than the facts")
    rows = _Rows(source.iter_batches(ROWS_AT_ONCE))
    with pq.ParquetWriter(target, ordered, compression="zstd") as file:
        for part in parts:
            kept = pq.read_table(part, columns=list(APART))
            found = rows.take(kept.num_rows, source.schema_arrow)
            for name in APART:
                found = found.append_column(name, kept[name])
            file.write_table(found.select(ordered.names).cast(ordered))


class _Rows:
    """The rows of a file, so many at a time."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self.batches = batches
        self.left: list[pa.RecordBatch] = []

    def take(self, size: int, schema: pa.Schema) -> pa.Table:
        """The next `size` rows."""
        taken: list[pa.RecordBatch] = []
        while size:
            batch = self.left.pop() if self.left else next(self.batches)
            taken.append(batch.slice(0, size))
            if batch.num_rows > size:
                self.left.append(batch.slice(size))
            size -= taken[-1].num_rows
        return pa.Table.from_batches(taken, schema)
