"""Lines in Parquet through Spark to customers.parquet, with the same figures as in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import sentences
from holdfast.analysis.accounts import DEFAULTS, Analysis, AnalyzeParams, Whole, finish
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.days import daily
from holdfast.analysis.spark.session import session
from holdfast.analysis.spark.shards import added, describing, schema_of_facts, summing
from holdfast.analysis.tables import Source

ROWS_A_SHARD = 500_000
# Never carried to the driver: they are joined back while the results are written.
STAYS = ("reasons",)


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
    must see both. keep: the customers with their ids and reasons in memory too, as the report wants; else
    `.customers` and `.movement` have the customers' places (0 … N−1 by customer_id) for ids and no reasons.
    Without keep the driver holds numbers only, about 0.6 kB a customer at its peak, never a line or a day; likelihoods
    are fitted on collapsed tuples. Errors: SparkMissing; TableError where the invoices lack a column.
    """
    clock = Clock()
    with clock("spark"), _cut(lines, as_of, folder, address) as (spark, days):
        with clock("days"):
            whole = _whole(days, as_of, params)
        with clock("customers"):
            parts = _facts(spark, days, whole, params, lang, folder / "facts")
    named = keep or invoices is not None
    facts = _compact(parts, named)
    analysis = finish(facts, whole, params, invoices=invoices, clock=clock, ordered=True)
    with clock("write"):
        _write(parts, analysis.customers, target)
    return replace(analysis, customers=pq.read_table(target)) if keep else analysis


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


def _facts(
    spark: Any, days: Any, whole: Whole, params: AnalyzeParams, lang: sentences.Language, place: Path
) -> list[Path]:
    """Second pass: a row a customer, by customer_id through files in order."""
    from pyspark.sql.pandas.types import from_arrow_schema

    kinds = from_arrow_schema(schema_of_facts(whole, params))
    facts = days.mapInArrow(describing(whole, params, lang), kinds).persist()
    # Spark writes one file a partition, named in the order of the partitions.
    facts.sort("customer_id").write.parquet(place.absolute().as_uri())
    return sorted(place.glob("part-*.parquet"))


def _compact(parts: list[Path], named: bool) -> pa.Table:
    """The numbers of all customers in order; ids only where they are needed, else the customers' places."""
    schema = pq.read_schema(parts[0])
    wanted = [name for name in schema.names if name not in STAYS and (named or name != "customer_id")]
    tables = [pq.read_table(part, columns=wanted, read_dictionary=["stage"]) for part in parts]
    facts = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    if not named:
        facts = facts.add_column(0, "customer_id", pa.array(range(facts.num_rows), pa.int64()))
    return facts.append_column("reasons", pa.nulls(facts.num_rows, pa.list_(pa.string())))


def _write(parts: list[Path], customers: pa.Table, target: Path) -> None:
    """The finished columns beside the ids and reasons that stayed in the files, part by part."""
    schema = customers.schema.set(customers.schema.get_field_index("customer_id"), pa.field("customer_id", pa.string()))
    begin = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as file:
        for part in parts:
            kept = pq.read_table(part, columns=["customer_id", *STAYS])
            rows = customers.slice(begin, kept.num_rows)
            columns = {name: kept[name] if name in kept.column_names else rows[name] for name in schema.names}
            file.write_table(pa.table(columns).cast(schema))
            begin += kept.num_rows
