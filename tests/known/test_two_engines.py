"""Both engines on the Online Retail file: money exact, chances to 1e-9, everything else the same."""

import importlib.util
import json
import os
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.analysis.tests.quiet_cluster import alike, near
from holdfast.doors.cli.main import main
from holdfast.doors.cli.orders.through_spark import INSTALL
from tests.needs import missing, shared_data

FILE = "online_retail_20101201_20110609.csv.gz"

pytestmark = [pytest.mark.slow, pytest.mark.shows("PLT-02")]


def spark_or_skip():
    if importlib.util.find_spec("pyspark") is None:
        missing("PySpark", INSTALL)
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        missing("Java 17", "install openjdk-17-jre-headless")


def analyzed(out, *options):
    path = str(shared_data() / FILE)
    assert main(["analyze", path, "--out", str(out), "--tables-only", "--lang", "en", *options]) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary, pq.read_table(out / "customers.parquet")


def test_spark_finds_the_same_customers_as_duckdb(tmp_path, monkeypatch):
    spark_or_skip()
    for name in ("HOLDFAST_SPARK_MASTER", "HOLDFAST_SPARK_FOLDER", "SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)

    summary, one = analyzed(tmp_path / "duckdb")
    other_summary, other = analyzed(tmp_path / "spark", "--engine", "spark")

    assert other.schema.equals(one.schema)
    assert other.num_rows == one.num_rows > 2_000
    assert alike(other, one)
    assert one.schema.field("revenue").type == pa.decimal128(20, 2)
    del summary["seconds"], other_summary["seconds"]
    assert near(other_summary, summary)
    assert sorted(path.name for path in (tmp_path / "spark").iterdir()) == ["customers.parquet", "summary.json"]
