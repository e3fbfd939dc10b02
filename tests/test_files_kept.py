"""Customers' files as a person at a console sees them: backed up, brought back, looked after by the doctor."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.machine import data, environment, holdfast, migrated

__all__ = ["data", "migrated"]
pytestmark = [pytest.mark.slow]

# Run in a process of its own on the data folder: a customer with a file, as the service keeps it.
KEEP = """
import io, django
django.setup()
from holdfast.records.customers import services as customers
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.services import ensure_defaults
ensure_defaults()
customer = customers.add_customer(by=None, name="有文件的客户", code="FILE1")
for text in (b"%PDF-1", b"%PDF-2"):
    timeline.add_document(customer, file=io.BytesIO(text), name="contract.pdf", folder="contract", by=None)
"""


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], env=environment(folder), capture_output=True, text=True, check=False
    )


@pytest.fixture
def filled(data):
    made = run(data, KEEP)
    assert made.returncode == 0, made.stderr
    return data


def kept(folder: Path) -> dict[str, bytes]:
    with sqlite3.connect(folder / "holdfast.sqlite3") as connection:
        rows = connection.execute("SELECT path FROM timeline_version ORDER BY number").fetchall()
    connection.close()
    return {path: (folder / "files" / path).read_bytes() for (path,) in rows}


@pytest.mark.shows("ARC-06")
def test_a_backup_brings_every_version_of_every_file_back(filled, tmp_path):
    archive, empty = tmp_path / "all.holdfast", tmp_path / "new"
    (filled / "files" / "aa").mkdir(exist_ok=True)
    (filled / "files" / "aa" / "half.partial").write_bytes(b"%PD")

    made = holdfast(filled, "backup", str(archive))
    back = holdfast(empty, "restore", str(archive))

    assert (made.returncode, back.returncode) == (0, 0), made.stderr + back.stderr
    assert list(kept(empty).values()) == [b"%PDF-1", b"%PDF-2"]
    assert kept(empty) == kept(filled)
    assert not any("partial" in name for name in zipfile.ZipFile(archive).namelist())


def test_a_file_that_goes_while_the_backup_runs_does_not_stop_it(filled, monkeypatch):
    from django.conf import settings

    from holdfast.doors.cli.archive import places, writing

    monkeypatch.setattr(settings, "DATA", filled)
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        assert writing.add_if_there(archive, filled / "files" / "gone", "files/gone") is None
        name = places.kept_files(filled)[0]
        assert writing.add_if_there(archive, filled / name, "x")["bytes"] == (filled / name).stat().st_size


@pytest.mark.shows("ARC-06", "ARC-09")
def test_the_doctor_mends_the_history_and_tells_of_files_that_are_gone(filled):
    path = next(iter(kept(filled)))
    stray = filled / "files" / "zz"
    stray.mkdir()
    (stray / "left-by-a-kill").write_bytes(b"half")
    os.utime(stray / "left-by-a-kill", (time.time() - 7200,) * 2)
    with sqlite3.connect(filled / "holdfast.sqlite3") as connection:
        connection.execute("DELETE FROM timeline_entry")
    connection.close()

    first, second = holdfast(filled, "doctor"), holdfast(filled, "doctor")
    (filled / "files" / path).unlink()
    third = holdfast(filled, "doctor")

    assert first.returncode == second.returncode == 0, first.stdout
    assert "lacked 3 entries" in first.stdout
    assert "removed 1 files" in first.stdout
    assert "all 3 entries of customers' history are right" in second.stdout
    assert "files of customers are all there" in second.stdout
    assert third.returncode == 1
    assert "1 files of customers are missing" in third.stdout
