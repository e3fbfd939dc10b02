"""The process of its own that copies facts from the database into Parquet files, without Django.

DuckDB's SQLite scanner brings a second SQLite library into the process, which would break the locks of the first one:
that is why no web or worker process may import what this one loads. Run as `python -m holdfast.insight.facts.readers`
with a JSON order on standard input (so that a password never stands in the list of processes):
`{"database": {"kind": "sqlite", "address": path}, "folder": path, "tables": {name: {"sql": text, "columns": [...]}}}`.
Answers one JSON line: the counts and sums as the database itself gives them, or `{"error": text}` and exit code 1.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.insight.facts.rules import TABLES, FactTable

BATCH_ROWS = 122_880
SCANNERS = {"sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}
ATTACH_TYPES = {"sqlite": "sqlite", "postgres": "postgres"}


def scanner_path(kind: str) -> Path:
    """Where the extension of DuckDB lies among the installed packages; nothing is ever downloaded."""
    name = SCANNERS[kind]
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    if package is None or package.origin is None:
        raise RuntimeError(f"the package duckdb-extension-{name.replace('_', '-')} is not installed")
    pattern = f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    found = Path(package.origin).parent / pattern
    if not found.is_file():
        raise RuntimeError(f"{found.name} for DuckDB {duckdb.__version__} is missing: install the same version of both")
    return found


def connect(kind: str, address: str, temporary: Path) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB with the database attached for reading as `source`, inside one transaction of it."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": min(4, os.cpu_count() or 1),  # every table's order is whole: the same bytes, however many sort
        "memory_limit": "2GB",
        "temp_directory": str(temporary),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = duckdb.connect(config=settings)
    con.execute(f"LOAD {_quoted(str(scanner_path(kind)))}")
    if kind == "sqlite":
        con.execute("SET sqlite_all_varchar = true")  # SQLite's columns hold any type: we say what we want
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"ATTACH {_quoted(address)} AS source (TYPE {ATTACH_TYPES[kind]}, READ_ONLY)")
    con.execute("BEGIN TRANSACTION")
    return con


def copy(con: duckdb.DuckDBPyConnection, kind: str, name: str, order: dict[str, Any], folder: Path) -> dict[str, int]:
    """Write one fact table; what the database itself counts and sums over the same rows."""
    table = TABLES[name]
    inner = f"WITH q ({', '.join(order['columns'])}) AS ({order['sql']})"
    rows = con.sql(f"{_select(table, order['columns'])} FROM {_query(kind, f'{inner} SELECT * FROM q')}")
    write(rows.order(", ".join(table.order)).fetch_arrow_reader(BATCH_ROWS), table, folder / f"{name}.parquet")
    sums = [f"SUM({column}) AS {column}" for column in table.sums if column in order["columns"]]
    count = f"{inner} SELECT {', '.join(['COUNT(*) AS n', *sums])} FROM q"
    counted = con.sql(f"SELECT * FROM {_query(kind, count)}")
    (values,) = counted.fetchall()
    return {column: int(value or 0) for column, value in zip(counted.columns, values, strict=True)}


def write(batches: pa.RecordBatchReader, table: FactTable, path: Path) -> None:
    """One Parquet file, a row group a batch; equal rows give equal bytes."""
    with pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=table.repeated) as writer:
        for batch in batches:
            writer.write_batch(pa.record_batch(batch.columns, names=batch.schema.names).cast(table.schema))


def _select(table: FactTable, present: list[str]) -> str:
    columns = [
        f"CAST({name if name in present else 'NULL'} AS {kind}) AS {name}" for name, kind in table.columns.items()
    ]
    return f"SELECT {', '.join(columns)}"


def _query(kind: str, sql: str) -> str:
    return f"{kind}_query('source', {_quoted(sql)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Copy every table of the order from one and the same state of the database."""
    kind, folder = order["database"]["kind"], Path(order["folder"])
    con = connect(kind, order["database"]["address"], folder / "tmp")
    return {name: copy(con, kind, name, table, folder) for name, table in order["tables"].items()}


def main() -> int:
    try:
        answer, code = run(json.load(sys.stdin)), 0
    except Exception as error:
        answer, code = {"error": f"{type(error).__name__}: {error}"}, 1
    sys.stdout.write(json.dumps(answer) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
