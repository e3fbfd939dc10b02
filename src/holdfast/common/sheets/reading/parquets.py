"""Parquet files row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import Limits
from holdfast.common.sheets.reading.texts import Record
from holdfast.common.sheets.values.texts import text_of

if TYPE_CHECKING:  # loaded where a Parquet file is read: the web processes start without it
    import pyarrow.parquet as pq


@dataclass(frozen=True)
class ParquetSource:
    """A Parquet file; its column names are the first record."""

    path: Path
    limits: Limits

    kind: str = "parquet"
    encoding: None = None
    sheet_names: tuple[str, ...] = ()
    sheet_name: str | None = None

    @cached_property
    def file(self) -> pq.ParquetFile:
        """The open file, its foot read. Raises SheetError."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            file = pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged(error) from None
        if len(file.schema_arrow) > self.limits.max_columns:
            columns, limit = len(file.schema_arrow), self.limits.max_columns
            raise SheetError("too_many_columns", file=self.path.name, columns=columns, limit=limit)
        return file

    def _damaged(self, error: Exception) -> SheetError:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        return SheetError("damaged_parquet", file=self.path.name, reason=reason)

    def records(self) -> Iterator[Record]:
        """The headings, then every row; row numbers count the headings as row 1, like the other kinds."""
        import pyarrow as pa

        names = list(self.file.schema_arrow.names)
        yield 1, list(names), "\t".join(names)
        number = 1
        try:
            for batch in self.file.iter_batches(batch_size=4_096):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    cells = [_native(cell) for cell in row]
                    yield number, cells, "\t".join(text_of(cell) or "" for cell in cells)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from None


def _native(cell: object) -> object:
    return str(cell) if isinstance(cell, list | dict | bytes) else cell
