"""Reading the files of the months, with the newest ones kept in memory column by column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.rules.columns import COLUMNS

KEPT_COLUMNS = 64


class FileMissing(Refusal):
    """The month's file is not where its run says; a backup or a new scoring brings it back."""


def read_month(run: Run, columns: Sequence[str] | None = None) -> pa.Table:
    """The month's table, or some of its columns. Errors: FileMissing."""
    path = run.file
    if not path.is_file():
        raise FileMissing(_("%(month)s 的评分文件不在了。请从备份恢复，或重新评分。") % {"month": run.month})
    names = list(columns) if columns is not None else list(pq.read_schema(path).names)
    return pa.table({name: _column(str(path), run.sha256, name) for name in names})


def read_customer(run: Run, customer_id: int) -> dict[str, object] | None:
    """One customer's row of the month, by reading only its row group. Errors: FileMissing."""
    path = run.file
    if not path.is_file():
        raise FileMissing(_("%(month)s 的评分文件不在了。请从备份恢复，或重新评分。") % {"month": run.month})
    rows = pq.read_table(path, filters=[("customer_id", "=", customer_id)]).to_pylist()
    return {**dict.fromkeys(COLUMNS), **rows[0]} if rows else None


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
