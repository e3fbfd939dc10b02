"""A table in a file, whatever the kind: headings once, then rows in chunks."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Self

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import Limits
from holdfast.common.sheets.reading.kinds import file_kind
from holdfast.common.sheets.reading.parquets import ParquetSource
from holdfast.common.sheets.reading.texts import Record, TextSource
from holdfast.common.sheets.reading.workbooks import WorkbookSource
from holdfast.common.sheets.values.texts import text_of

Source = TextSource | WorkbookSource | ParquetSource
_LOOKED_AT_FOR_HEADINGS = 20


@dataclass(frozen=True)
class Row:
    """One data row: its number in the file (as a person sees it), its cells by heading, and how it was written."""

    number: int
    values: dict[str, object]
    raw: str
    problem: str | None = None
    found: int = 0
    expected: int = 0


class Sheet(AbstractContextManager["Sheet"]):
    """An opened table. `chunks` streams and starts over each time it is called."""

    def __init__(self, source: Source, head_row: int | None = None) -> None:
        self.source = source
        self._headings, self.head_row = self._find_head(head_row)
        self._sample: list[Row] = []

    def __exit__(self, *exception: object) -> None:
        return None

    def __enter__(self) -> Self:
        return self

    @property
    def kind(self) -> str:
        """`csv`, `xlsx` or `parquet`."""
        return self.source.kind

    @property
    def file(self) -> str:
        """The file's name without its folder."""
        return self.source.path.name

    @property
    def encoding(self) -> str | None:
        """The codec a CSV is read with."""
        return self.source.encoding.name if self.source.encoding else None

    @property
    def damaged(self) -> int:
        """Characters of a CSV that could not be decoded and show as \ufffd."""
        return self.source.encoding.damaged if self.source.encoding else 0

    @property
    def delimiter(self) -> str | None:
        """What cuts a CSV's cells."""
        return self.source.dialect[0] if isinstance(self.source, TextSource) else None

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """All sheets of a workbook."""
        return self.source.sheet_names

    @property
    def sheet_name(self) -> str | None:
        """The sheet of a workbook that is read."""
        return self.source.sheet_name

    @property
    def headings(self) -> tuple[str, ...]:
        """Column names, made unique; an unnamed column is `#3`."""
        return self._headings

    def sample(self, count: int = 200) -> list[Row]:
        """The first rows. Raises SheetError if there are none."""
        if len(self._sample) < count:
            self._sample = list(islice(self._rows(), count))
        if not self._sample:
            raise SheetError("headings_only", file=self.file)
        return self._sample[:count]

    def chunks(self, size: int = 500) -> Iterator[list[Row]]:
        """All rows, `size` at a time. Raises SheetError where the file breaks off."""
        rows = self._rows()
        while chunk := list(islice(rows, size)):
            yield chunk

    def _find_head(self, wanted: int | None) -> tuple[tuple[str, ...], int]:
        first: list[Record] = []
        for record in self.source.records():
            if _filled(record[1]):
                first.append(record)
            if len(first) >= _LOOKED_AT_FOR_HEADINGS or record[0] > 1_000:
                break
        if not first:
            raise SheetError("empty", file=self.source.path.name)
        cells, number = _head_of(first, wanted)
        self._check_width(len(cells))
        return unique_headings(cells), number

    def _check_width(self, columns: int) -> None:
        limit = self.source.limits.max_columns
        if columns > limit:
            raise SheetError("too_many_columns", file=self.source.path.name, columns=columns, limit=limit)

    def _rows(self) -> Iterator[Row]:
        limit, count = self.source.limits.max_rows, 0
        for number, cells, raw in self.source.records():
            if number <= self.head_row or not _filled(cells):
                continue
            count += 1
            if limit is not None and count > limit:
                raise SheetError("too_many_rows", file=self.file, limit=limit)
            yield self._row(number, cells, raw)

    def _row(self, number: int, cells: list[object], raw: str) -> Row:
        found, expected = len(cells), len(self._headings)
        self._check_cells(number, cells)
        values = dict(zip(self._headings, [None if c == "" else c for c in cells], strict=False))
        surplus = found > expected and _filled(cells[expected:])
        if surplus or (found < expected and self.kind == "csv"):
            return Row(number, values, raw, "ragged", found, expected)
        return Row(number, values, raw, None, expected, expected)

    def _check_cells(self, number: int, cells: list[object]) -> None:
        limit = self.source.limits.max_cell
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, str) and len(cell) > limit:
                raise SheetError(
                    "cell_too_long", file=self.file, row=number, column=column, length=len(cell), limit=limit
                )


def _filled(cells: list[object]) -> bool:
    return any(cell is not None and text_of(cell) for cell in cells)


def _head_of(records: list[Record], wanted: int | None) -> tuple[list[object], int]:
    """The first row about as wide as the table: a title line above it has one cell."""
    widths = [sum(1 for cell in cells if text_of(cell)) for _, cells, _ in records]
    enough = 1 if max(widths) == 1 else max(2, 0.6 * sorted(widths)[len(widths) // 2])
    for (number, cells, _), width in zip(records, widths, strict=True):
        if number == wanted or (wanted is None and width >= enough):
            return _without_tail(cells), number
    return _without_tail(records[0][1]), records[0][0]


def _without_tail(cells: list[object]) -> list[object]:
    """Without the empty cells at the right end."""
    kept = list(cells)
    while kept and text_of(kept[-1]) is None:
        kept.pop()
    return kept


def unique_headings(cells: list[object]) -> tuple[str, ...]:
    """Names for every column: unnamed ones by position, repeated ones numbered."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join((text_of(cell) or f"#{position}").split())
        base, again = name, 1
        while name in names:
            again += 1
            name = f"{base}#{again}"
        names.append(name)
    return tuple(names)


def open_source(path: str | PathLike[str], *, sheet: str | int | None, limits: Limits) -> Source:
    """The reader for what the file really is. Raises SheetError."""
    place = Path(path)
    kind = file_kind(place, limits)
    if kind == "parquet":
        return ParquetSource(place, limits)
    if kind in ("xlsx", "xls"):
        return WorkbookSource(place, sheet, limits, old=kind == "xls")
    return TextSource(place, kind == "csv.gz", limits)


def open_sheet(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    limits: Limits | None = None,
    head_row: int | None = None,
) -> Sheet:
    """Open a CSV, XLSX or Parquet file and find its headings. Raises SheetError with a sentence."""
    return Sheet(open_source(path, sheet=sheet, limits=limits or Limits()), head_row)
