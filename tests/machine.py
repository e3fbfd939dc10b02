"""Real processes on data folders of their own, for the tests of the machine room."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import postgres
from tests.needs import missing

ROOT = Path(__file__).resolve().parents[1]
HOLDFAST = [sys.executable, "-c", "import sys; from holdfast.doors.cli.main import main; sys.exit(main())"]
PATIENCE = 90


def environment(data: Path, **more: str) -> dict[str, str]:
    """A machine without this test run's own settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST_", "DATABASE_", "DJANGO_"))
    }
    return {
        **kept, "HOLDFAST_DATA": str(data), "HOLDFAST_DEMO": "0", "LC_ALL": "C.UTF-8", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "holdfast.config.settings", "PYTHONWARNINGS": "ignore", **more,
    }  # fmt: skip


def holdfast(data: Path, *words: str, **more):
    limits, patience = more.pop("preexec_fn", None), more.pop("patience", PATIENCE)
    return subprocess.run(
        [*HOLDFAST, *words], env=environment(data, **more), capture_output=True, text=True, timeout=patience, cwd=ROOT,
        preexec_fn=limits,
    )  # fmt: skip


def django(data: Path, *words: str):
    return subprocess.run(
        [sys.executable, "-m", "django", *words],
        env=environment(data),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )


def until(true, what: str, seconds: float = PATIENCE):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := true():
            return found
        time.sleep(0.1)
    pytest.fail(f"waited {seconds} s for {what}")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """An empty company's data folder, made once."""
    data = tmp_path_factory.mktemp("made")
    django(data, "migrate", "--verbosity", "0")
    (data / "secret_key").exists() or (data / "secret_key").write_text("x")
    return data


@pytest.fixture
def data(migrated, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(migrated, folder)
    (folder / "secret_key").chmod(0o600)
    (folder / "scores").mkdir()
    (folder / "scores" / "2026-10.parquet").write_bytes(b"PAR1" * 1000)
    return folder


def sql(data: Path, statement: str, *values):
    with sqlite3.connect(data / "holdfast.sqlite3", timeout=20) as connection:
        return connection.execute(statement, values).fetchall()


def tags(data: Path) -> list[str]:
    return [row[0] for row in sql(data, "SELECT name FROM customers_tag ORDER BY id")]


def add_tag(data: Path, name: str) -> None:
    sql(data, "INSERT INTO customers_tag (name, created_at, updated_at) VALUES (?, '2026-11-22', '2026-11-22')", name)


def files(data: Path) -> dict[str, bytes]:
    """Name and content of everything that matters, the database as its rows."""
    kept = [
        path for path in data.rglob("*") if path.is_file() and "sqlite3" not in path.name and path.name != "serve.lock"
    ]
    return {str(path.relative_to(data)): path.read_bytes() for path in kept} | {"tags": repr(tags(data)).encode()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running `holdfast serve`, and what it printed."""

    def __init__(self, data: Path, log: Path, **more: str) -> None:
        self.port, self.log = free_port(), log
        self.file = log.open("w")
        self.process = subprocess.Popen(
            [*HOLDFAST, "serve", "--port", str(self.port), "--workers", "1"],
            env=environment(data, **more), stdout=self.file, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True,
        )  # fmt: skip

    def printed(self) -> str:
        return self.log.read_text()

    def ready(self) -> None:
        until(lambda: "Holdfast is running" in self.printed() or self.process.poll() is not None, "the server")
        assert self.process.poll() is None, self.printed()

    def children(self) -> dict[int, str]:
        """pid → command line of everything in the server's process group."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(folder.name)) == self.process.pid and int(folder.name) != self.process.pid:
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (ProcessLookupError, FileNotFoundError):
                continue
        return {pid: command for pid, command in found.items() if command}

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.file.close()
        return code


@pytest.fixture(scope="module")
def cluster():
    if "HOLDFAST_TEST_POSTGRES" not in os.environ:
        if postgres.binaries() is None:
            missing("PostgreSQL's server", "install the package postgresql")
        os.environ["HOLDFAST_TEST_POSTGRES"] = postgres.start()
    return os.environ["HOLDFAST_TEST_POSTGRES"]
