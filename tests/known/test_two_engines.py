"""Both engines on the Online Retail file: money exact, chances to 1e-9, everything else the same."""

import importlib.util
import json
import os
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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


def near(first, second):
    """Numbers within 1e-9 of each other, relative to what is above 1."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(near(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(near, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= 1e-9 * max(1.0, abs(first))
    return first == second


def test_spark_finds_the_same_customers_as_duckdb(tmp_path, monkeypatch):
    spark_or_skip()
    for name in ("HOLDFAST_SPARK_MASTER", "HOLDFAST_SPARK_FOLDER", "SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)

    summary, one = analyzed(tmp_path / "duckdb")
    other_summary, other = analyzed(tmp_path / "spark", "--engine", "spark")

    assert other.schema.equals(one.schema)
    assert other.num_rows == one.num_rows > 2_000
    for field in one.schema:
        if pa.types.is_floating(field.type):
            assert near(other[field.name].to_pylist(), one[field.name].to_pylist()), field.name
        else:
            assert other[field.name].equals(one[field.name]), field.name
    assert one.schema.field("revenue").type == pa.decimal128(20, 2)
    del summary["seconds"], other_summary["seconds"]
    assert near(other_summary, summary)
    assert sorted(path.name for path in (tmp_path / "spark").iterdir()) == ["customers.parquet", "summary.json"]
