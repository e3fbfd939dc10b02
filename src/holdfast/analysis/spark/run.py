"""Lines in Parquet through Spark to customers.parquet, with the same figures as in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from holdfast.analysis import sentences, tables
from holdfast.analysis.accounts import DEFAULTS, Analysis, AnalyzeParams, Whole
from holdfast.analysis.accounts.apply import settle
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.accounts.finish import analysis, kept_word
from holdfast.analysis.days import daily
from holdfast.analysis.spark.census import census
from holdfast.analysis.spark.cluster import Cluster, files
from holdfast.analysis.spark.finishing import at_hand, finished, joined, none_at_hand
from holdfast.analysis.spark.session import session
from holdfast.analysis.spark.shards import added, describing, schema_of_facts, summing
from holdfast.analysis.tables import Source

ROWS_A_SHARD = 500_000


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
    Without keep no process holds the customers: the driver gathers sums, samples and the collapsed tuples of the
    likelihoods, as many at most as `FitParams` says; a worker holds a shard of lines, then a batch of customers. Invoices
    are the driver's. Errors: SparkMissing; TableError where the invoices lack a column; ValueError where fewer than three
    parts are to make a customer difficult.
    """
    clock = Clock()
    with clock("spark"), _cut(lines, as_of, folder, address) as (cluster, days):
        with clock("days"):
            whole = _whole(days, as_of, params)
        with clock("customers"):
            parts = _facts(days, whole, params, lang, folder / "facts")
        with clock("census"):
            kept = kept_word(tables.arrow(invoices) if invoices is not None else None, whole, params)
            counted = census(cluster, parts, folder, whole, params, kept)
        with clock("forecast"):
            settled = settle(counted, kept, whole, params)
        if not keep:
            with clock("table"):
                done, size, value = finished(cluster, parts, settled, folder / "finished")
    with clock("write"):
        if keep:
            found, rest = at_hand(parts, settled)
            pq.write_table(found.customers, target, compression="zstd")
        else:
            joined(done, target)
            found, rest = none_at_hand(parts[0], settled, size, value)
    return analysis(counted, settled, found, rest, clock)


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
        yield Cluster(spark, con), days


def _whole(days: Any, as_of: date, params: AnalyzeParams) -> Whole:
    """First pass: what each shard must know of all others."""
    rows = days.mapInArrow(summing(as_of, params), "sums binary").collect()
    return Whole.of(added(bytes(row["sums"]) for row in rows), as_of, params)


def _facts(days: Any, whole: Whole, params: AnalyzeParams, lang: sentences.Language, place: Path) -> list[Path]:
    """Second pass: a row a customer, by customer_id through files in order."""
    from pyspark.sql.pandas.types import from_arrow_schema

    kinds = from_arrow_schema(schema_of_facts(whole, params))
    facts = days.mapInArrow(describing(whole, params, lang), kinds).persist()
    facts.sort("customer_id").write.parquet(place.absolute().as_uri())
    facts.unpersist()
    days.unpersist()
    return files(place)
