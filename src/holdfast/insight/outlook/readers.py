"""The facts that outlooks are made from: the newest snapshot, or one taken now."""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

FRESH_SECONDS = 6 * 3600


def fresh_folder() -> Path | None:
    """The newest snapshot, if it is of the last six hours: the night's scoring has just taken it."""
    home = Path(settings.DATA) / "snapshots"
    found = [path for path in home.glob("*") if not path.name.startswith(".") and (path / "invoices.parquet").is_file()]
    newest = max(found, key=lambda path: path.name, default=None)
    is_fresh = newest is not None and time.time() - newest.stat().st_mtime < FRESH_SECONDS
    return newest if is_fresh else None


def read_invoices(folder: Path) -> pa.Table:
    """Invoices without credit notes, by invoice key."""
    table = pq.read_table(folder / "invoices.parquet")
    table = table.filter(pc.and_(pc.equal(table["kind"], "invoice"), pc.greater(table["amount_minor"], 0)))
    return table.sort_by("invoice_id")
