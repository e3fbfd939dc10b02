"""Taking a snapshot: ask every room for its facts, copy them into Parquet files, check them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.insight.facts.rules import ARROW, KEYS, TABLES, FactTable
from holdfast.records.commerce import facts as commerce
from holdfast.records.customers import facts as customers
from holdfast.records.feedback import facts as feedback
from holdfast.records.timeline import facts as timeline

KEPT = 3
READER = "holdfast.insight.facts.readers"
READER_SECONDS = 1800
DAY_NS = 86_400 * 10**9


class SnapshotError(Refusal):
    """The copied facts disagree with the database, or could not be copied; nothing of them is kept."""


@dataclass(frozen=True)
class Snapshot:
    """A folder of checked Parquet files; `hashes` are sha256 of their bytes, `counts` their rows."""

    id: str
    folder: Path
    counts: dict[str, int]
    hashes: dict[str, str]

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def has(self, table: str) -> bool:
        """Whether the snapshot holds the table; those of earlier versions lack some."""
        return self.path(table).is_file()

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "counts": self.counts, "hashes": self.hashes}


def sources() -> dict[str, QuerySet[Any, Any]]:
    """What each fact table is read from: a `.values()` queryset of the room that owns the facts."""
    return {
        "customers": customers.customers(),
        "products": commerce.products(),
        "lines": commerce.lines(),
        "invoices": commerce.invoices(),
        "payments": commerce.payments(),
        "promises": commerce.promises(),
        "effort": timeline.effort(),
        "complaints": feedback.complaints(),
    }


def take_snapshot() -> Snapshot:
    """Copy all facts as they are now into a folder of their own under DATA/snapshots, checked, then named.

    The copying runs in a process of its own. Only inside an open transaction, whose rows no other process can see,
    does it go through this connection. Errors: SnapshotError. Older snapshots beyond the newest three are removed.
    """
    home = Path(settings.DATA) / "snapshots"
    name = f"{timezone.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    draft = home / f".{name}"
    draft.mkdir(mode=0o700, parents=True)
    try:
        told = _copy_here(draft) if _only_visible_here() else _copy_apart(draft)
        snapshot = _checked(draft, name, told)
        draft.rename(home / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    prune(home)
    return Snapshot(name, home / name, snapshot.counts, snapshot.hashes)


def prune(home: Path, keep: int = KEPT) -> None:
    """Remove all but the newest snapshots, and drafts that a killed process left more than a day ago."""
    folders = sorted((path for path in home.iterdir() if path.is_dir()), key=_age, reverse=True)
    drafts = [path for path in folders if path.name.startswith(".") and time.time_ns() - _age(path) > DAY_NS]
    named = [path for path in folders if not path.name.startswith(".")]
    for path in [*named[keep:], *drafts]:
        shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def _only_visible_here() -> bool:
    in_memory = connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"])
    return connection.in_atomic_block or in_memory


# --- in a process of its own ---
def _copy_apart(folder: Path) -> dict[str, dict[str, int]]:
    order = {"database": database(), "folder": str(folder), "tables": _orders()}
    return read_apart(order)


def read_apart(order: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Run the reader's process with an order; what the database counted. Errors: SnapshotError."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HOLDFAST_SECRET")}
    run = subprocess.run(
        [sys.executable, "-m", READER],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=READER_SECONDS,
        env=environment,
        check=False,
    )
    answer: dict[str, Any] = json.loads(run.stdout) if run.stdout.strip() else {"error": run.stderr[-2000:]}
    if run.returncode or "error" in answer:
        raise SnapshotError(_("数据快照没有取成：%(error)s 请稍后再试。") % {"error": answer["error"]})
    return answer


def database() -> dict[str, str]:
    """How another process reaches the database of this connection."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"kind": "sqlite", "address": str(given["NAME"])}
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parts = [f"{key}={_libpq(str(given[name]))}" for name, key in names.items() if given.get(name)]
    return {"kind": "postgres", "address": " ".join(parts)}


def _libpq(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _orders() -> dict[str, dict[str, Any]]:
    return {name: {"sql": compiled(rows), "columns": columns(rows)} for name, rows in sources().items()}


def columns(rows: QuerySet[Any, Any]) -> list[str]:
    """The names of a `.values()` queryset, in the order of its SQL."""
    return list(rows.query.selected or ())


def compiled(rows: QuerySet[Any, Any]) -> str:
    """The queryset as one SQL text with its parameters written in, for the database of this connection."""
    sql, parameters = rows.order_by().query.sql_with_params()
    pieces = sql.split("%s")
    if len(pieces) != len(parameters) + 1:
        raise ValueError("a fact query may not hold a literal %s")
    written = [piece.replace("%%", "%") for piece in pieces]
    return "".join(piece + (_literal(parameters[i]) if i < len(parameters) else "") for i, piece in enumerate(written))


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE") if connection.vendor == "postgresql" else str(int(value))
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text.replace("'", "''") + "'"


# --- through this connection ---
def _copy_here(folder: Path) -> dict[str, dict[str, int]]:
    return {name: _copy_one(rows, TABLES[name], folder / f"{name}.parquet") for name, rows in sources().items()}


def _copy_one(rows: QuerySet[Any, Any], table: FactTable, path: Path) -> dict[str, int]:
    names = columns(rows)
    found = list(rows.order_by().values_list(*names))
    data = {name: [_plain(row[names.index(name)], kind) for row in found] if name in names else [None] * len(found)
            for name, kind in table.columns.items()}  # fmt: skip
    arrow = pa.table({name: pa.array(data[name], ARROW[kind]) for name, kind in table.columns.items()})
    pq.write_table(_sorted(arrow, table), path, compression="zstd", use_dictionary=table.repeated)
    return {"n": len(found)} | {name: sum(value or 0 for value in data[name]) for name in table.sums}


def _sorted(arrow: pa.Table, table: FactTable) -> pa.Table:
    return arrow.sort_by([(name, "ascending") for name in table.order])


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "TIMESTAMP":
        return value.astimezone(UTC).replace(tzinfo=None)
    return Decimal(value).quantize(Decimal("0.001")) if kind.startswith("DECIMAL") else value


# --- checks ---
def _checked(folder: Path, name: str, told: dict[str, dict[str, int]]) -> Snapshot:
    counts: dict[str, int] = {}
    for table in TABLES:
        path = folder / f"{table}.parquet"
        counts[table] = pq.read_metadata(path).num_rows
        check_numbers(table, path, told[table])
    for table, rule in TABLES.items():
        for column, other in rule.points_to.items():
            _check_ids(folder, table, column, other)
    return Snapshot(name, folder, counts, {table: _sha256(folder / f"{table}.parquet") for table in TABLES})


def check_numbers(name: str, path: Path, told: dict[str, int]) -> None:
    """Rows and sums of a file equal what the database said; no key is null. Errors: SnapshotError."""
    rule = TABLES[name]
    arrow = pq.read_table(path, columns=[*rule.never_null, *(c for c in rule.sums if c not in rule.never_null)])
    found = {"n": arrow.num_rows} | {c: int(pc.sum(arrow[c]).as_py() or 0) for c in rule.sums if c in told}
    if found != told:
        raise SnapshotError(
            _("快照与数据库不一致（%(table)s：快照 %(found)s，数据库 %(told)s），没有采用。请再评分一次。")
            % {"table": name, "found": found, "told": told}
        )
    for column in rule.never_null:
        if arrow[column].null_count:
            raise SnapshotError(
                _("%(table)s 中有 %(n)s 行缺少 %(column)s，快照没有采用。请先补全这些记录。")
                % {"table": name, "n": arrow[column].null_count, "column": column}
            )


def _check_ids(folder: Path, table: str, column: str, other: str) -> None:
    key = KEYS[other]
    query = (
        f"SELECT count(*) FROM read_parquet(?) WHERE {column} IS NOT NULL "
        f"AND {column} NOT IN (SELECT {key} FROM read_parquet(?))"
    )
    with duckdb.connect() as con:
        (missing,) = con.execute(
            query, [str(folder / f"{table}.parquet"), str(folder / f"{other}.parquet")]
        ).fetchone() or (0,)
    if missing:
        raise SnapshotError(
            _("%(n)s 行 %(table)s 指向不存在的 %(other)s，快照没有采用。请运行 holdfast doctor 检查数据。")
            % {"n": missing, "table": table, "other": other}
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
