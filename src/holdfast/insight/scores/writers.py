"""The one file of a month: written beside its place, named by month and content, then put there."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

FOLDER = "scores"
ROWS_A_GROUP = 16_384  # small enough that one customer's card reads little, large enough for whole columns
GRACE_NS = 600 * 10**9


def write_month(table: pa.Table, month: str, about: dict[str, str]) -> tuple[str, str]:
    """Write a month's table; its path relative to DATA and its sha256. Equal tables give equal bytes and name.

    `about` stands in the file itself (month, day, versions), so that a copy still says what it is.
    """
    home = Path(settings.DATA) / FOLDER
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = home / f".{month}-{uuid.uuid4().hex}"
    noted = table.replace_schema_metadata({f"holdfast.{key}": value for key, value in sorted(about.items())})
    try:
        repeated = _repeated(table.schema)
        pq.write_table(noted, draft, compression="zstd", row_group_size=ROWS_A_GROUP, use_dictionary=repeated)
        digest = sha256_of(draft)
        path = home / f"{month}-{digest[:12]}.parquet"
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return f"{FOLDER}/{path.name}", digest


def _repeated(schema: pa.Schema) -> list[str]:
    """Columns kept as a dictionary: measures and amounts hardly repeat, theirs would be longer than they are."""
    kinds = pa.types
    lists = [f"{field.name}.list.element" for field in schema if kinds.is_list(field.type)]
    measured = (kinds.is_floating, kinds.is_int64, kinds.is_list)
    return [field.name for field in schema if not any(holds(field.type) for holds in measured)] + lists


def write_pairs(table: pa.Table, month: str) -> tuple[str, str]:
    """The customer × product pairs of a month, in the same way."""
    home = Path(settings.DATA) / FOLDER
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = home / f".matrix-{month}-{uuid.uuid4().hex}"
    try:
        pq.write_table(table, draft, compression="zstd", row_group_size=ROWS_A_GROUP)
        digest = sha256_of(draft)
        path = home / f"matrix-{month}-{digest[:12]}.parquet"
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return f"{FOLDER}/{path.name}", digest


def remove_pairs(month: str, kept: str) -> None:
    """As `remove_others`, for the pairs of a month."""
    remove_others(f"matrix-{month}", kept)


def remove_others(month: str, kept: str) -> None:
    """Remove the files of a month that its run no longer names; the last one stays a while for pages being made."""
    for path in (Path(settings.DATA) / FOLDER).glob(f"{month}-*.parquet"):
        if f"{FOLDER}/{path.name}" != kept and time.time_ns() - path.stat().st_mtime_ns > GRACE_NS:
            path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
