"""What kind of file this is, told from its first bytes and never from its name."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import MEGABYTE, Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"{\\rtf")


def file_kind(path: Path, limits: Limits) -> str:
    """`csv`, `csv.gz`, `xlsx`, `xls` or `parquet`. Raises SheetError for anything else."""
    size = _size(path)
    if size == 0:
        raise SheetError("empty", file=path.name)
    if size > limits.max_bytes:
        raise SheetError("too_large", file=path.name, megabytes=size // MEGABYTE, limit=limits.max_bytes // MEGABYTE)
    return _kind(path, _first_bytes(path))


def _size(path: Path) -> int:
    if path.is_dir():
        raise SheetError("is_folder", file=path.name)
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise SheetError("not_found", file=str(path)) from None
    except (OSError, ValueError) as error:
        raise SheetError("unreadable_file", file=path.name, reason=type(error).__name__) from None


def _first_bytes(path: Path, count: int = 512) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise SheetError("unreadable_file", file=path.name, reason=type(error).__name__) from None


def _kind(path: Path, head: bytes) -> str:
    if head.startswith(b"\x1f\x8b"):
        return _packed_kind(path)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    _refuse_foreign(path, head)
    return "csv"


def _packed_kind(path: Path) -> str:
    with open_bytes(path, packed=True) as file:
        head = read_some(file, 512, path)
    if not head:
        raise SheetError("empty", file=path.name)
    if head.startswith((b"PK", b"PAR1", _OLE, b"\x1f\x8b")):
        raise SheetError("not_a_table", file=path.name)
    _refuse_foreign(path, head)
    return "csv.gz"


def _refuse_foreign(path: Path, head: bytes) -> None:
    if head.startswith(_FOREIGN) or head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        raise SheetError("not_a_table", file=path.name)


def open_bytes(path: Path, *, packed: bool) -> BinaryIO:
    """The plain bytes of a file, unpacked if it is gzip."""
    try:
        return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        raise SheetError("unreadable_file", file=path.name, reason=type(error).__name__) from None


def read_some(file: BinaryIO, size: int, path: Path) -> bytes:
    """Up to `size` bytes; a packed file that breaks off is said to be incomplete."""
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SheetError("truncated", file=path.name) from None
    except OSError as error:
        raise SheetError("unreadable_file", file=path.name, reason=type(error).__name__) from None
