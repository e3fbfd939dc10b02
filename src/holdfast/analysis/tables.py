"""The tables the engine reads: columns, types, units. This is the contract with insight and the command line.

Money is int64 in minor units (分, cents), never a float. Days are date32 in the company's time zone.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import ibis

Source: TypeAlias = "pa.Table | ibis.Table"


class TableError(ValueError):
    """A table lacks a column or has one of the wrong type; `code` and `column` say which."""

    def __init__(self, code: str, table: str, column: str, detail: str) -> None:
        super().__init__(f"table {table}: column {column} {detail}")
        self.code, self.table, self.column = code, table, column


@dataclass(frozen=True)
class Contract:
    """Required and optional columns of a table; `None` as type means text or whole number (an identity)."""

    name: str
    required: Mapping[str, pa.DataType | None]
    optional: Mapping[str, pa.DataType | None]

    def type_of(self, column: str) -> pa.DataType | None:
        """The declared type of a known column."""
        return self.required.get(column, self.optional.get(column))

    def knows(self, column: str) -> bool:
        """Whether the column belongs to this table."""
        return column in self.required or column in self.optional


DAY, MONEY, FLAG, TEXT, NUMBER = pa.date32(), pa.int64(), pa.bool_(), pa.string(), pa.float64()

# One row an order line. amount_minor: net, without tax, returns negative. cost_minor: null where unknown.
LINES = Contract(
    "lines",
    {"customer_id": None, "day": DAY, "amount_minor": MONEY},
    {"cost_minor": MONEY, "product_id": None, "cancelled": FLAG, "list_minor": MONEY, "order_id": None},
)
# One row a customer and day with at least one line; is_purchase as methods §0 defines it.
CUSTOMER_DAYS = Contract(
    "customer_days",
    {"customer_id": None, "day": DAY, "amount_minor": MONEY, "is_purchase": FLAG},
    {
        "lines": MONEY,
        "gross_minor": MONEY,
        "costed_minor": MONEY,
        "profit_minor": MONEY,
        "returned_minor": MONEY,
        "list_minor": MONEY,
        "listed_minor": MONEY,
    },
)
# One row a customer: what is known besides the orders.
CUSTOMERS = Contract(
    "customers",
    {"customer_id": None},
    {
        "segment": TEXT,
        "first_seen_on": DAY,
        "first_contact_on": DAY,
        "last_contact_on": DAY,
        "contract_ended_on": DAY,
        "p_alive": NUMBER,
    },
)

# One row an invoice; a credit note (kind "credit_note", or an amount of 0 and less) is no evidence of payment.
# paid_on: the day nothing was open any more, null while something is. open_minor: what is open now.
INVOICES = Contract(
    "invoices",
    {"customer_id": None, "issued_on": DAY, "due_on": DAY, "paid_on": DAY, "amount_minor": MONEY},
    {
        "invoice_id": None,
        "kind": TEXT,
        "open_minor": MONEY,
        "disputed": FLAG,
        "disputed_on": DAY,
        "dispute_lost": FLAG,
        "written_off_on": DAY,
    },
)
# One row a part of a payment put against an invoice.
PAYMENTS = Contract("payments", {"invoice_id": None, "received_on": DAY, "amount_minor": MONEY}, {"customer_id": None})
# One row a promise to pay; kept is null until somebody judged it: once its day has passed, that reads as not kept.
PROMISES = Contract(
    "promises", {"customer_id": None, "promised_on": DAY, "kept": FLAG}, {"invoice_id": None, "amount_minor": MONEY}
)
# One row an entry of working time spent on a customer.
EFFORT = Contract(
    "effort",
    {"customer_id": None, "day": DAY, "minutes": MONEY},
    {"is_estimated": FLAG, "user_id": None, "channel": TEXT},
)


def connect(*, memory_limit: str = "2GB", threads: int = 2, temp_directory: str | None = None) -> Any:
    """An Ibis connection to an in-memory DuckDB that stays within `memory_limit` and stays off the network.

    `temp_directory` is where DuckDB spills what does not fit; without it DuckDB chooses.
    """
    import ibis  # takes half a second to load, and only tables that are asked about by Ibis need it

    return ibis.duckdb.connect(**_settings(memory_limit, threads, temp_directory))


def duck(*, memory_limit: str = "2GB", threads: int = 2, temp_directory: str | None = None) -> Any:
    """The same without Ibis: a plain DuckDB connection."""
    import duckdb

    return duckdb.connect(config=_settings(memory_limit, threads, temp_directory))


def _settings(memory_limit: str, threads: int, temp_directory: str | None) -> dict[str, Any]:
    settings = {
        "memory_limit": memory_limit,
        "threads": threads,
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
    }
    return settings if temp_directory is None else {**settings, "temp_directory": temp_directory}


def register(con: Any, name: str, source: pa.Table | str | Path) -> ibis.Table:
    """An Arrow table, or the Parquet file(s) of a path or glob, as an Ibis table (not copied)."""
    with warnings.catch_warnings():
        # Ibis 12 asks DuckDB 1.5 for the schema by a name that DuckDB has since changed.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        if isinstance(source, pa.Table):
            con.con.register(name, source)
            return con.table(name)
        return con.read_parquet(str(source), table_name=name)


def expression(source: Source, name: str = "source") -> ibis.Table:
    """The source as an Ibis table; an Arrow table gets a connection of its own."""
    return register(connect(), name, source) if isinstance(source, pa.Table) else source


def arrow(source: Source) -> pa.Table:
    """The source as an Arrow table in memory."""
    return source if isinstance(source, pa.Table) else source.to_pyarrow()


def checked(source: Source, contract: Contract) -> pa.Table:
    """The source's known columns in the contract's types, in memory; unknown columns are left out.

    Errors: TableError `column_missing`; `column_type` where the values cannot be read as the declared type.
    """
    table = arrow(source)
    for column in contract.required:
        if column not in table.column_names:
            raise TableError("column_missing", contract.name, column, "is missing")
    known = [column for column in table.column_names if contract.knows(column)]
    return pa.table({column: _typed(table[column], contract, column) for column in known})


def check(source: Source, contract: Contract) -> Source:
    """The source itself, if all required columns are there; looks at no rows.

    Errors: TableError `column_missing`.
    """
    names = source.column_names if isinstance(source, pa.Table) else list(source.columns)
    for column in contract.required:
        if column not in names:
            raise TableError("column_missing", contract.name, column, "is missing")
    return source


def _typed(column: pa.ChunkedArray, contract: Contract, name: str) -> pa.ChunkedArray:
    wanted = contract.type_of(name)
    if wanted is None:
        return _identity(column, contract, name)
    try:
        return column.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise TableError("column_type", contract.name, name, f"is {column.type}, not {wanted}") from problem


def _identity(column: pa.ChunkedArray, contract: Contract, name: str) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    raise TableError("column_type", contract.name, name, f"is {column.type}, neither text nor a whole number")
