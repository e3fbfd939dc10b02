"""Whole files at once: the needed columns of any table as one Parquet file that DuckDB can scan.

CSV and XLSX become text columns in a folder of the caller's; a Parquet file is scanned where it lies, types kept.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.reading.parquets import ParquetSource
from holdfast.common.sheets.reading.sheet import Sheet
from holdfast.common.sheets.reading.texts import TextSource
from holdfast.common.sheets.values import text_of

_BLOCK = 16 << 20
_SHOWN_RAGGED = 100


@dataclass
class Staged:
    """A table ready for SQL: `names` maps each heading to its column name in the Parquet file at `path`."""

    path: Path
    names: dict[str, str]
    types: dict[str, str]
    rows: int = 0
    ragged: int = 0
    ragged_rows: list[int] = field(default_factory=list)
    signed: frozenset[str] = frozenset()

    def small(self, heading: str) -> bool:
        """Whether the column holds whole numbers that fit into 64 bits with their sign."""
        return self.names[heading] in self.signed

    @property
    def scan(self) -> str:
        """What stands in FROM; `file_row_number` counts from 0 in the file's order."""
        place = str(self.path).replace("'", "''")
        return f"read_parquet('{place}', file_row_number = true)"


def stage(sheet: Sheet, columns: Sequence[str], *, folder: Path, name: str) -> Staged:
    """Put `columns` (headings of the sheet) of every sound row where SQL can read them.

    Ragged rows are counted and left out. Raises SheetError where the file breaks off or has no rows.
    """
    source = sheet.source
    if isinstance(source, ParquetSource):
        staged = _in_place(source, sheet, columns)
    elif isinstance(source, TextSource):
        staged = _written(sheet, columns, folder / f"{name}.parquet", _text_batches)
    else:
        staged = _written(sheet, columns, folder / f"{name}.parquet", _row_batches)
    if staged.rows + staged.ragged == 0:
        raise SheetError("headings_only", file=sheet.file)
    return staged


def _in_place(source: ParquetSource, sheet: Sheet, columns: Sequence[str]) -> Staged:
    schema = source.file.schema_arrow
    places = {heading: schema.field(sheet.headings.index(heading)) for heading in columns}
    return Staged(
        source.path,
        {heading: place.name for heading, place in places.items()},
        {heading: _type(place.type) for heading, place in places.items()},
        source.file.metadata.num_rows,
        signed=frozenset(place.name for place in places.values() if pa.types.is_signed_integer(place.type)),
    )


def _type(arrow: pa.DataType) -> str:
    """text, date, moment, whole, real, decimal or other."""
    value = arrow.value_type if pa.types.is_dictionary(arrow) else arrow
    checks = (
        ("text", (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)),
        ("date", (pa.types.is_date,)),
        ("moment", (pa.types.is_timestamp,)),
        ("whole", (pa.types.is_integer,)),
        ("real", (pa.types.is_floating,)),
        ("decimal", (pa.types.is_decimal,)),
    )
    return next((name for name, tests in checks if any(test(value) for test in tests)), "other")


def _written(
    sheet: Sheet,
    columns: Sequence[str],
    path: Path,
    batches: Callable[[Sheet, list[str], Staged], Iterator[pa.RecordBatch]],
) -> Staged:
    kept = list(dict.fromkeys(columns))
    staged = Staged(path, {h: f"c{at}" for at, h in enumerate(kept)}, dict.fromkeys(kept, "text"))
    schema = pa.schema([(name, pa.string()) for name in staged.names.values()])
    with pq.ParquetWriter(path, schema, compression="lz4", write_statistics=False) as writer:
        for batch in batches(sheet, kept, staged):
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema), row_group_size=250_000)
            staged.rows += batch.num_rows
    return staged


def _row_batches(sheet: Sheet, columns: list[str], staged: Staged) -> Iterator[pa.RecordBatch]:
    """Row by row, as the import reads it: workbooks."""
    for rows in sheet.chunks(20_000):
        ragged = [row.number for row in rows if row.problem]
        staged.ragged += len(ragged)
        staged.ragged_rows = (staged.ragged_rows + ragged)[:_SHOWN_RAGGED]
        sound = [row.values for row in rows if not row.problem]
        texts = [pa.array([text_of(row.get(column)) for row in sound], pa.string()) for column in columns]
        yield pa.RecordBatch.from_arrays(texts, names=columns)


def _text_batches(sheet: Sheet, columns: list[str], staged: Staged) -> Iterator[pa.RecordBatch]:
    """Block by block through Arrow, many times faster than row by row."""
    source = sheet.source
    assert isinstance(source, TextSource)
    ragged: list[str] = []
    reader = _open(sheet, source, columns, staged, ragged)
    if reader is None:
        return
    try:
        for batch in reader:
            yield batch
            yield from _padded(ragged, sheet, source, columns, staged)
    except pa.ArrowInvalid as error:
        raise _arrow_problem(error, sheet) from None
    yield from _padded(ragged, sheet, source, columns, staged)
    if staged.ragged:
        staged.ragged_rows = _numbers_of_ragged(sheet)


def _numbers_of_ragged(sheet: Sheet) -> list[int]:
    """Row numbers as a person sees them; Arrow does not know them."""
    rows = (row.number for chunk in sheet.chunks(5_000) for row in chunk if row.problem)
    return list(islice(rows, _SHOWN_RAGGED))


def _open(
    sheet: Sheet, source: TextSource, columns: list[str], staged: Staged, ragged: list[str]
) -> pacsv.CSVStreamingReader | None:
    delimiter, quoting = source.dialect

    def keep_aside(row: pacsv.InvalidRow) -> str:
        ragged.append(row.text)
        return "skip"

    plain = quoting == csv.QUOTE_NONE
    try:
        return pacsv.open_csv(
            pa.PythonFile(_Recoded(source.lines_after(sheet.head_row))),
            read_options=pacsv.ReadOptions(block_size=_BLOCK, column_names=list(sheet.headings), use_threads=False),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                quote_char=False if plain else '"',
                newlines_in_values=not plain,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(sheet.headings, pa.string()),
                include_columns=columns,
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return None
        raise _arrow_problem(error, sheet) from None


def _arrow_problem(error: Exception, sheet: Sheet) -> SheetError:
    """Where Arrow stumbles the row reader knows the row; if it does not, quotes do not pair."""
    for _ in sheet.chunks(5_000):
        pass
    return SheetError("unpaired_quotes", file=sheet.file)


def _padded(
    ragged: list[str], sheet: Sheet, source: TextSource, columns: list[str], staged: Staged
) -> Iterator[pa.RecordBatch]:
    """Rows with surplus cells that are all empty are sound; the others are counted."""
    delimiter, quoting = source.dialect
    width, sound = len(sheet.headings), []
    for cells in csv.reader(ragged, delimiter=delimiter, quoting=quoting):  # type: ignore[arg-type]
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            sound.append(dict(zip(sheet.headings, cells, strict=False)))
        else:
            staged.ragged += 1
    ragged.clear()
    if sound:
        yield pa.RecordBatch.from_pylist([{c: row[c] for c in columns} for row in sound])


class _Recoded(io.RawIOBase):
    """Lines of text as a stream of UTF-8 bytes."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._rest = lines, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        parts, total = [self._rest], len(self._rest)
        while total < size and (lines := list(islice(self._lines, 2_000))):
            parts.append("".join(lines).encode("utf-8", "replace"))
            total += len(parts[-1])
        joined = b"".join(parts)
        self._rest = joined[size:]
        return joined[:size]
