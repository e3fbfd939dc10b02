"""Tables out: XLSX in constant memory and CSV with a byte order mark; nothing written can run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from holdfast.common.sheets.values.texts import text_of

Target = str | PathLike[str] | BinaryIO
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9 ]*(?:\.[0-9]+)?%?")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {},
    "id": {"num_format": "@"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "datetime": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "number": {"num_format": "#,##0.###"},
    "integer": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.0%"},
}
_WIDTHS = {"text": 24, "id": 18, "date": 12, "datetime": 17, "number": 12, "integer": 10, "money": 15, "percent": 9}
_EXCEL_CELL, _EXCEL_ROWS = 32_767, 1_048_575


@dataclass(frozen=True)
class Column:
    """A heading and what stands under it.

    kind: text | id | date | datetime | number | integer | money | percent. `money` takes whole minor units (int),
    or a Decimal in the currency itself; `exponent` is the currency's digits after the point.
    """

    heading: str
    kind: str = "text"
    width: float | None = None
    exponent: int = 2


@dataclass(frozen=True)
class Table:
    """One sheet: its title, its columns, its rows (any iterable of sequences), a note above the headings."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    note: str | None = None


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula; phone numbers and plain numbers stay as they are.

    Reading takes the mark off again (`text_of`), so a table written and read back is the same.
    """
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_xlsx(target: Target, tables: Sequence[Table], *, lang: str = "zh") -> None:
    """Write one sheet a table; ids and phones as text, dates as dates. Raises ValueError beyond Excel's rows."""
    import xlsxwriter  # loaded where a workbook is written: the web processes start without it

    place: Any = target if hasattr(target, "write") else str(target)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(place, options) as book:
        font = {"font_name": "Microsoft YaHei" if lang.startswith("zh") else "Calibri", "font_size": 10}
        formats = {kind: book.add_format(font | extra) for kind, extra in _FORMATS.items()}
        formats["head"] = book.add_format(
            font | {"bold": True, "bg_color": "#F1EFE9", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        formats["note"] = book.add_format(font | {"font_color": "#6B6A63"})
        taken: set[str] = set()
        for table in tables:
            _write_sheet(book.add_worksheet(_sheet_title(table.title, taken)), table, formats)


def _sheet_title(title: str, taken: set[str]) -> str:
    """Excel's rules: 31 characters, none of []:*?/\\, no apostrophe at the ends, unique without case."""
    base = re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")[:28] or "Sheet"
    name, again = base, 1
    while name.lower() in taken:
        again += 1
        name = f"{base} {again}"
    taken.add(name.lower())
    return name


def _write_sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width or _WIDTHS[column.kind])
    top = 0
    if table.note:
        sheet.write_string(0, 0, _fit(neutral(table.note)), formats["note"])
        top = 1
    for at, column in enumerate(table.columns):
        sheet.write_string(top, at, _fit(neutral(column.heading)), formats["head"])
    sheet.freeze_panes(top + 1, 0)
    for number, row in enumerate(table.rows, start=top + 1):
        if number > _EXCEL_ROWS:
            raise ValueError(f"more than {_EXCEL_ROWS} rows do not fit into one Excel sheet")
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, number, at, column, value, formats[column.kind])


def _write_cell(sheet: Any, row: int, at: int, column: Column, value: object, look: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, at, value.replace(tzinfo=None), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, look)
    elif column.kind in ("text", "id") or isinstance(value, str | bool):
        sheet.write_string(row, at, _fit(neutral(text_of(value) or "")), look)
    else:
        sheet.write_number(row, at, float(_amount(column, value)), look)


def _amount(column: Column, value: object) -> Any:
    return Decimal(value).scaleb(-column.exponent) if column.kind == "money" and isinstance(value, int) else value


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)[:_EXCEL_CELL]


def write_csv(target: Target, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8 with a byte order mark, so that Excel shows Chinese right, and CRLF line ends."""
    if isinstance(target, str | PathLike):
        with Path(target).open("wb") as file:
            return write_csv(file, columns, rows)
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutral(column.heading) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, value) for column, value in zip(columns, row, strict=True)])
    text.flush()
    text.detach()
    return None


def _csv_cell(column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and column.kind == "money":
        return format(_amount(column, value), "f")
    if isinstance(value, str):
        return neutral(value)
    return text_of(value) or ""
