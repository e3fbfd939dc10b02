"""`holdfast analyze --engine spark` where Spark cannot run: one sentence that names what to install, and nothing written."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from holdfast.analysis import spark
from holdfast.doors.cli.main import main
from holdfast.doors.cli.orders import through_spark

SETTINGS = ("HOLDFAST_SPARK_MASTER", "HOLDFAST_SPARK_FOLDER", "SPARK_REMOTE", "JAVA_HOME")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def refused(tmp_path, capsys):
    def ask(lang="en"):
        orders = tmp_path / "orders.csv"
        orders.write_text("客户,日期,金额\n7,2026-01-05,12.5\n", encoding="utf-8")
        out = tmp_path / "out"
        status = main(["analyze", str(orders), "--out", str(out), "--engine", "spark", "--tables-only", "--lang", lang])
        told = capsys.readouterr()
        assert (status, told.out, out.exists()) == (2, "", False)
        assert told.err.count("\n") == 1
        return told.err

    return ask


def lacking(name):
    found = importlib.util.find_spec
    return lambda asked: None if asked == name else found(asked)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_pyspark_the_command_that_installs_it_is_named(refused, monkeypatch, lang):
    monkeypatch.setattr(importlib.util, "find_spec", lacking("pyspark"))

    told = refused(lang)

    assert ".venv/bin/uv pip install --python .venv/bin/python -e '.[spark]'" in told
    assert "--engine duckdb" in told
    assert ("没有装 PySpark" in told) == (lang == "zh")


def test_without_java_the_package_that_brings_it_is_named(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    assert "openjdk-17-jre-headless" in refused()


def test_an_address_of_spark_connect_is_told_apart(refused, monkeypatch):
    monkeypatch.setenv("SPARK_REMOTE", "sc://there:15002")

    told = refused()

    assert "sc://there:15002" in told
    assert "HOLDFAST_SPARK_MASTER" in told


def test_a_master_that_does_not_answer_is_named(refused, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SPARK_MASTER", "spark://127.0.0.1:1")

    assert "does not answer at spark://127.0.0.1:1" in refused()


def test_a_folder_that_is_not_there_is_named(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("HOLDFAST_SPARK_FOLDER", str(tmp_path / "nowhere"))

    assert str(tmp_path / "nowhere") in refused()


def test_a_cluster_that_fails_half_way_leaves_nothing_behind(refused, monkeypatch, tmp_path):
    def gone(*_, folder, **__):
        (folder / "facts").mkdir()
        raise spark.SparkMissing("unreachable", "local[2]")

    monkeypatch.setattr(through_spark.spark, "check", lambda: None)
    monkeypatch.setattr(through_spark.spark, "analyze", gone)
    monkeypatch.setenv("HOLDFAST_SPARK_FOLDER", str(tmp_path))

    assert "does not answer at local[2]" in refused()
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_pyspark_comes_only_to_those_who_ask_for_it():
    root = Path(__file__).resolve().parents[5]
    extras = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

    assert any(one.startswith("pyspark") for one in extras["spark"])
    assert "'.[spark]'" in through_spark.INSTALL
    assert "pyspark==" not in (root / "requirements.txt").read_text(encoding="utf-8")
