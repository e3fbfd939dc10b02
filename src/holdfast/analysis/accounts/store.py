"""Order lines cut into shards, in memory or, where they are many, in files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import Source

ROWS_A_SHARD = 500_000
MOST_SHARDS = 400
MOST_IN_MEMORY = 1_000_000_000
MIX = np.uint64(0x9E3779B97F4A7C15)


class Store:
    """Lines by shard: all lines of a customer are in one. `add` them with a column `shard`, then `load` each shard.

    What is added stays in memory up to `most` bytes and in uncompressed Arrow files in a folder of its own beyond.
    """

    def __init__(self, shards: int, *, most: int = MOST_IN_MEMORY, folder: Path | None = None) -> None:
        self.shards, self.most = shards, most
        self.bytes = 0
        self._kept: list[list[pa.RecordBatch]] = [[] for _ in range(shards)]
        self._folder = folder
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._files: list[Any] = []
        self._schema: pa.Schema | None = None

    @classmethod
    def of(cls, lines: Source | Store, shards: int | None = None) -> Store:
        """The lines of a table in as many shards as its size asks for, or as many as given."""
        if isinstance(lines, Store):
            return lines
        table = lines if isinstance(lines, pa.Table) else lines.to_pyarrow()
        size = shards or shards_for(table.num_rows)
        store = cls(size, most=2**62)
        if size == 1:
            store._schema = table.schema
            store._kept[0] = table.to_batches()
        else:
            store.add(table.append_column("shard", pa.array(_shard_of(table["customer_id"], size))))
        return store

    def add(self, lines: pa.Table | pa.RecordBatch) -> None:
        """Put each row into the shard that its column `shard` names."""
        place = lines["shard"].to_numpy()
        # Sorting few small numbers is a matter of counting.
        order = np.argsort(place, kind="stable")
        rows = lines.drop_columns(["shard"])
        batch = pa.RecordBatch.from_arrays([_taken(rows[name], order) for name in rows.schema.names], rows.schema.names)
        self._schema = self._schema or batch.schema
        ends = np.cumsum(np.bincount(place, minlength=self.shards))
        if len(place):
            self._put(batch, ends)

    def _put(self, batch: pa.RecordBatch, ends: Array) -> None:
        self.bytes += batch.nbytes
        if not self._files and self.bytes > self.most:
            self._spill()
        begins = np.append(0, ends[:-1])
        for shard in np.flatnonzero(ends > begins):
            part = batch.slice(int(begins[shard]), int(ends[shard] - begins[shard]))
            if self._files:
                self._files[shard].write_batch(part)
            else:
                self._kept[shard].append(part)

    def _spill(self) -> None:
        """Move what is kept into files, one a shard."""
        assert self._schema is not None
        if self._folder is None:
            self._own = tempfile.TemporaryDirectory(prefix="holdfast-")
            self._folder = Path(self._own.name)
        self._files = [pa.ipc.new_stream(self._path(shard), self._schema) for shard in range(self.shards)]
        for shard, parts in enumerate(self._kept):
            for part in parts:
                self._files[shard].write_batch(part)
            parts.clear()

    @property
    def spilled(self) -> bool:
        """Whether the lines are in files."""
        return bool(self._files)

    def _path(self, shard: int) -> str:
        return str(self._folder / f"{shard}.lines")  # type: ignore[operator]

    def close(self) -> None:
        """No more lines: shards can be loaded."""
        for file in self._files:
            file.close()

    def load(self, shard: int) -> pa.Table:
        """The lines of a shard, given once: the store forgets them."""
        if self._files:
            with pa.ipc.open_stream(self._path(shard)) as reader:
                table = reader.read_all()
            Path(self._path(shard)).unlink()
            return table
        parts, self._kept[shard] = self._kept[shard], []
        return pa.Table.from_batches(parts, self._schema)

    def keep_days(self, shard: int, days: pa.Table) -> Path | None:
        """Put a shard's days aside where the lines are in files; None where they may stay in memory."""
        if not self._files:
            return None
        place = Path(self._path(shard)).with_suffix(".days")
        with pa.ipc.new_file(str(place), days.schema) as writer:
            writer.write_table(days)
        return place


def _taken(column: pa.Array | pa.ChunkedArray, order: Array) -> pa.Array:
    """The entries in this order; of plain numbers several times as fast as Arrow itself."""
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if flat.null_count or not (pa.types.is_integer(flat.type) or pa.types.is_date32(flat.type)):
        return flat.take(pa.array(order))
    plain = flat.view(pa.int32()) if pa.types.is_date32(flat.type) else flat
    return pa.array(plain.to_numpy()[order]).view(flat.type)


def kept_days(kept: Path) -> pa.Table:
    """The days that `keep_days` put aside, given once."""
    with pa.OSFile(str(kept)) as file:
        table = pa.ipc.open_file(file).read_all()
    kept.unlink()
    return table


def shards_for(rows: int) -> int:
    """How many shards so many rows are cut into."""
    return min(max(1, -(-rows // ROWS_A_SHARD)), MOST_SHARDS)


def _shard_of(ids: pa.ChunkedArray, shards: int) -> Array:
    """The shard of each row, by its customer alone."""
    if pa.types.is_integer(ids.type):
        key = pc.fill_null(ids, 0).to_numpy().astype(np.int64).view(np.uint64)
    else:
        key = ids.combine_chunks().dictionary_encode().indices.fill_null(0).to_numpy().astype(np.uint64)
    return (((key * MIX) >> np.uint64(32)) % np.uint64(shards)).astype(np.uint16)


def filled(batches: Iterable[pa.RecordBatch], shards: int, *, folder: Path | None = None) -> Store:
    """A store of all these batches, each with a column `shard`."""
    store = Store(shards, folder=folder)
    for batch in batches:
        store.add(batch)
    store.close()
    return store
