"""`holdfast serve`, upgrades and the worker: real processes, killed for real."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest

from tests.machine import (
    ROOT,
    Server,
    add_tag,
    cluster,
    data,
    environment,
    free_port,
    holdfast,
    migrated,
    sql,
    tags,
    until,
)
from tests.machine import django as manage

__all__ = ["cluster", "data", "migrated"]
pytestmark = [pytest.mark.slow]


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
    manage(data, "migrate", "audit", "0001", "--verbosity", "0")
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
    manage(data, "migrate", "audit", "0001", "--verbosity", "0")
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
def worker(data: Path, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "django", "worker"],
        env=environment(data, DJANGO_SETTINGS_MODULE="tests.slowwork.settings", **more), cwd=ROOT, start_new_session=True,
    )  # fmt: skip


def ask(data: Path, path: Path, steps: int, **more: str) -> None:
    code = (
        "import django; django.setup(); from holdfast.foundation.jobs.services import enqueue;"
        f"enqueue('test.slow', path={str(path)!r}, steps={steps})"
    )
    given = environment(data, DJANGO_SETTINGS_MODULE="tests.slowwork.settings", **more)
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


def test_the_queue_may_stand_in_postgres(data, tmp_path, cluster):
    path = tmp_path / "steps"
    ask(data, path, steps=3, HOLDFAST_QUEUE=cluster)
    with psycopg.connect(cluster) as connection:
        assert connection.execute("SELECT count(*) FROM huey_task").fetchone() == (1,)

    running = worker(data, HOLDFAST_QUEUE=cluster)
    try:
        until(lambda: job(data)[0] == "done", "the job to be done")
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)

    with psycopg.connect(cluster) as connection:
        assert connection.execute("SELECT count(*) FROM huey_task").fetchone() == (0,)
