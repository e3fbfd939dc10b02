"""An invoice file as the table that the engine takes, with what was odd about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.common.sheets import (
    CellError,
    Limits,
    guess_columns,
    heading_factor,
    is_missing,
    open_sheet,
    parse_bool,
    text_of,
)
from holdfast.common.sheets.staging import stage
from holdfast.common.sheets.vectors import Columns
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.roles import INVOICE_ROLES

NEEDED = {
    "customer": ("客户", "customer"),
    "issued": ("开票日期", "issue date"),
    "due": ("到期日", "due date"),
    "paid": ("付款日期", "payment date"),
}
_DAYS = {"issued": "issued_on", "due": "due_on", "paid": "paid_on"}

# What people write instead of the day of a payment that has not come.
_NOT_YET = frozenset({
    *("未付", "未付款", "未支付", "未回款", "未收", "未收款", "未结", "未结清", "未到账", "未核销", "待付", "待付款", "待收", "否", "无"),
    *("?", "？", "open", "unpaid", "not paid", "not yet", "outstanding", "pending", "due", "no", "n", "false", "0"),
})  # fmt: skip


@dataclass
class InvoiceFile:
    """The file, its table in the engine's columns (one row a row of the file), and its counted quirks.

    `undated`: the role, due or paid, whose column is filled with what tells no day at all.
    """

    file: OrderFile
    table: pa.Table
    counts: dict[str, int] = field(default_factory=dict)
    undated: str | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which anything happened: an invoice issued or paid, a dispute raised."""
        days = [pc.max(self.table[name]).as_py() for name in ("issued_on", "paid_on", "disputed_on")
                if name in self.table.column_names]  # fmt: skip
        return max((day for day in days if day is not None), default=None)


def open_invoices(path: str, wanted: Mapping[str, str]) -> OrderFile:
    """The file with its columns recognised; due and paid only by their names, as a date alone does not tell them.

    Errors: SheetError.
    """
    sheet = open_sheet(path, limits=Limits())
    guess = guess_columns(sheet.headings, sheet.sample(200), INVOICE_ROLES, fixed=wanted)
    for role in ("due", "paid"):
        if guess.how.get(role) == "content":
            guess.unused.append(guess.columns.pop(role))
    return OrderFile(Path(path), sheet, guess)


def missing_roles(file: OrderFile) -> list[str]:
    """Roles without which nothing can be said about paying."""
    return [role for role in NEEDED if role not in file.columns]


def read_invoices(con: Any, file: OrderFile, folder: Path, *, exponent: int) -> InvoiceFile:
    """Every sound row of the file. Errors: SheetError."""
    file.staged = stage(file.sheet, list(file.columns.values()), folder=folder, name="invoices")
    columns = Columns(con, file.staged, "i")
    for role, heading in file.columns.items():
        _add(columns, role, file)(role, heading)
    file.notes = columns.notes
    if "amount" in file.columns:
        columns.select["amount"] = _minor(columns.select["amount"], file, exponent)
    number = "b.file_row_number"
    fields = [f'{expression} AS "{role}"' for role, expression in columns.select.items()]
    found = con.sql(f"SELECT {', '.join([number, *fields])} FROM {columns.source} ORDER BY {number}")
    return _shaped(file, found.to_arrow_table())


def _add(columns: Columns, role: str, file: OrderFile) -> Callable[[str, str], None]:
    if role in ("invoice", "customer"):
        return columns.add_id
    if role in _DAYS or (role == "disputed" and _holds_days(file)):
        return columns.add_date
    return columns.add_number if role == "amount" else columns.add_text


def _holds_days(file: OrderFile) -> bool:
    """Whether the column of disputes tells their days rather than yes and no."""
    cells = [text_of(row.values.get(file.columns["disputed"])) for row in file.sheet.sample(200)]
    told = [cell for cell in cells if not is_missing(cell)]
    return bool(told) and sum(_is_yes(cell) is None for cell in told) > len(told) / 2


def _minor(amount: str, file: OrderFile, exponent: int) -> str:
    factor = heading_factor(file.columns["amount"])
    return f"TRY_CAST(round({amount} * {factor}, {exponent}) * {10**exponent} AS BIGINT)"


def _shaped(file: OrderFile, rows: pa.Table) -> InvoiceFile:
    size = rows.num_rows
    numbers = pa.array(np.arange(1, size + 1)).cast(pa.string())
    named = _column(rows, "invoice", pa.string())
    columns: dict[str, Any] = {
        "invoice_id": pc.coalesce(named, numbers),
        "customer_id": _column(rows, "customer", pa.string()),
        **{name: _column(rows, role, pa.date32()) for role, name in _DAYS.items()},
        "amount_minor": _column(rows, "amount", pa.int64()),
        **_disputes(rows),
    }
    return InvoiceFile(file, pa.table(columns), _counts(rows, columns), _undated(rows))


def _undated(rows: pa.Table) -> str | None:
    """The role of a column whose cells are filled and tell no day: yes and no instead of the day of payment, say."""
    for role in ("due", "paid"):
        if rows[role].null_count == rows.num_rows and f"{role}_text" in rows.column_names:
            told = {text.strip().casefold() for text in rows[f"{role}_text"].unique().drop_null().to_pylist()}
            if told - _NOT_YET:
                return role
    return None


def _column(rows: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return rows[name].combine_chunks().cast(kind) if name in rows.column_names else pa.nulls(rows.num_rows, kind)


def _disputes(rows: pa.Table) -> dict[str, pa.Array]:
    """The days of disputes, or yes and no."""
    if "disputed" not in rows.column_names:
        return {}
    told = rows["disputed"].combine_chunks()
    if pa.types.is_date(told.type):
        return {"disputed_on": told.cast(pa.date32())}
    answers = told.unique()
    meaning = pa.array([_is_yes(text) for text in answers.to_pylist()], pa.bool_())
    return {"disputed": meaning.take(pc.index_in(told, answers))}


def _is_yes(text: str | None) -> bool | None:
    try:
        return parse_bool(text)
    except CellError:
        return None


def _counts(rows: pa.Table, columns: dict[str, Any]) -> dict[str, int]:
    def unread(role: str) -> int:
        """Cells that hold something which is no date."""
        if f"{role}_text" not in rows.column_names:
            return 0
        text, day = rows[f"{role}_text"], columns[_DAYS[role]]
        return int(pc.sum(pc.and_(pc.is_valid(text), pc.is_null(day))).as_py() or 0)

    amount = columns["amount_minor"]
    return {
        "rows": rows.num_rows,
        "no_customer": columns["customer_id"].null_count,
        "no_issue_date": columns["issued_on"].null_count,
        "no_due_date": columns["due_on"].null_count,
        "unpaid": columns["paid_on"].null_count,
        "unreadable_dates": sum(unread(role) for role in _DAYS),
        "amount_missing": amount.null_count,
        "nonpositive_amounts": int(pc.sum(pc.less_equal(amount, 0)).as_py() or 0),
        "paid_before_issue": _before(columns, "paid_on"),
        "due_before_issue": _before(columns, "due_on"),
    }


def _before(columns: dict[str, Any], name: str) -> int:
    """Rows whose day stands before that of the issue."""
    return int(pc.sum(pc.less(columns[name], columns["issued_on"])).as_py() or 0)
