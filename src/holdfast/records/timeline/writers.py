"""Bytes on the disk: a file is there whole, under a random name outside the web root, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from holdfast.records.timeline.models import files_home
from holdfast.records.timeline.rules.files import HEAD_BYTES, FileRefused, sniff

CHUNK = 1 << 20
MOST_MEMBERS = 10_000
MOST_UNPACKED = 1 << 30
PARTIAL = ".partial"
YOUNG_SECONDS = 3600


class TooLarge(ValueError):
    """The file is over the limit."""


@dataclass(frozen=True)
class Kept:
    """A file that lies in its place: `path` below `files_home()`."""

    path: str
    kind: str
    size: int
    sha256: str


@contextlib.contextmanager
def keeping(file: BinaryIO, *, limit: int) -> Iterator[Kept]:
    """Put the bytes into their place; take them away again when the block fails.

    Written under another name first, then made durable, then renamed: a kill or a full disk leaves no half file.
    Errors: TooLarge, FileRefused, OSError.
    """
    key = secrets.token_hex(16)
    target = files_home() / key[:2] / key
    partial = target.with_name(key + PARTIAL)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        size, digest = _copy(file, partial, limit)
        kept = Kept(f"{key[:2]}/{key}", kind_of(partial), size, digest)
        partial.rename(target)
        _sync(target.parent)
        yield kept
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        partial.unlink(missing_ok=True)


def _copy(file: BinaryIO, partial: Path, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while part := file.read(CHUNK):
            size += len(part)
            if size > limit:
                raise TooLarge
            digest.update(part)
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def kind_of(path: Path) -> str:
    """What a file is by its bytes; Office files are looked into without unpacking. Errors: FileRefused."""
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES))
    if kind == "zip":
        return _office(path)
    return _old_office(path) if kind == "ole" else kind


def _office(path: Path) -> str:
    """docx, xlsx or pptx without macros, from the list of members alone: nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefused("unknown") from error
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names:
        raise FileRefused("archive")
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise FileRefused("bomb")
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise FileRefused("macros")
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(name.startswith(folder) for name in names):
            return kind
    raise FileRefused("archive")


STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}


def _old_office(path: Path) -> str:
    """doc, xls or ppt without macros: the names of the streams stand in the file as UTF-16."""
    data = path.read_bytes()
    if any(mark.encode("utf-16-le") in data for mark in ("_VBA_PROJECT", "VBA", "Macros")):
        raise FileRefused("macros")
    for name, kind in STREAMS.items():
        if name.encode("utf-16-le") in data:
            return kind
    raise FileRefused("dangerous", "msi")


# --- cleaning up ---
def remove(path: str) -> None:
    """Take the bytes of a version away."""
    (files_home() / path).unlink(missing_ok=True)


def remove_all(paths: Iterable[str]) -> None:
    """Take the bytes of several versions away."""
    for path in paths:
        remove(path)


def stray_files(known: set[str], *, now: float | None = None) -> list[Path]:
    """Files no version knows, older than an hour: left by a kill between disk and database."""
    home, before = files_home(), (now or time.time()) - YOUNG_SECONDS
    if not home.is_dir():
        return []
    found = [path for folder in sorted(home.iterdir()) if folder.is_dir() for path in sorted(folder.iterdir())]
    return [path for path in found if path.relative_to(home).as_posix() not in known and path.stat().st_mtime < before]
