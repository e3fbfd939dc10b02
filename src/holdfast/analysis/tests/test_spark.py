"""Spark walks the same shards to the same figures, says what it lacks, and leaves no process behind."""

import importlib.util
import os
import pickle
import shutil
import socket
from datetime import timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.needs import missing

from holdfast.analysis import accounts, spark
from holdfast.analysis.days import customer_days
from holdfast.analysis.spark import run, shards
from holdfast.analysis.spark.session import is_local
from holdfast.analysis.tests.invoices import payers
from holdfast.analysis.tests.ledgers import on, random_lines

AS_OF = on(399)


def days_in_batches(table, size=50):
    return iter(customer_days(table, as_of=AS_OF).to_batches(max_chunksize=size))


def whole_of(tables):
    work = shards.summing(AS_OF, accounts.DEFAULTS)
    said = [batch["sums"][0].as_py() for table in tables for batch in work(days_in_batches(table))]
    return accounts.Whole.of(shards.added(said), AS_OF, accounts.DEFAULTS)


def split(table, parts):
    place = pa.compute.index_in(table["customer_id"], value_set=table["customer_id"].unique()).to_numpy() % parts
    return [table.filter(pa.array(place == part)) for part in range(parts)]


def walked(table, folder, *, keep=False, bills=None, parts=3):
    """The whole walk with the functions of the workers, in this process: cut, summed, described, settled, written."""
    shards_of = split(table, parts)
    whole = whole_of(shards_of)
    describe = shards.describing(whole, accounts.DEFAULTS, "en")
    facts = pa.concat_tables([pa.Table.from_batches(describe(days_in_batches(part))) for part in shards_of])
    facts = facts.sort_by("customer_id")
    cuts = [0, 7, 7, facts.num_rows // 2, facts.num_rows]
    paths = [folder / f"part-{number}.parquet" for number in range(4)]
    for path, (begin, end) in zip(paths, pairwise(cuts), strict=True):
        pq.write_table(facts.slice(begin, end - begin), path)
    settle = shards.settling(whole, accounts.DEFAULTS, bills, paths, folder / "settled.parquet", keep=keep)
    said = list(settle(iter([])))
    run._write(paths, folder / "settled.parquet", folder / "found.parquet")
    return pq.read_table(folder / "found.parquet"), pickle.loads(said[0]["said"][0].as_py())


@pytest.mark.parametrize("keep", [False, True])
def test_what_the_workers_do_adds_up_to_the_analysis_in_memory(tmp_path, keep):
    table = random_lines(3, 3000)

    customers, found = walked(table, tmp_path, keep=keep)

    expected = accounts.analyze(table, as_of=AS_OF, lang="en")
    assert customers.equals(expected.customers)
    assert found.summary == expected.summary
    assert found.bridge.equals(expected.bridge)
    assert found.lorenz.equals(expected.lorenz)
    assert found.customers.num_rows == expected.customers.num_rows
    for name in shards.A_ROW_A_CUSTOMER:
        assert getattr(found, name).num_rows == (getattr(expected, name).num_rows if keep else 0)
        assert not keep or getattr(found, name).equals(getattr(expected, name))


def test_invoices_count_on_the_workers_too(tmp_path):
    table = random_lines(3, 3000)
    bills, _ = payers(2, customers=20, each=12, span=400)

    customers, found = walked(table, tmp_path, bills=bills)

    expected = accounts.analyze(table, as_of=AS_OF, invoices=bills, lang="en")
    assert customers.equals(expected.customers)
    assert found.integrity.equals(expected.integrity)
    assert found.integrity["integrity"].null_count < found.integrity.num_rows == 20
    assert expected.customers["stars"].null_count < accounts.analyze(table, as_of=AS_OF).customers["stars"].null_count


def test_results_of_other_customers_are_never_put_together(tmp_path):
    walked(random_lines(3, 600), tmp_path)

    with pytest.raises(RuntimeError, match="other customers"):
        run._write([tmp_path / "part-2.parquet"], tmp_path / "settled.parquet", tmp_path / "x.parquet")


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
def test_a_small_ledger_goes_through_spark_and_no_process_stays(tmp_path, monkeypatch):
    spark_or_skip()
    monkeypatch.delenv("HOLDFAST_SPARK_MASTER", raising=False)
    monkeypatch.setenv("SPARK_REMOTE", "local[1]")
    table = pa.concat_tables([random_lines(6, 2000), random_lines(7, 9).set_column(1, "day", late_days(9))])
    pq.write_table(table, tmp_path / "lines.parquet")
    before = children()

    found = spark.analyze(
        tmp_path / "lines.parquet",
        as_of=AS_OF,
        target=tmp_path / "found.parquet",
        folder=tmp_path,
        keep=True,
        lang="en",
    )

    expected = accounts.analyze(table, as_of=AS_OF, lang="en")
    stored = pq.read_table(tmp_path / "found.parquet")
    assert stored.equals(expected.customers)
    assert found.summary == expected.summary
    assert found.bridge.equals(expected.bridge)
    assert found.customers.equals(expected.customers)
    assert found.movement.equals(expected.movement)
    assert children() == before
    assert os.environ["SPARK_REMOTE"] == "local[1]"


def late_days(size):
    return pa.array([AS_OF + timedelta(days=n + 1) for n in range(size)], pa.date32())


def children():
    """Processes that this one has begun and that still run."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()
