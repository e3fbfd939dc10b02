"""The fact tables of a snapshot: columns, types, order and what must be true of them. No Django, no database.

A type is DuckDB's name; `ARROW` gives Arrow's. Amounts are whole minor units without tax, days in the company's
time zone, moments in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

ARROW: Mapping[str, pa.DataType] = {
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "VARCHAR": pa.string(),
    "DECIMAL(18,3)": pa.decimal128(18, 3),
}


@dataclass(frozen=True)
class FactTable:
    """One Parquet file: `columns` may be null except those of `never_null`; a room may leave out any other column."""

    columns: Mapping[str, str]
    never_null: tuple[str, ...]
    order: tuple[str, ...]
    sums: tuple[str, ...] = ()
    points_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(name, ARROW[kind]) for name, kind in self.columns.items()])


TABLES: Mapping[str, FactTable] = {
    "customers": FactTable(
        columns={
            "customer_id": "BIGINT",
            "department_id": "BIGINT",
            "segment": "VARCHAR",
            "kind": "VARCHAR",
            "channel": "VARCHAR",
            "first_seen_on": "DATE",
            "first_contact_on": "DATE",
            "last_contact_on": "DATE",
            "created_at": "TIMESTAMP",
        },
        never_null=("customer_id",),
        order=("customer_id",),
    ),
    "products": FactTable(
        columns={"product_id": "BIGINT", "code": "VARCHAR", "category": "VARCHAR", "grade": "BIGINT"},
        never_null=("product_id",),
        order=("product_id",),
    ),
    "lines": FactTable(
        columns={
            "line_id": "BIGINT",
            "order_id": "BIGINT",
            "customer_id": "BIGINT",
            "day": "DATE",
            "product_id": "BIGINT",
            "net_minor": "BIGINT",
            "cost_minor": "BIGINT",
            "list_minor": "BIGINT",
            "kind": "VARCHAR",
            "quantity": "DECIMAL(18,3)",
            "promised_on": "DATE",
            "shipped_on": "DATE",
            "delivered_on": "DATE",
            "shipped_quantity": "DECIMAL(18,3)",
            "delivered_quantity": "DECIMAL(18,3)",
        },
        never_null=("customer_id", "day", "net_minor"),
        order=("customer_id", "day", "order_id", "line_id"),
        sums=("net_minor", "cost_minor"),
        points_to={"customer_id": "customers", "product_id": "products"},
    ),
}
KEYS = {"customers": "customer_id", "products": "product_id"}
