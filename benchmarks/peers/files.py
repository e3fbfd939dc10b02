"""The files every contender reads: CDNOW, and companies drawn from a seed."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
SIZES = tuple(int(size) for size in os.environ.get("HOLDFAST_PEERS_CUSTOMERS", "100000,1000000").split(","))
END = date(2026, 6, 30)
SPAN_DAYS = 730


@dataclass(frozen=True)
class Lines:
    """A Parquet file of lines (customer_id, day, amount_minor) and the day to evaluate it at."""

    name: str
    path: Path
    as_of: date
    rows: int


def files(folder: Path) -> Iterator[Lines]:
    """CDNOW where the public data lie beside the code, then one drawn company per size; made one at a time."""
    log = Path(os.environ.get("HOLDFAST_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cdnow_sample.txt.gz"
    if log.is_file():
        yield saved(cdnow(log), "CDNOW, 2,357 customers", folder / "cdnow.parquet", date(1997, 9, 30))
    for size in SIZES:
        yield saved(drawn(size), f"{size:,} customers drawn", folder / f"drawn{size}.parquet", END)


def saved(table: pa.Table, name: str, path: Path, as_of: date) -> Lines:
    pq.write_table(table, path)
    return Lines(name, path, as_of, table.num_rows)


def cdnow(path: Path) -> pa.Table:
    """Weeks 1 to 39 of the log that the literature fits."""
    with gzip.open(path, "rt") as file:
        rows = [line.split() for line in file]
    found = [(int(row[1]), date.fromisoformat(row[2]), round(float(row[4]) * 100)) for row in rows]
    return table_of(*zip(*(row for row in found if row[1] <= date(1997, 9, 30)), strict=True))


def drawn(size: int, seed: int = 7) -> pa.Table:
    """Customers who come at their own pace and leave at some day, about ten lines each; spend around a mean of their own."""
    rng = np.random.default_rng(seed)
    age = rng.integers(1, SPAN_DAYS, size)
    alive = np.minimum(rng.exponential(1 / rng.gamma(0.7, 1 / 200, size)), age)
    count = 1 + rng.poisson(rng.gamma(0.6, 1 / 15, size) * alive)
    customer = np.repeat(np.arange(size), count)
    after = (rng.random(len(customer)) * np.repeat(alive, count)).astype(np.int64)
    after[np.cumsum(count) - count] = 0
    worth = rng.gamma(6, 1 / rng.gamma(4, 1 / 1200, size)[customer])
    today = (END - date(1970, 1, 1)).days
    order = rng.permutation(len(customer))
    day = (today - age[customer] + after)[order].astype(np.int32)
    amount = np.maximum(np.rint(worth * 100), 1).astype(np.int64)[order]
    return table_of(customer[order], pa.array(day).cast(pa.date32()), amount)


def table_of(customer: object, day: object, amount: object) -> pa.Table:
    kinds = {"customer_id": pa.int64(), "day": pa.date32(), "amount_minor": pa.int64()}
    columns = dict(zip(kinds, (customer, day, amount), strict=True))
    return pa.table({name: pa.array(values, kinds[name]) for name, values in columns.items()})
