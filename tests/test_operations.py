"""The machine room, as a person at a console sees it: real processes, own data folders, nothing pretended."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOLDFAST = [sys.executable, "-c", "import sys; from holdfast.doors.cli.main import main; sys.exit(main())"]
pytestmark = [pytest.mark.slow]
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
    limits = more.pop("preexec_fn", None)
    return subprocess.run(
        [*HOLDFAST, *words], env=environment(data, **more), capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT,
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


# --- backup and restore -----------------------------------------------------------------------------------------
def test_a_backup_brings_everything_back_into_an_empty_folder(data, tmp_path):
    add_tag(data, "老客户")
    archive, empty = tmp_path / "all.holdfast", tmp_path / "new"

    made = holdfast(data, "backup", str(archive))
    back = holdfast(empty, "restore", str(archive))

    assert (made.returncode, back.returncode) == (0, 0), made.stderr + back.stderr
    assert tags(empty) == ["老客户"]
    assert (empty / "scores" / "2026-10.parquet").read_bytes() == b"PAR1" * 1000
    assert not any("secret_key" in name for name in zipfile.ZipFile(archive).namelist())
    assert archive.stat().st_mode & 0o077 == 0


def test_a_restore_keeps_what_was_there_aside(data, tmp_path):
    archive = tmp_path / "all.holdfast"
    add_tag(data, "备份时")
    holdfast(data, "backup", str(archive))
    add_tag(data, "备份后")
    (data / "scores" / "2026-11.parquet").write_bytes(b"later")

    back = holdfast(data, "restore", str(archive))

    assert back.returncode == 0, back.stderr
    assert tags(data) == ["备份时"]
    assert not (data / "scores" / "2026-11.parquet").exists()
    aside = next(data.glob("before-restore-*"))
    assert (aside / "scores" / "2026-11.parquet").read_bytes() == b"later"
    assert tags(aside) == ["备份时", "备份后"]


def test_a_backup_is_consistent_while_somebody_writes(data, tmp_path):
    """A writer adds two tags in each transaction: a backup that saw one of them alone would be torn."""
    archive, over = tmp_path / "busy.holdfast", threading.Event()

    def write():
        connection = sqlite3.connect(data / "holdfast.sqlite3", timeout=30, isolation_level=None)
        number = 0
        while not over.is_set():
            connection.execute("BEGIN IMMEDIATE")
            for half in "ab":
                connection.execute(
                    "INSERT INTO customers_tag (name, created_at, updated_at) VALUES (?, 'x', 'x')",
                    (f"{number}{half}",),
                )
            connection.execute("COMMIT")
            number += 1
            time.sleep(0.002)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = holdfast(data, "backup", str(archive))
    finally:
        over.set()
        writer.join()

    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(archive) as whole:
        whole.extract("holdfast.sqlite3", tmp_path)
    copy = sqlite3.connect(tmp_path / "holdfast.sqlite3")
    count = copy.execute("SELECT count(*) FROM customers_tag").fetchone()[0]
    assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    copy.close()
    assert count % 2 == 0
    assert len(tags(data)) > 0


def damaged(archive: Path, how: str) -> None:
    whole = archive.read_bytes()
    if how == "cut off":
        archive.write_bytes(whole[: len(whole) // 2])
    elif how == "not an archive":
        archive.write_bytes(b"hello")
    elif how == "another content":
        rewrite(archive, "files/scores/2026-10.parquet", b"forged")
    elif how == "a name that climbs out":
        manifest = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
        manifest["files"]["files/../../climbed"] = {"sha256": "0" * 64, "bytes": 1}
        rewrite(archive, "manifest.json", json.dumps(manifest).encode())
    elif how == "from a newer version":
        manifest = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
        manifest["migrations"].append("customers.9999_from_the_future")
        rewrite(archive, "manifest.json", json.dumps(manifest).encode())


def rewrite(archive: Path, changed: str, content: bytes) -> None:
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(archive, "w") as new:
        for name, part in parts.items():
            new.writestr(name, content if name == changed else part)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut off", "not a whole backup"),
        ("not an archive", "not a whole backup"),
        ("another content", "not a whole backup"),
        ("a name that climbs out", "not a whole backup"),
        ("from a newer version", "newer version"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(data, tmp_path, how, said):
    archive = tmp_path / "all.holdfast"
    holdfast(data, "backup", str(archive))
    damaged(archive, how)
    add_tag(data, "现在")
    before = files(data)

    back = holdfast(data, "restore", str(archive))

    assert back.returncode == 2
    assert said in back.stderr
    assert len(back.stderr.strip().splitlines()) == 1
    assert files(data) == before


def no_room() -> None:
    """As a full disk: no file of this process may pass 100 KB."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


@pytest.mark.parametrize("limit", [None, no_room], ids=["no such folder", "disk full"])
def test_a_backup_that_cannot_be_written_leaves_no_half_file(data, tmp_path, limit):
    folder = tmp_path / "target"
    if limit:
        folder.mkdir()

    made = holdfast(data, "backup", str(folder / "all.holdfast"), preexec_fn=limit)

    assert made.returncode == 2, made.stderr
    assert len(made.stderr.strip().splitlines()) == 1
    assert not folder.exists() or list(folder.iterdir()) == []


def test_an_older_backup_stays_until_the_new_one_is_whole(data, tmp_path):
    archive = tmp_path / "all.holdfast"
    holdfast(data, "backup", str(archive))
    before = archive.read_bytes()

    assert holdfast(data, "backup", str(archive), preexec_fn=no_room).returncode == 2

    assert archive.read_bytes() == before


# --- health -----------------------------------------------------------------------------------------------------
def test_the_doctor_finds_a_healthy_house_healthy(data):
    seen = holdfast(data, "doctor")

    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert not any(line.startswith("fail") for line in seen.stdout.splitlines())
    assert (data / "secret_key").read_text() not in seen.stdout


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda data: sql(data, "DROP TRIGGER audit_change_no_update"), "guards are missing"),
        (lambda data: sql(data, "DROP TRIGGER customers_search_update"), "search is incomplete"),
        (lambda data: (data / "secret_key").chmod(0o644), "others can read the secret key"),
        (lambda data: (data / "upgrading").write_text('{"backup": "x"}'), "broke off"),
        (lambda data: sql(data, "DELETE FROM django_migrations WHERE app = 'jobs'"), "upgrade steps wait"),
        (lambda data: (data / "holdfast.sqlite3").write_bytes(b"not a database" * 100), "cannot be reached"),
    ],
)
def test_the_doctor_names_what_is_wrong_and_what_to_do(data, harm, said):
    harm(data)

    seen = holdfast(data, "doctor")

    assert seen.returncode == 1, seen.stdout + seen.stderr
    line = next(line for line in seen.stdout.splitlines() if said in line)
    assert line.startswith("fail")
    assert "→" in seen.stdout
    assert (data / "secret_key").read_text() not in seen.stdout


# --- serving ----------------------------------------------------------------------------------------------------
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running `holdfast serve`, and what it printed."""

    def __init__(self, data: Path, log: Path) -> None:
        self.port, self.log = free_port(), log
        self.file = log.open("w")
        self.process = subprocess.Popen(
            [*HOLDFAST, "serve", "--port", str(self.port), "--workers", "1"],
            env=environment(data), stdout=self.file, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True,
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


@pytest.fixture
def serve(data, tmp_path):
    servers = []

    def start() -> Server:
        servers.append(Server(data, tmp_path / f"serve-{len(servers)}.log"))
        servers[-1].ready()
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end()


def test_serve_prints_the_setup_link_answers_and_ends_all_its_children(serve, data):
    server = serve()
    link = re.search(r"/setup/\S+/", server.printed())[0]

    status, page = server.get(link)
    assert status == 200
    assert 'name="login"' in page
    assert server.get("/static/holdfast/holdfast.css")[0] == 200
    kinds = " ".join(server.children().values())
    assert "granian" in kinds
    assert "worker" in kinds

    assert server.end() == 0
    assert server.children() == {}
    assert holdfast(data, "doctor").returncode == 0


def test_serve_starts_a_worker_again_that_dies(serve):
    server = serve()

    def worker():
        return next((pid for pid, command in server.children().items() if "django worker" in command), None)

    first = until(worker, "the worker")
    os.kill(first, signal.SIGKILL)

    second = until(lambda: (pid := worker()) and pid != first and pid, "another worker")
    assert second != first
    assert server.get("/login/")[0] == 200


def test_one_data_folder_has_one_server_and_no_restore_beside_it(serve, data, tmp_path):
    archive = tmp_path / "all.holdfast"
    holdfast(data, "backup", str(archive))
    serve()

    second = holdfast(data, "serve", "--port", str(free_port()))
    back = holdfast(data, "restore", str(archive))
    during = holdfast(data, "backup", str(tmp_path / "during.holdfast"))

    assert (second.returncode, back.returncode, during.returncode) == (2, 2, 0)
    assert "in use by another process" in second.stderr
    assert "in use by another process" in back.stderr


def test_a_busy_port_is_told_with_another_to_try(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        told = holdfast(data, "serve", "--port", str(taken.getsockname()[1]))

    assert told.returncode == 2
    assert "Cannot listen" in told.stderr


def test_an_upgrade_backs_up_first_and_then_serves(serve, data):
    django(data, "migrate", "audit", "0001", "--verbosity", "0")
    add_tag(data, "升级前")

    server = serve()

    assert "backed up first" in server.printed()
    backup = next((data / "backups").glob("before-upgrade-*.holdfast"))
    assert (
        "audit.0002_change_forbid_rewriting"
        not in json.loads(zipfile.ZipFile(backup).read("manifest.json"))["migrations"]
    )
    assert not (data / "upgrading").exists()
    assert sql(data, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'audit_change_no_%'") == [(2,)]


def test_a_backup_from_before_an_upgrade_restores_and_upgrades_again(serve, data, tmp_path):
    django(data, "migrate", "audit", "0001", "--verbosity", "0")
    add_tag(data, "升级前")
    serve().end()
    backup = next((data / "backups").glob("before-upgrade-*.holdfast"))

    assert holdfast(data, "restore", str(backup)).returncode == 0
    serve()

    assert tags(data) == ["升级前"]


def test_a_half_migrated_database_is_not_served_and_restoring_mends_it(data, tmp_path):
    archive = tmp_path / "before.holdfast"
    holdfast(data, "backup", str(archive))
    (data / "upgrading").write_text(json.dumps({"backup": str(archive), "version": "0"}))

    refused = holdfast(data, "serve", "--port", str(free_port()))
    mended = holdfast(data, "restore", str(archive))

    assert refused.returncode == 2
    assert "half migrated" in refused.stderr
    assert str(archive) in refused.stderr
    assert mended.returncode == 0
    assert not (data / "upgrading").exists()


def test_a_database_of_a_newer_version_is_not_opened(data):
    sql(data, "INSERT INTO django_migrations (app, name, applied) VALUES ('customers', '9999_future', '2030-01-01')")

    told = holdfast(data, "serve", "--port", str(free_port()))

    assert told.returncode == 2
    assert "newer version" in told.stderr


# --- the worker -------------------------------------------------------------------------------------------------
def worker(data: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "django", "worker"],
        env=environment(data, DJANGO_SETTINGS_MODULE="tests.slowwork.settings"), cwd=ROOT, start_new_session=True,
    )  # fmt: skip


def ask(data: Path, path: Path, steps: int) -> None:
    code = (
        "import django; django.setup(); from holdfast.foundation.jobs.services import enqueue;"
        f"enqueue('test.slow', path={str(path)!r}, steps={steps})"
    )
    given = environment(data, DJANGO_SETTINGS_MODULE="tests.slowwork.settings")
    subprocess.run([sys.executable, "-c", code], env=given, check=True, cwd=ROOT)


def job(data: Path):
    return sql(data, "SELECT state, attempts, done FROM jobs_job ORDER BY id DESC LIMIT 1")[0]


def written(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_worker_killed_half_way_is_started_again_and_the_job_ends_done(data, tmp_path):
    path = tmp_path / "steps"
    ask(data, path, steps=30)
    first = worker(data)
    until(lambda: written(path) >= 8, "the job to be half way")

    first.send_signal(signal.SIGKILL)
    first.wait()
    state, attempts, _done = job(data)
    assert (state, attempts) == ("running", 1)

    second = worker(data)
    try:
        until(lambda: job(data)[0] == "done", "the job to be done")
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(timeout=30)
    assert job(data) == ("done", 2, 30)
    assert written(path) > 30


def test_a_worker_told_to_stop_gives_its_job_back(data, tmp_path):
    path = tmp_path / "steps"
    ask(data, path, steps=300)
    running = worker(data)
    until(lambda: written(path) >= 5, "the job to run")

    running.send_signal(signal.SIGTERM)
    running.wait(timeout=30)

    state, attempts, _done = job(data)
    assert (state, attempts) == ("queued", 0)
