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
    "BOOLEAN": pa.bool_(),
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
    def repeated(self) -> list[str]:
        """Columns that a file keeps as a dictionary: of keys and amounts one would be longer than they are."""
        return [name for name, kind in self.columns.items() if kind in ("VARCHAR", "DATE")]

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
            "direct_cost_minor": "BIGINT",
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
    "invoices": FactTable(
        columns={
            "invoice_id": "BIGINT",
            "customer_id": "BIGINT",
            "order_id": "BIGINT",
            "kind": "VARCHAR",
            "issued_on": "DATE",
            "due_on": "DATE",
            "paid_on": "DATE",
            "amount_minor": "BIGINT",
            "open_minor": "BIGINT",
            "disputed_on": "DATE",
            "dispute_lost": "BOOLEAN",
            "written_off_on": "DATE",
        },
        never_null=("invoice_id", "customer_id", "issued_on", "due_on", "amount_minor", "open_minor"),
        order=("customer_id", "issued_on", "invoice_id"),
        sums=("amount_minor", "open_minor"),
        points_to={"customer_id": "customers"},
    ),
    "payments": FactTable(
        columns={
            "payment_id": "BIGINT",
            "invoice_id": "BIGINT",
            "customer_id": "BIGINT",
            "received_on": "DATE",
            "amount_minor": "BIGINT",
        },
        never_null=("payment_id", "invoice_id", "customer_id", "received_on", "amount_minor"),
        order=("customer_id", "received_on", "payment_id", "invoice_id"),
        sums=("amount_minor",),
        points_to={"customer_id": "customers"},
    ),
    "promises": FactTable(
        columns={
            "invoice_id": "BIGINT",
            "customer_id": "BIGINT",
            "made_on": "DATE",
            "promised_on": "DATE",
            "amount_minor": "BIGINT",
            "kept": "BOOLEAN",
        },
        never_null=("invoice_id", "customer_id", "promised_on", "amount_minor"),
        order=("customer_id", "promised_on", "invoice_id", "made_on", "amount_minor"),
        sums=("amount_minor",),
        points_to={"customer_id": "customers"},
    ),
    "effort": FactTable(
        columns={
            "interaction_id": "BIGINT",
            "customer_id": "BIGINT",
            "user_id": "BIGINT",
            "day": "DATE",
            "minutes": "BIGINT",
            "channel": "VARCHAR",
            "is_estimated": "BOOLEAN",
        },
        never_null=("customer_id", "user_id", "day", "minutes"),
        order=("customer_id", "day", "interaction_id", "user_id"),
        sums=("minutes",),
        points_to={"customer_id": "customers"},
    ),
    "complaints": FactTable(
        columns={"comment_id": "BIGINT", "customer_id": "BIGINT", "day": "DATE"},
        never_null=("comment_id", "customer_id", "day"),
        order=("customer_id", "day", "comment_id"),
        points_to={"customer_id": "customers"},
    ),
}
KEYS = {"customers": "customer_id", "products": "product_id"}
