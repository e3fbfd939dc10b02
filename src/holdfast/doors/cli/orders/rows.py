"""All rows of all order files as one table, with the quirks of each row marked.

rows: file, row, customer_id, day, order_id, product_id, amount_minor, cost_minor (null where unknown), cancelled,
negative_quantity, nonpositive_price, amount_missing, h1, h2 (two independent marks of all recognised columns).
The rows are read for the engine in parts by customer, as `Lines`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from holdfast.analysis.accounts import Store
from holdfast.analysis.accounts.store import shards_for
from holdfast.common.sheets import heading_factor, normal_heading
from holdfast.common.sheets.vectors import Columns
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.roles import LINE_COSTS, ROLES, UNIT_COSTS

_TYPES = {"id": "VARCHAR", "text": "VARCHAR", "date": "DATE", "number": "DECIMAL(18,6)", "money": "DECIMAL(18,6)"}
_KIND = {role.name: role.kind for role in ROLES}
_PLAIN = ("date", "moment", "whole", "real", "decimal")
_ROWS_AT_ONCE = 500_000
_ALL_SORTS = 5
_ALIKE = ("customer", "date_text", "order", "product", "product_name", "country", "quantity", "price", "amount", "cost")


@dataclass(frozen=True)
class Flags:
    """Rows counted by what is odd about them, each flag alone; usable: rows with a customer and a readable day."""

    rows: int
    no_customer: int
    cancelled: int
    negative_quantity: int
    nonpositive_price: int
    unreadable_dates: int
    amount_missing: int
    negative_amounts: int
    cancelled_negative: int
    other_letters: int
    usable: int
    first_day: date | None
    last_day: date | None

    @property
    def c_cancels(self) -> bool:
        """Whether a C before an order number is taken for a cancellation.

        Not where every number has it and nothing is negative, nor where numbers begin with all sorts of letters and
        most of those with C take nothing away: then C is only one letter of many.
        """
        if self.cancelled == self.rows and self.negative_amounts == 0:
            return False
        return self.other_letters < _ALL_SORTS or 2 * self.cancelled_negative >= self.cancelled


def settle_rows(con: duckdb.DuckDBPyConnection, files: Sequence[OrderFile], target: Path, *, exponent: int) -> str:
    """Every file's recognised columns as what stands in FROM.

    Texts are read once, into a Parquet file at `target`; columns that have their types already are read where they lie.
    """
    parts = [_select(con, number, file, exponent, files) for number, file in enumerate(files)]
    every = " UNION ALL BY NAME ".join(part for part, _ in parts)
    if all(typed for _, typed in parts):
        return f"({every})"
    con.execute(f"COPY ({every}) TO '{_path(target)}' (FORMAT parquet, COMPRESSION lz4)")
    return f"read_parquet('{_path(target)}')"


def _path(path: Path) -> str:
    return str(path).replace("'", "''")


def _select(
    con: duckdb.DuckDBPyConnection, number: int, file: OrderFile, exponent: int, files: Sequence[OrderFile]
) -> tuple[str, bool]:
    """The rows of a file, and whether reading them costs little: all columns have their types, or texts in order."""
    assert file.staged is not None
    columns = Columns(con, file.staged, f"f{number}")
    for role, heading in file.columns.items():
        _add(columns, role, heading)
    file.notes = columns.notes
    if len(files) == 1:
        _keep_types(columns, file)
    fields = {name: columns.select.get(name, f"CAST(NULL AS {_type(name)})") for name in (*_KIND, "date_text")}
    named = ", ".join(f'{expression} AS "{name}"' for name, expression in fields.items())
    read = f"SELECT {number} AS file, b.file_row_number AS row, {named} FROM {columns.source}"
    kinds = {role: file.staged.types[heading] for role, heading in file.columns.items()}
    typed = all(kind in _PLAIN or role in columns.clean for role, kind in kinds.items())
    # A column that no file has makes no row another's equal or unequal.
    there = {"date_text", *(role for one in files for role in one.columns)}
    return f"SELECT {_derived(file, exponent, [name for name in _ALIKE if name in there])} FROM ({read})", typed


def _type(name: str) -> str:
    return _TYPES[_KIND.get(name, "text")]


def _add(columns: Columns, role: str, heading: str) -> None:
    add = {"id": columns.add_id, "date": columns.add_date, "text": columns.add_text}.get(
        _KIND[role], columns.add_number
    )
    add(role, heading)


def _keep_types(columns: Columns, file: OrderFile) -> None:
    """In a file alone, what need not be compared with another's text: whole numbers of customers, typed days."""
    assert file.staged is not None
    kind = {role: file.staged.types[heading] for role, heading in file.columns.items()}
    if kind["customer"] == "whole" and file.staged.small(file.columns["customer"]):
        columns.as_is("customer", file.columns["customer"])
    if kind["date"] in ("date", "moment"):
        columns.as_is("date_text", file.columns["date"])


def _derived(file: OrderFile, exponent: int, alike: Sequence[str]) -> str:
    amount, cost = _amount(file, exponent), _cost(file, exponent)
    named = [f'"{name}"' for name in alike]
    return (
        'file, row, customer AS customer_id, date AS day, "order" AS order_id, product AS product_id,'
        f" coalesce({amount}, 0) AS amount_minor, {amount} IS NULL AS amount_missing, {cost} AS cost_minor,"
        " coalesce(starts_with(\"order\", 'C'), false) AS cancelled,"
        " coalesce(quantity < 0, false) AS negative_quantity, coalesce(price <= 0, false) AS nonpositive_price,"
        f" hash({', '.join(named)}) AS h1, hash('again', {', '.join(reversed(named))}) AS h2"
    )


def _amount(file: OrderFile, exponent: int) -> str:
    """Minor units of a line: the amount as given, else quantity × price rounded half up once."""
    if "amount" in file.columns:
        return _minor(_counted_in(file, "amount", "amount"), exponent)
    if "price" in file.columns:
        return _minor(_counted_in(file, "price", _times(file, "price")), exponent)
    return "CAST(0 AS BIGINT)"


def _times(file: OrderFile, price: str) -> str:
    return f"CAST(quantity AS DECIMAL(18,3)) * {price}" if "quantity" in file.columns else price


def _minor(amount: str, exponent: int) -> str:
    return f"TRY_CAST(round({amount}, {exponent}) * {10**exponent} AS BIGINT)"


def _cost(file: OrderFile, exponent: int) -> str:
    if "cost" not in file.columns:
        return "CAST(NULL AS BIGINT)"
    cost = _times(file, "cost") if cost_is_per_unit(file) else "cost"
    return _minor(_counted_in(file, "cost", cost), exponent)


def _counted_in(file: OrderFile, role: str, amount: str) -> str:
    """Multiplied where the heading says that its figures are in thousands or 万."""
    factor = heading_factor(file.columns[role])
    return amount if factor == 1 else f"{amount} * {factor}"


def cost_is_per_unit(file: OrderFile) -> bool:
    """Told by the heading; a bare 成本 or cost stands beside a unit price as one more price, else for the line."""
    heading = normal_heading(file.columns["cost"])
    if heading in map(normal_heading, UNIT_COSTS):
        return True
    if heading in map(normal_heading, LINE_COSTS):
        return False
    return "price" in file.columns and "amount" not in file.columns


def count_flags(con: duckdb.DuckDBPyConnection, rows: str) -> Flags:
    """The quirks of all rows in one pass."""
    found = con.execute(
        "SELECT count(*), count(*) FILTER (customer_id IS NULL), count(*) FILTER (cancelled),"
        " count(*) FILTER (negative_quantity), count(*) FILTER (nonpositive_price), count(*) FILTER (day IS NULL),"
        " count(*) FILTER (amount_missing), count(*) FILTER (amount_minor < 0 OR negative_quantity),"
        " count(*) FILTER (cancelled AND (amount_minor < 0 OR negative_quantity)),"
        " count(DISTINCT upper(left(order_id, 1))) FILTER (regexp_matches(order_id, '^[A-BD-Za-bd-z]')),"
        " count(*) FILTER (customer_id IS NOT NULL AND day IS NOT NULL),"
        f" min(day), max(day) FROM {rows}"
    ).fetchone()
    assert found is not None
    return Flags(*found)


def count_kept(con: duckdb.DuckDBPyConnection, rows: str, as_of: date) -> tuple[int, int]:
    """Rows after `as_of`, and rows kept: a customer and a readable day not after it."""
    found = con.execute(
        f"SELECT count(*) FILTER (day > $1), count(*) FILTER (customer_id IS NOT NULL AND day <= $1) FROM {rows}",
        [as_of],
    ).fetchone()
    assert found is not None
    return found[0], found[1]


def mark_repeated(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Fill the table `repeated` (file, row) with rows equal to an earlier one in every recognised column; their number."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT file, row FROM ("
        " SELECT file, row, row_number() OVER (PARTITION BY h1, h2 ORDER BY file, row) AS nth FROM"
        f" {rows} SEMI JOIN (SELECT h1 FROM {rows} GROUP BY h1 HAVING count(*) > 1) USING (h1)) WHERE nth > 1"
    )
    found = con.execute("SELECT count(*) FROM repeated").fetchone()
    assert found is not None
    return int(found[0])


class Lines(Store):
    """The rows as order lines for the engine, in parts by customer; `repeated` counts the rows of the parts given so far
    that are equal to an earlier one."""

    def __init__(self, shards: int, folder: Path) -> None:
        super().__init__(shards, folder=folder)
        self._repeated: list[int] = []

    def load(self, shard: int) -> pa.Table:
        """The lines of a part, without their marks. Equal rows have one customer, so they stand in one part."""
        lines = super().load(shard)
        if "mark" not in lines.column_names:
            return lines
        marks = np.sort(lines["mark"].to_numpy())
        self._repeated.append(int((marks[1:] == marks[:-1]).sum()))
        return lines.drop_columns(["mark"])

    @property
    def repeated(self) -> int:
        """Rows equal to an earlier one in every recognised column."""
        return sum(self._repeated)


def lines_of(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    size: int,
    folder: Path,
    *,
    as_of: date,
    costs: bool,
    cancelling: bool,
    without: Path | None,
) -> Lines:
    """The rows by customer, read in one pass; the engine keeps those with a customer and a day not after as_of.

    `size`: about how many rows. `without` is a file of (file, row) that `write_repeated` left, whose rows do not count.
    """
    lines = Lines(shards_for(size), folder)
    wanted = ["customer_id", "day", "amount_minor", *["cost_minor"] * costs, *["cancelled"] * cancelling]
    source = rows
    if without is None:
        wanted.append("h1 AS mark")
    else:
        source = f"{rows} AS r ANTI JOIN read_parquet('{_path(without)}') AS w USING (file, row)"
    # The hash of DuckDB spreads evenly; rows without a customer are counted, and in no part alone.
    place = f"CAST(hash(customer_id) % {lines.shards} AS USMALLINT) AS shard"
    reader = con.execute(f"SELECT {', '.join(wanted)}, {place} FROM {source}").to_arrow_reader(_ROWS_AT_ONCE)
    for batch in reader:
        lines.add(batch)
    lines.close()
    return lines


def write_repeated(con: duckdb.DuckDBPyConnection, rows: str, target: Path, *, as_of: date) -> int:
    """Leave the repeated rows in a file; how many of them would have been kept."""
    con.execute(f"COPY repeated TO '{_path(target)}' (FORMAT parquet)")
    found = con.execute(
        f"SELECT count(*) FROM {rows} AS r SEMI JOIN repeated USING (file, row) WHERE customer_id IS NOT NULL AND day <= $1",
        [as_of],
    ).fetchone()
    assert found is not None
    return int(found[0])
