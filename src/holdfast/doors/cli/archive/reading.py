"""Read a backup: check everything first, then put it in place, keeping what was there before."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from holdfast.doors.cli.archive import places, rows, writing
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

MANIFEST_BYTES = 50 * 2**20


def restore(path: Path) -> tuple[dict[str, Any], Path | None]:
    """Put a backup's state in place of the present one; gives the manifest and where the former state now lies."""
    data: Path = settings.DATA
    with places.folder_to_oneself(data, "restore"):
        fresh = data / f"restoring-{datetime.now():%Y%m%d-%H%M%S}"
        try:
            manifest = _unpack(path, fresh)
            _refuse_newer(manifest)
            return manifest, _put_in_place(fresh, data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


# --- read and check ---------------------------------------------------------------------------------------------
def _unpack(path: Path, fresh: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            for name, kept in manifest["files"].items():
                _take_out(archive, name, kept, fresh)
    except FileNotFoundError as error:
        raise Problem(spoken()("没有文件 {path}。", "There is no file {path}.", path=path)) from error
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, NotImplementedError) as error:
        raise Problem(_damaged(path, str(error))) from error
    except OSError as error:
        raise Problem(
            spoken()("读不出备份：{what}。现有数据没有动。", "The backup cannot be unpacked: {what}. Nothing was changed.",
                     what=error.strerror or error)
        ) from error  # fmt: skip
    _refuse_broken_database(path, fresh / places.DATABASE)
    return manifest


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo("manifest.json").file_size > MANIFEST_BYTES:
        raise ValueError("manifest.json")
    manifest = json.loads(archive.read("manifest.json"))
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != writing.FORMAT
        or places.DATABASE not in manifest["files"]
    ):
        raise ValueError("manifest.json")
    return manifest


def _take_out(archive: zipfile.ZipFile, name: str, kept: dict[str, Any], fresh: Path) -> None:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or (name != places.DATABASE and inside.parts[0] != "files"):
        raise ValueError(name)
    target = fresh.joinpath(*inside.parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as entry, target.open("xb") as file:
        while block := entry.read(writing.BLOCK):
            digest.update(block)
            size += len(block)
            if size > kept["bytes"]:
                raise ValueError(name)
            file.write(block)
    if digest.hexdigest() != kept["sha256"]:
        raise ValueError(name)


def _refuse_broken_database(path: Path, database: Path) -> None:
    with sqlite3.connect(database) as copy:
        try:
            answer = copy.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            answer = str(error)
    copy.close()
    if answer != "ok":
        raise Problem(_damaged(path, answer))


def _damaged(path: Path, what: str) -> str:
    return spoken()(
        "{path} 不是完整的备份（{what}）。现有数据没有动；请换另一份备份。",
        "{path} is not a whole backup ({what}). Nothing was changed; use another backup.",
        path=path,
        what=what.strip("'\"") or "?",
    )


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := [name for name in manifest["migrations"] if name not in known]:
        raise Problem(
            spoken()(
                "这份备份来自更新的版本 {version}（{step}）。请先升级程序，再恢复。现有数据没有动。",
                "This backup was made by a newer version, {version} ({step}). Upgrade first. Nothing was changed.",
                version=manifest["holdfast"], step=unknown[0],
            )
        )  # fmt: skip


# --- put in place -----------------------------------------------------------------------------------------------
def _put_in_place(fresh: Path, data: Path) -> Path | None:
    aside = data / f"before-restore-{datetime.now():%Y%m%d-%H%M%S}"
    if connection.vendor != "sqlite":
        _fill_server(fresh / places.DATABASE, aside)
    connections.close_all()
    moved = _move_aside(data, aside)
    try:
        _move_in(fresh, data)
    except OSError:
        _move_back(moved, data, aside)
        raise
    return aside if aside.exists() else None


def _fill_server(database: Path, aside: Path) -> None:
    """PostgreSQL: keep what is there as a backup beside, then fill the tables in one transaction."""
    rows.migrate("default")
    aside.mkdir(mode=0o700)
    writing.write(aside / "database.holdfast")
    with rows.beside(database) as alias:
        rows.migrate(alias)
        rows.copy_all(alias, "default")
    database.unlink()


def _move_aside(data: Path, aside: Path) -> list[Path]:
    """Move the present state out of the way, one rename each: instant, and undone the same way."""
    tops = {data / name.parts[0] for name in places.kept_files(data)} | set(data.glob("queue.sqlite3*"))
    tops |= {data / "upgrading", data / "filling"}
    if connection.vendor == "sqlite":
        named = Path(str(connection.settings_dict["NAME"]))
        tops |= {named.with_name(named.name + end) for end in ("", "-wal", "-shm", "-journal")}
    moved = []
    for top in sorted(top for top in tops if top.exists()):
        aside.mkdir(mode=0o700, exist_ok=True)
        shutil.move(top, aside / top.name)
        moved.append(top)
    return moved


def _move_in(fresh: Path, data: Path) -> None:
    if (fresh / places.DATABASE).exists():
        (fresh / places.DATABASE).rename(Path(str(connection.settings_dict["NAME"])))
    for top in sorted((fresh / "files").iterdir()) if (fresh / "files").is_dir() else ():
        top.rename(data / top.name)


def _move_back(moved: list[Path], data: Path, aside: Path) -> None:
    for top in moved:
        if top.is_dir():
            shutil.rmtree(top, ignore_errors=True)
        (aside / top.name).replace(top)
