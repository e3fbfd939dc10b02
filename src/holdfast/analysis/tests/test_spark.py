"""Spark walks the same shards to the same figures, says what it lacks, and leaves no process behind."""

import importlib.util
import os
import shutil
import socket
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.needs import missing

from holdfast.analysis import accounts, spark
from holdfast.analysis.days import customer_days
from holdfast.analysis.spark import shards
from holdfast.analysis.spark.session import is_local
from holdfast.analysis.tests.ledgers import on, random_lines
from holdfast.analysis.tests.quiet_cluster import SMALL, alike, near

AS_OF = on(399)


def days_in_batches(table, size=50):
    return iter(customer_days(table, as_of=AS_OF).to_batches(max_chunksize=size))


def whole_of(tables):
    work = shards.summing(AS_OF, accounts.DEFAULTS)
    said = [batch["sums"][0].as_py() for table in tables for batch in work(days_in_batches(table))]
    return accounts.Whole.of(shards.added(said), AS_OF, accounts.DEFAULTS)


def test_the_columns_are_known_before_a_row_is_read():
    table = random_lines(4, 500)
    whole = whole_of([table])

    facts = pa.Table.from_batches(shards.describing(whole, accounts.DEFAULTS, "zh")(days_in_batches(table)))

    assert facts.schema.equals(shards.schema_of_facts(whole, accounts.DEFAULTS))
    assert facts.schema.field("customer_id").type == pa.string()


def test_a_shard_without_a_day_says_nothing():
    empty = random_lines(5, 10).slice(0, 0)
    whole = whole_of([random_lines(5, 10)])

    assert list(shards.summing(AS_OF, accounts.DEFAULTS)(iter(empty.to_batches()))) == []
    assert list(shards.describing(whole, accounts.DEFAULTS, "zh")(iter([]))) == []


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "local[2]"),
        ({"SPARK_REMOTE": "spark://there:7077"}, "spark://there:7077"),
        ({"SPARK_REMOTE": "spark://there:7077", "HOLDFAST_SPARK_MASTER": "local[4]"}, "local[4]"),
    ],
)
def test_the_master_is_this_machine_unless_one_is_named(monkeypatch, settings, address):
    for name in ("SPARK_REMOTE", "HOLDFAST_SPARK_MASTER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert spark.master() == address
    assert is_local(address) == address.startswith("local")


def test_what_is_lacking_is_named(monkeypatch, tmp_path):
    with pytest.raises(spark.SparkMissing) as problem:
        spark.check("sc://there")
    assert problem.value.lack == "connect"

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else object())
    with pytest.raises(spark.SparkMissing) as problem:
        spark.check("local")
    assert (problem.value.lack, problem.value.detail) == ("pyspark", "pyspark")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(spark.SparkMissing) as problem:
        spark.check("local")
    assert problem.value.lack == "java"


def test_a_master_that_nobody_listens_at_is_named_at_once():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"spark://127.0.0.1:{nobody.getsockname()[1]}"

        with pytest.raises(spark.SparkMissing) as problem:
            spark.check(address)

    assert (problem.value.lack, problem.value.detail) == ("unreachable", address)


def spark_or_skip():
    if importlib.util.find_spec("pyspark") is None:
        missing("PySpark", ".venv/bin/uv pip install --python .venv/bin/python -e '.[spark]'")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        missing("Java 17", "install openjdk-17-jre-headless")


@pytest.mark.slow
@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize(("keep", "params"), [(True, accounts.DEFAULTS), (False, SMALL)], ids=["all", "sampled"])
def test_a_small_ledger_goes_through_spark_and_no_process_stays(tmp_path, monkeypatch, keep, params):
    spark_or_skip()
    monkeypatch.delenv("HOLDFAST_SPARK_MASTER", raising=False)
    monkeypatch.setenv("SPARK_REMOTE", "local[1]")
    table = pa.concat_tables(
        [random_lines(6, 2000, customers=300), random_lines(7, 9).set_column(1, "day", late_days(9))]
    )
    pq.write_table(table, tmp_path / "lines.parquet")
    before = children()

    found = spark.analyze(
        tmp_path / "lines.parquet",
        as_of=AS_OF,
        target=tmp_path / "found.parquet",
        folder=tmp_path,
        keep=keep,
        params=params,
        lang="en",
    )

    expected = accounts.analyze(table, as_of=AS_OF, params=params, lang="en")
    stored = pq.read_table(tmp_path / "found.parquet")
    assert alike(stored, expected.customers)
    assert near(found.summary, expected.summary)
    assert found.bridge.equals(expected.bridge)
    assert found.customers.num_rows == expected.customers.num_rows
    if keep:
        assert alike(found.customers, expected.customers)
    assert found.movement.equals(expected.movement if keep else expected.movement.slice(0, 0))
    assert children() == before
    assert os.environ["SPARK_REMOTE"] == "local[1]"


def late_days(size):
    return pa.array([AS_OF + timedelta(days=n + 1) for n in range(size)], pa.date32())


def children():
    """Processes that this one has begun and that still run."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()
