"""Reading the files of the months, with the newest ones kept in memory column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.rules.columns import COLUMNS

KEPT_COLUMNS = 64
KEPT_FOOTERS = 32


class FileMissing(Refusal):
    """The month's file is not where its run says; a backup or a new scoring brings it back."""


def read_month(run: Run, columns: Sequence[str] | None = None) -> pa.Table:
    """The month's table, or some of its columns. Errors: FileMissing."""
    path = run.file
    if not path.is_file():
        raise FileMissing(_("%(month)s 的评分文件不在了。请从备份恢复，或重新评分。") % {"month": run.month})
    names = list(columns) if columns is not None else list(pq.read_schema(path).names)
    return pa.table({name: _column(str(path), run.sha256, name) for name in names})


def read_customer(run: Run, customer_id: int, columns: Sequence[str] | None = None) -> dict[str, object] | None:
    """One customer's row of the month, or some of its columns, by reading only his row group. Errors: FileMissing.

    A column that an earlier version of the file does not have is None.
    """
    path = run.file
    if not path.is_file():
        raise FileMissing(_("%(month)s 的评分文件不在了。请从备份恢复，或重新评分。") % {"month": run.month})
    names = list(columns) if columns is not None else list(COLUMNS)
    row = find_row(path, run.sha256, "customer_id", customer_id, names)
    return {**dict.fromkeys(names), **row} if row is not None else None


def find_row(path: Path, sha256: str, key: str, value: int, names: Sequence[str]) -> dict[str, object] | None:
    """The one row of a file in which `key` is this value; a column that the file does not have is left out."""
    found = rows_where(path, sha256, key, value, names).slice(0, 1).to_pylist()
    return found[0] if found else None


def rows_where(path: Path, sha256: str, key: str, value: int, names: Sequence[str]) -> pa.Table:
    """The rows of a file in which `key` is this value, in its order; only the row groups that can hold it are read.

    The file's footer and the bounds of its groups are kept by content, so that a page costs one small read.
    """
    about = _bounds(str(path), sha256, key)
    file = pq.ParquetFile(path, metadata=about.metadata, pre_buffer=False)
    wanted = [name for name in dict.fromkeys([key, *names]) if name in about.names]
    groups = np.flatnonzero((about.low <= value) & (value <= about.high)).tolist()
    found = file.read_row_groups(groups, columns=wanted, use_threads=False)
    return found.filter(pc.equal(found[key], value))


def rows_behind(run: Run, after: int, size: int, columns: Sequence[str]) -> pa.Table:
    """At most `size` rows with a customer_id behind `after`, in order; reads no more row groups than they stand in."""
    about = _bounds_of(run)
    groups = np.flatnonzero(about.high > after)
    taken = int(np.searchsorted(np.cumsum(about.sizes[groups][1:]), size)) + 1  # of the first, part may lie before
    found = _groups(run, about, groups[: taken + 1], columns)
    return found.filter(pc.greater(found["customer_id"], after)).slice(0, size)


def rows_of(run: Run, ids: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """The rows of these customers (keys in order), from the row groups that can hold them."""
    about, wanted = _bounds_of(run), np.asarray(ids, np.int64)
    some = np.searchsorted(wanted, about.low) < np.searchsorted(wanted, about.high, side="right")
    return only(_groups(run, about, np.flatnonzero(some), columns), pa.array(wanted, pa.int64()))


def _bounds_of(run: Run) -> _Bounds:
    if not run.file.is_file():
        raise FileMissing(_("%(month)s 的评分文件不在了。请从备份恢复，或重新评分。") % {"month": run.month})
    return _bounds(str(run.file), run.sha256, "customer_id")


def _groups(run: Run, about: _Bounds, groups: np.ndarray, columns: Sequence[str]) -> pa.Table:
    """These row groups; a column that an earlier version of the file does not have is null."""
    names = list(dict.fromkeys(["customer_id", *columns]))
    file = pq.ParquetFile(run.file, metadata=about.metadata, pre_buffer=False)
    there = [name for name in names if name in about.names]
    found = file.read_row_groups(groups.tolist(), columns=there, use_threads=False)
    for name in set(names) - set(there):
        found = found.append_column(name, pa.nulls(found.num_rows, COLUMNS[name]))
    return found.select(names)


@dataclass(frozen=True)
class _Bounds:
    """A file's footer, its columns, and the lowest and highest key and the number of rows of each row group."""

    metadata: pq.FileMetaData
    names: frozenset[str]
    low: np.ndarray
    high: np.ndarray
    sizes: np.ndarray


@lru_cache(maxsize=KEPT_FOOTERS)
def _bounds(path: str, sha256: str, key: str) -> _Bounds:
    with pq.ParquetFile(path) as file:
        metadata, names = file.metadata, file.schema_arrow.names
    place = next(at for at in range(metadata.num_columns) if metadata.schema.column(at).path == key)
    told = [metadata.row_group(at).column(place).statistics for at in range(metadata.num_row_groups)]
    low, high = ([getattr(one, side) for one in told] for side in ("min", "max"))
    sizes = [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]
    bounds = (np.array(values, np.int64) for values in (low, high, sizes))
    return _Bounds(metadata, frozenset(names), *bounds)


@lru_cache(maxsize=KEPT_COLUMNS)
def _column(path: str, sha256: str, name: str) -> pa.ChunkedArray:
    """Kept by content: a replaced month has another hash. Whole columns, so that every page shares them."""
    found = pq.read_schema(path)
    if name not in found.names:  # a month of an earlier version knows nothing of it
        return pa.chunked_array([pa.nulls(pq.read_metadata(path).num_rows, COLUMNS[name])])
    return pq.read_table(Path(path), columns=[name])[name]


def only(table: pa.Table, ids: pa.Array) -> pa.Table:
    """The rows of these customers."""
    return table.filter(pc.is_in(table["customer_id"], value_set=ids))
