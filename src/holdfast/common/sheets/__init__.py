"""Tables from files and into files, for imports, exports and the command line; knows no models and no Django.

Owns reading (CSV, XLSX, Parquet), telling which column is what, reading cells, and writing XLSX and CSV safely.
Words: a *heading* names a column in the file; a *role* is what it means to us; *settle* = decide once per column.
"""

from holdfast.common.sheets.columns import Guess, Role, guess_columns, heading_factor, normal_heading
from holdfast.common.sheets.errors import CellError, SheetError, sentence
from holdfast.common.sheets.limits import UPLOAD, Limits
from holdfast.common.sheets.reading.sheet import Row, Sheet, open_sheet
from holdfast.common.sheets.values import (
    DateOrder,
    IdShape,
    NumberStyle,
    is_missing,
    line_minor,
    minor_exponent,
    parse_bool,
    parse_date,
    parse_id,
    parse_minor,
    parse_moment,
    parse_number,
    text_of,
    to_minor,
)
from holdfast.common.sheets.writing import Column, Table, neutral, write_csv, write_xlsx

__all__ = [
    "UPLOAD",
    "CellError",
    "Column",
    "DateOrder",
    "Guess",
    "IdShape",
    "Limits",
    "NumberStyle",
    "Role",
    "Row",
    "Sheet",
    "SheetError",
    "Table",
    "guess_columns",
    "heading_factor",
    "is_missing",
    "line_minor",
    "minor_exponent",
    "neutral",
    "normal_heading",
    "open_sheet",
    "parse_bool",
    "parse_date",
    "parse_id",
    "parse_minor",
    "parse_moment",
    "parse_number",
    "sentence",
    "text_of",
    "to_minor",
    "write_csv",
    "write_xlsx",
]
