"""A Spark session that begins, stays off the network where the master is local, and leaves no process behind."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

LOOPBACK = "127.0.0.1"
PACKAGES = ("pyspark", "py4j", "ibis")
LAST_WORDS = 2_000
PATIENCE = 5.0

Lack = Literal["pyspark", "java", "connect", "unreachable"]


class SparkMissing(RuntimeError):
    """Spark cannot run here; `lack` says what is missing: pyspark, java, connect (sc:// is not spoken), unreachable.

    detail: the package, the folder of Java or the address it is about.
    """

    def __init__(self, lack: Lack, detail: str = "", words: str = "") -> None:
        super().__init__(f"Spark cannot run: {lack} {detail} {words}".strip())
        self.lack, self.detail = lack, detail


def master() -> str:
    """The address of the cluster: HOLDFAST_SPARK_MASTER, else SPARK_REMOTE, else two threads of this machine."""
    return os.environ.get("HOLDFAST_SPARK_MASTER") or os.environ.get("SPARK_REMOTE") or "local[2]"


def check(address: str | None = None) -> None:
    """Whether Spark could run at all. Errors: SparkMissing."""
    address = address or master()
    if address.startswith("sc://"):
        raise SparkMissing("connect", address)
    for name in PACKAGES:
        if importlib.util.find_spec(name) is None:
            raise SparkMissing("pyspark", name)
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise SparkMissing("java", home or "")
    if address.startswith("spark://") and not any(map(_answers, address.removeprefix("spark://").split(","))):
        raise SparkMissing("unreachable", address)


def _answers(place: str) -> bool:
    """Whether anybody listens there; Spark itself would ask for a minute."""
    host, _, port = place.rpartition(":")
    try:
        with socket.create_connection((host or place, int(port) if port.isdigit() else 7077), PATIENCE):
            return True
    except OSError:
        return False


@contextmanager
def session(folder: Path, address: str | None = None) -> Iterator[Any]:
    """A session on the cluster, its scratch files in `folder`; afterwards its JVM is gone.

    Errors: SparkMissing, with the last words of the JVM where the master does not answer.
    """
    address = address or master()
    check(address)
    with _surroundings(address), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Spark's own code thinks of newer pandas and pyarrow
        words = folder / "spark.log"
        with words.open("w+b") as log:
            gateway, spark = _begun(address, folder, log)
            try:
                yield spark
            except ConnectionError as problem:
                raise SparkMissing("unreachable", address, str(problem)) from problem
            finally:
                with suppress(Exception):  # a JVM that has gone already cannot be told to stop
                    spark.stop()
                _ended(gateway)


def _begun(address: str, folder: Path, log: Any) -> tuple[Any, Any]:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf(loadDefaults=False).setAll(list(_settings(address, folder).items()))
    gateway = None
    try:
        gateway = launch_gateway(conf, {"stderr": log, "stdout": subprocess.DEVNULL})
        return gateway, SparkSession(SparkContext(conf=conf, gateway=gateway))
    except Exception as problem:
        if gateway is not None:
            _ended(gateway)
        log.seek(0)
        said = log.read().decode("utf-8", "replace")[-LAST_WORDS:]
        raise SparkMissing("unreachable", address, f"{problem}\n{said}") from problem


def _settings(address: str, folder: Path) -> dict[str, str]:
    found = {
        "spark.master": address,
        "spark.app.name": "holdfast",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder / "spark"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.pyspark.python": sys.executable if is_local(address) else os.environ.get("PYSPARK_PYTHON", "python3"),
    }
    if is_local(address):
        found |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
    return found


def is_local(address: str) -> bool:
    """Whether this machine is the whole cluster."""
    return address == "local" or address.startswith("local[")


@contextmanager
def _surroundings(address: str) -> Iterator[None]:
    """PySpark reads these from the environment alone; afterwards it is as before."""
    given = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": LOOPBACK} if is_local(address) else {}
    names = ("SPARK_REMOTE", "PYSPARK_PYTHON", "SPARK_LOCAL_IP", "PYSPARK_SUBMIT_ARGS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.pop("SPARK_REMOTE", None)  # PySpark would take it for the address of Spark Connect
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _ended(gateway: Any) -> None:
    """The JVM ends when its standard input does; another session can begin afterwards."""
    from pyspark import SparkContext

    with suppress(ConnectionError):
        gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None
    process = gateway.proc
    process.stdin.close()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
