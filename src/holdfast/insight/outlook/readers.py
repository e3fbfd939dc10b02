"""The facts that outlooks are made from, and the file with a row a customer."""

from __future__ import annotations

import time
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from holdfast.analysis.days import customer_days
from holdfast.common.months import Month
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.rules import demand
from holdfast.insight.scores.readers import find_row
from holdfast.records.customers.models import Customer

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


def read_days(folder: Path, as_of: date) -> pa.Table:
    """Customer days up to the end of as_of; a day of returns alone is no purchase."""
    table = pq.read_table(folder / "lines.parquet", columns=["customer_id", "day", "net_minor", "kind"])
    cancelled = pc.fill_null(pc.equal(table["kind"], "return"), False)
    columns = {"customer_id": table["customer_id"], "day": table["day"], "amount_minor": table["net_minor"]}
    return customer_days(pa.table({**columns, "cancelled": cancelled}), as_of=as_of)


def read_segments(folder: Path) -> pa.Table:
    """customer_id and segment: the industry, else the channel, as the scores have it."""
    table = pq.read_table(folder / "customers.parquet", columns=["customer_id", "segment", "channel"])
    named = pc.if_else(pc.equal(table["segment"], ""), None, table["segment"])
    return pa.table({"customer_id": table["customer_id"], "segment": pc.coalesce(named, table["channel"])})


def read_sold(folder: Path) -> pa.Table:
    """day, net_minor and the product's category ("" where it has none or no product is named) of every line."""
    lines = pq.read_table(folder / "lines.parquet", columns=["day", "product_id", "net_minor"])
    products = pq.read_table(folder / "products.parquet", columns=["product_id", "category"])
    place = pc.index_in(lines["product_id"], value_set=products["product_id"].combine_chunks())
    category = pc.fill_null(products["category"].combine_chunks().take(place.combine_chunks()), "")
    return pa.table({"day": lines["day"], "category": category, "net_minor": lines["net_minor"]})


def read_owners() -> pa.Table:
    """Whose each customer is today: customer_id, owner, department (keys, null for nobody's)."""
    rows = Customer.objects.order_by().values_list("pk", "owner_id", "department_id")
    columns = list(zip(*rows.iterator(chunk_size=20_000), strict=True)) or [(), (), ()]
    names = ("customer_id", "owner", "department")
    return pa.table({name: pa.array(values, pa.int64()) for name, values in zip(names, columns, strict=True)})


def customer_row(outlook: Outlook, customer_id: int) -> dict[str, Any] | None:
    """What is told of one customer; None where nothing is, or the file is gone."""
    if not outlook.path or not outlook.file.is_file():
        return None
    return find_row(outlook.file, outlook.sha256, "customer_id", customer_id, demand.FILE.names)


def whole_columns(outlook: Outlook) -> pa.Table | None:
    """customer_id, sum_minor, next_on of everybody, kept in memory by content; None where the file is gone."""
    if not outlook.path or not outlook.file.is_file():
        return None
    return _columns(str(outlook.file), outlook.sha256)


def customer_rows(outlook: Outlook, ids: list[int]) -> dict[int, dict[str, Any]]:
    """What is told of these customers, by key."""
    found = pq.read_table(outlook.file, filters=[("customer_id", "in", ids)]) if ids else demand.FILE.empty_table()
    return {row["customer_id"]: row for row in found.to_pylist()}


@lru_cache(maxsize=2)
def _columns(path: str, sha256: str) -> pa.Table:
    return pq.read_table(path, columns=["customer_id", "sum_minor", "next_on"])


def months_ahead(as_of: date, count: int) -> list[Month]:
    """The months from the first that was not complete by as_of."""
    first = Month.of(as_of)
    first = first.next if as_of == first.last else first
    return [first.plus(step) for step in range(count)]
