"""Write a backup: a consistent database while others write, files, hashes; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from holdfast import __version__
from holdfast.doors.cli.archive import places, rows
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

FORMAT = 1
PAGES = 4096
BLOCK = 2**20


def write(path: Path) -> dict[str, Any]:
    """Write the whole state into one file; gives the manifest. A Problem leaves no half file behind."""
    partial = path.with_name(path.name + ".partial")
    try:
        with _no_half(partial), tempfile.TemporaryDirectory(prefix="tmp-backup-", dir=path.parent) as folder:
            database = Path(folder) / places.DATABASE
            _copy_database(database)
            manifest = _pack(partial, database)
            os.replace(partial, path)
    except OSError as error:
        raise Problem(_cannot_write(path, error)) from error
    return manifest


@contextmanager
def _no_half(partial: Path) -> Iterator[None]:
    try:
        yield
    finally:
        partial.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> str:
    return spoken()(
        "写不进 {path}：{what}。没有留下半个文件；请换一个有空间、可写的位置再备份。",
        "Cannot write {path}: {what}. No half file was left; choose a place with room that is writable.",
        path=path,
        what=error.strerror or error,
    )


def _copy_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(target)
        return
    with rows.beside(target) as alias:
        rows.migrate(alias)
        rows.copy_all("default", alias)


def _copy_sqlite(target: Path) -> None:
    """SQLite's online backup: pages are copied while others write, and a change in between is caught up."""
    source = sqlite3.connect(connections["default"].settings_dict["NAME"], timeout=20)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy, pages=PAGES, sleep=0.05)
        copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise OSError(None, str(error)) from error
    finally:
        copy.close()
        source.close()


def _pack(partial: Path, database: Path) -> dict[str, Any]:
    manifest = {
        "format": FORMAT,
        "holdfast": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "from": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in _applied()),
        "files": {},
    }
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=4, allowZip64=True) as archive:
        files: dict[str, dict[str, Any]] = manifest["files"]  # type: ignore[assignment]
        files[places.DATABASE] = _add(archive, database, places.DATABASE)
        for name in places.kept_files(settings.DATA):
            if kept := add_if_there(archive, settings.DATA / name, f"files/{name.as_posix()}"):
                files[f"files/{name.as_posix()}"] = kept
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    os.chmod(partial, 0o600)
    _to_disk(partial)
    return manifest


def _applied() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        return _pour(archive, file, name)


def add_if_there(archive: zipfile.ZipFile, path: Path, name: str) -> dict[str, Any] | None:
    """A file of the state; None when it went since the folder was read, as an erased one does."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        return _pour(archive, file, name)


def _pour(archive: zipfile.ZipFile, file: BinaryIO, name: str) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as entry:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            entry.write(block)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def room_needed() -> int:
    """A generous guess of the bytes that a backup takes while it is made."""
    kept = [settings.DATA / name for name in places.kept_files(settings.DATA)]
    files = sum(path.stat().st_size for path in kept if path.exists())
    database = Path(str(connection.settings_dict["NAME"]))
    return files + (2 * database.stat().st_size if connection.vendor == "sqlite" and database.exists() else 0)


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
