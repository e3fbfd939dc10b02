"""Backup, restore and health, as a person at a console sees them."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import threading
import time
import zipfile
from pathlib import Path

import pytest

from tests.machine import add_tag, data, files, holdfast, migrated, sql, tags

__all__ = ["data", "migrated"]
pytestmark = [pytest.mark.slow]


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
