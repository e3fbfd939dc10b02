"""CSV in any common encoding, with comma, semicolon or tab, packed or not: its records one by one."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import Limits
from holdfast.common.sheets.reading.encodings import Encoding, decoded_line, find_encoding
from holdfast.common.sheets.reading.kinds import open_bytes, read_some

Record = tuple[int, list[object], str]
"""Number in the file (1 = first row), cells, and the row as written."""

DELIMITERS = (",", "\t", ";", "|")
_LONGEST_LINE = 16 << 20
_CHUNK = 1 << 20
csv.field_size_limit(_LONGEST_LINE)  # of the process: cells are measured against Limits instead


@dataclass(frozen=True)
class TextSource:
    """A delimited text file."""

    path: Path
    packed: bool
    limits: Limits

    kind: str = "csv"
    sheet_names: tuple[str, ...] = ()
    sheet_name: str | None = None

    @cached_property
    def encoding(self) -> Encoding:
        """Settled once over the whole file."""
        return find_encoding(self.path, packed=self.packed, limits=self.limits)

    @cached_property
    def dialect(self) -> tuple[str, int]:
        """The delimiter and the csv module's way with quotes."""
        return sniff([line for line in islice(self._lines(), 200) if line.strip()])

    def records(self) -> Iterator[Record]:
        """Every record from the first row on; blank rows come as no cells."""
        delimiter, quoting = self.dialect
        tap = _Tap(self._lines())
        reader = csv.reader(tap, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        number = 0
        while True:
            number += 1
            try:
                cells: list[object] = list(next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                raise self._quote_error(error, number) from None
            raw, lines = tap.taken()
            if tap.ended and lines > 1 and raw.count('"') % 2 and quoting != csv.QUOTE_NONE:
                raise SheetError("bad_quotes", file=self.path.name, row=number)
            yield number, cells, raw

    def lines_after(self, record: int) -> Iterator[str]:
        """The lines that follow a record, without those that hold only empty cells."""
        delimiter, quoting = self.dialect
        tap = _Tap(self._lines())
        reader = csv.reader(tap, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        skipped = 0
        for _ in islice(reader, record):
            skipped += tap.taken()[1]
        empty = frozenset(delimiter + '" \t\r\n\u3000')
        return (
            line for line in islice(self._lines(), skipped, None) if line[0] not in empty or not _is_blank(line, empty)
        )

    def _quote_error(self, error: csv.Error, number: int) -> SheetError:
        if "limit" in str(error):
            return self._too_long()
        return SheetError("bad_quotes", file=self.path.name, row=number)

    def _too_long(self) -> SheetError:
        return SheetError("line_too_long", file=self.path.name, limit=_LONGEST_LINE)

    def _lines(self) -> Iterator[str]:
        encoding = self.encoding
        if encoding.by_line:
            yield from self._mixed_lines()
            return
        with open_bytes(self.path, packed=self.packed) as binary:
            text = io.TextIOWrapper(
                _Guarded(binary, self.path),  # type: ignore[type-var]
                encoding=encoding.name,
                errors=encoding.errors,
                newline="",
            )
            first = True
            while line := text.readline(_LONGEST_LINE):
                if len(line) >= _LONGEST_LINE:
                    raise self._too_long()
                yield line.lstrip("\ufeff") if first else line
                first = False

    def _mixed_lines(self) -> Iterator[str]:
        with open_bytes(self.path, packed=self.packed) as binary:
            rest = b""
            while chunk := read_some(binary, _CHUNK, self.path):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) >= _LONGEST_LINE:
                    raise self._too_long()
                yield from (decoded_line(line + b"\n") for line in lines)
            if rest:
                yield decoded_line(rest)


def _is_blank(line: str, empty: frozenset[str]) -> bool:
    """Only delimiters and empty cells; a line that may open or close a quoted cell is not."""
    return empty.issuperset(line) and ('"' not in line or (line.startswith('""') and line.count('"') % 2 == 0))


class _Guarded(io.BufferedIOBase):
    """Bytes whose read errors are already sentences."""

    def __init__(self, binary: "io.BufferedIOBase | object", path: Path) -> None:
        self._binary, self._path = binary, path

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return read_some(self._binary, -1 if size is None else size, self._path)  # type: ignore[arg-type]

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(1 << 20 if size < 0 else size)


class _Tap:
    """Passes lines on and keeps those of the record being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._kept = lines, list[str]()
        self.ended = False
        self._ahead = next(lines, None)

    def __iter__(self) -> "_Tap":
        return self

    def __next__(self) -> str:
        if self._ahead is None:
            raise StopIteration
        line, self._ahead = self._ahead, next(self._lines, None)
        self.ended = self._ahead is None
        self._kept.append(line)
        return line.replace("\0", "")

    def taken(self) -> tuple[str, int]:
        """The record as written, and how many lines it took."""
        raw, count = "".join(self._kept).rstrip("\r\n"), len(self._kept)
        self._kept.clear()
        return raw, count


def sniff(lines: list[str]) -> tuple[str, int]:
    """The delimiter that cuts most lines into the same number (two or more) of cells; comma when none does."""
    best = max(DELIMITERS, key=lambda delimiter: _agreement(lines, delimiter))
    unpaired = any(line.count('"') % 2 for line in lines)
    plain = best == "\t" and unpaired
    return best, csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 0.0, 0
    width, count = max(several.items(), key=lambda item: (item[1], item[0]))
    return count / widths.total(), width
