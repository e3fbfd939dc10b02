"""Excel workbooks: looked through as a zip file first, then read by calamine."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import python_calamine as calamine

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import MEGABYTE, Limits
from holdfast.common.sheets.reading.texts import Record
from holdfast.common.sheets.values.texts import text_of

_CHUNK = 1 << 20
_RATIO_COUNTS_FROM = 50 * MEGABYTE
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})[0-9]+"')
_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="([0-9]{1,9})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TAIL = 400


@dataclass(frozen=True)
class WorkbookSource:
    """One sheet of a workbook; without a wish the first visible sheet that holds a table."""

    path: Path
    wanted: str | int | None
    limits: Limits
    old: bool = False

    kind: str = "xlsx"
    encoding: None = None

    @cached_property
    def _book(self) -> calamine.CalamineWorkbook:
        if not self.old:
            check_archive(self.path, self.limits)
        try:
            return calamine.CalamineWorkbook.from_path(str(self.path))
        except calamine.PasswordError:
            raise SheetError("encrypted", file=self.path.name) from None
        except (calamine.CalamineError, OSError) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> SheetError:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        if self.old and ("assword" in reason or "ncrypt" in reason or "Workbook" in reason):
            return SheetError("encrypted", file=self.path.name)
        return SheetError("damaged_workbook", file=self.path.name, reason=reason)

    @cached_property
    def sheet_names(self) -> tuple[str, ...]:
        """Every sheet in the workbook's order."""
        return tuple(self._book.sheet_names)

    @cached_property
    def _sheet(self) -> calamine.CalamineSheet:
        if not self.sheet_names:
            raise SheetError("empty", file=self.path.name)
        return self._load(self._wanted_name()) if self.wanted is not None else self._first_table()

    @property
    def sheet_name(self) -> str | None:
        """The sheet that is read."""
        return self._sheet.name

    def _wanted_name(self) -> str:
        names, wanted = self.sheet_names, self.wanted
        if isinstance(wanted, int) and 0 <= wanted < len(names):
            return names[wanted]
        if wanted in names:
            return str(wanted)
        raise SheetError("no_such_sheet", file=self.path.name, sheet=wanted, sheets="、".join(names[:20]))

    def _first_table(self) -> calamine.CalamineSheet:
        visible = [
            meta.name for meta in self._book.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible
        ]
        names = [name for name in visible if name in self.sheet_names] or list(self.sheet_names)
        first = None
        for name in names:
            try:
                sheet = self._load(name)
            except SheetError:
                if len(names) == 1:
                    raise
                continue
            if sheet.height > 1 and sheet.width > 1:
                return sheet
            first = first or sheet
        return first or self._load(names[0])

    def _load(self, name: str) -> calamine.CalamineSheet:
        try:
            return self._book.get_sheet_by_name(name)
        except (calamine.CalamineError, OSError) as error:
            raise self._damaged(error) from None

    def records(self) -> Iterator[Record]:
        """Every row from the sheet's first on; blank rows come as no cells."""
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            values = [_native(cell) for cell in cells]
            filled = any(value is not None for value in values)
            yield number, values if filled else [], "\t".join(text_of(v) or "" for v in values) if filled else ""


def _native(cell: object) -> object:
    """Whole numbers as int, empty cells as None; times of day and lengths as text."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if cell == "":
        return None
    return cell


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse a truncated or lying archive, a bomb, and sheets that span more than we would hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive.infolist(), limits)
            for entry in archive.infolist():
                _check_entry(path, archive, entry, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise SheetError("truncated", file=path.name) from None
    except (RuntimeError, NotImplementedError):
        raise SheetError("encrypted", file=path.name) from None
    except (OSError, ValueError) as error:
        if isinstance(error, SheetError):
            raise
        raise SheetError("damaged_workbook", file=path.name, reason=str(error)[:80]) from None


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if not any(entry.filename.lower().startswith("xl/") for entry in entries):
        raise SheetError("not_a_table", file=path.name)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_workbook:
        raise SheetError(
            "zip_bomb", file=path.name, megabytes=unpacked // MEGABYTE, limit=limits.max_workbook // MEGABYTE
        )
    ratio = unpacked // max(1, path.stat().st_size)
    if unpacked > _RATIO_COUNTS_FROM and ratio > limits.max_ratio:
        raise SheetError("zip_ratio", file=path.name, ratio=ratio)


def _check_entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    """Unpack once without keeping it: proves size and checksum, and measures a sheet."""
    measure = _Span() if _SHEET.fullmatch(entry.filename) else None
    with archive.open(entry) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if measure is not None:
                measure.look(tail + chunk)
                tail = chunk[-_TAIL:]
    if measure is not None:
        measure.check(path, limits)


class _Span:
    """The rows and columns a sheet's XML reaches; overlapping looks do no harm."""

    def __init__(self) -> None:
        self._rows = 0
        self._columns: set[bytes] = set()

    def look(self, xml: bytes) -> None:
        self._columns.update(_CELL.findall(xml))
        self._rows = max(self._rows, *map(int, _ROW.findall(xml)), 0, 0)

    def check(self, path: Path, limits: Limits) -> None:
        columns = max(map(_column_number, self._columns), default=0)
        if columns > limits.max_columns:
            raise SheetError("too_many_columns", file=path.name, columns=columns, limit=limits.max_columns)
        if columns * self._rows > limits.max_cells:
            raise SheetError("too_many_rows", file=path.name, limit=limits.max_cells // max(1, columns))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
