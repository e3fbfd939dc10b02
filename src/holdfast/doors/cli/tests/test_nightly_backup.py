import zipfile

import pytest
import time_machine

from holdfast.doors.cli.archive import writing
from holdfast.foundation.jobs import services as jobs

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A data folder of its own; the database of this test lies in memory and is stood in for by a file."""
    settings.DATA, settings.BACKUPS_KEPT = tmp_path, 2
    monkeypatch.setattr(writing, "_copy_database", lambda target: target.write_bytes(b"database"))
    monkeypatch.setattr(writing, "room_needed", lambda: 0)
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "2026-10.parquet").write_bytes(b"PAR1")
    return tmp_path / "backups"


def night(day):
    with time_machine.travel(f"{day}T03:00:00+08:00", tick=False):
        return jobs.run_now(jobs.enqueue("backup.nightly"))


def test_each_night_leaves_a_backup_and_the_oldest_goes(folder):
    states = [night(day).state for day in ("2026-11-20", "2026-11-21", "2026-11-22")]

    assert states == ["done"] * 3
    assert sorted(path.name for path in folder.iterdir()) == [
        "nightly-2026-11-21.holdfast",
        "nightly-2026-11-22.holdfast",
    ]
    names = zipfile.ZipFile(folder / "nightly-2026-11-22.holdfast").namelist()
    assert set(names) == {"holdfast.sqlite3", "files/scores/2026-10.parquet", "manifest.json"}


def test_none_is_made_where_none_is_kept(folder, settings):
    settings.BACKUPS_KEPT = 0

    assert night("2026-11-22").result == {"made": 0}
    assert not folder.exists()


def test_a_full_disk_is_told_in_words(folder, monkeypatch):
    monkeypatch.setattr(writing, "room_needed", lambda: 10**18)

    job = night("2026-11-22")

    assert job.state == "failed"
    assert "磁盘空间不够" in job.error
