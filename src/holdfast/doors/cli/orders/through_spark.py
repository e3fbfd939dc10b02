"""`holdfast analyze --engine spark`: the rows as Parquet for a cluster to read, and what to install where there is none."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from holdfast.analysis import accounts, spark
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue

INSTALL = ".venv/bin/uv pip install --python .venv/bin/python -e '.[spark]'"
_FOLDER = "HOLDFAST_SPARK_FOLDER"


def check(t: Tongue) -> None:
    """Refuse before any file is read where Spark cannot run. Raises Problem."""
    try:
        spark.check()
    except spark.SparkMissing as missing:
        raise Problem(_sentence(missing, t)) from None
    place = os.environ.get("HOLDFAST_SPARK_FOLDER")
    if place and not os.access(place, os.W_OK):
        raise Problem(
            t(
                "{name} 指向的文件夹 {place} 不存在或不能写入。",
                "{name} names {place}, which is no folder that can be written to.",
                name=_FOLDER,
                place=place,
            )
        )


def analyze(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    wanted: list[str],
    target: Path,
    t: Tongue,
    *,
    as_of: date,
    without: Path | None,
    **asked: Any,
) -> accounts.Analysis:
    """What `accounts.analyze` would say; the customers stand in `target`.

    rows: what stands in FROM; wanted: the columns for the engine; without: rows that do not count, as `lines_of` says.
    Raises Problem where the cluster does not answer.
    """
    with _workplace(target.parent.parent) as folder:
        lines = folder / "lines.parquet"
        source = rows if without is None else f"{rows} AS r ANTI JOIN read_parquet('{without}') AS w USING (file, row)"
        kept = f"SELECT {', '.join(wanted)} FROM {source} WHERE customer_id IS NOT NULL AND day <= DATE '{as_of}'"
        con.execute(f"COPY ({kept}) TO '{lines}' (FORMAT parquet, COMPRESSION zstd)")
        try:
            return spark.analyze(lines, as_of=as_of, target=target, folder=folder, **asked)
        except spark.SparkMissing as missing:
            raise Problem(_sentence(missing, t)) from None


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder that the cluster's workers see too; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-spark-", dir=os.environ.get("HOLDFAST_SPARK_FOLDER") or beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sentence(missing: spark.SparkMissing, t: Tongue) -> str:
    if missing.lack == "pyspark":
        return t(
            "这里没有装 PySpark。请在 Holdfast 的文件夹里运行 {command}，或者改用 --engine duckdb。",
            "PySpark is not installed here. In Holdfast's folder run {command}, or use --engine duckdb.",
            command=INSTALL,
        )
    if missing.lack == "java":
        return t(
            "Spark 需要 Java 17 或更新的版本，这里没有找到。请安装 openjdk-17-jre-headless（Debian、Ubuntu），"
            "或者用 JAVA_HOME 指明，或者改用 --engine duckdb。",
            "Spark wants Java 17 or newer, and none was found. Install openjdk-17-jre-headless (Debian, Ubuntu) or name "
            "its folder in JAVA_HOME, or use --engine duckdb.",
        )
    if missing.lack == "connect":
        return t(
            "{address} 是 Spark Connect 的地址，这里不支持。请在 HOLDFAST_SPARK_MASTER 里写 master 地址，"
            "例如 spark://host:7077 或 local[4]。",
            "{address} is an address of Spark Connect, which is not spoken here. Put a master into "
            "HOLDFAST_SPARK_MASTER, such as spark://host:7077 or local[4].",
            address=missing.detail,
        )
    return t(
        "连不上 Spark（{address}）。请检查 HOLDFAST_SPARK_MASTER，或者改用 --engine duckdb。",
        "Spark does not answer at {address}. Check HOLDFAST_SPARK_MASTER, or use --engine duckdb.",
        address=missing.detail,
    )
