"""Files of strangers: opened safely, sampled, and read row by row into fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from holdfast.common import sheets
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.models.imports import spec_for
from holdfast.doors.intake.rules.cells import Settled
from holdfast.doors.intake.rules.rows import Row, RowReader, unread
from holdfast.doors.intake.rules.settling import Settling
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.foundation.accounts.rules import Permission

MOST_ROWS = 2_000_000


@dataclass
class Looked:
    """What a first look into a file tells."""

    headings: list[str]
    guess: sheets.Guess
    facts: dict[str, Any]
    sample: list[dict[str, Any]] = field(default_factory=list)
    unclear: dict[str, list[str]] = field(default_factory=dict)


def limits() -> sheets.Limits:
    """Bounds for files that come in."""
    return sheets.Limits(
        max_bytes=settings.UPLOAD_LIMIT_BYTES,
        max_unpacked=5 * settings.UPLOAD_LIMIT_BYTES,
        max_workbook=5 * settings.UPLOAD_LIMIT_BYTES,
        max_cell=32_767,
        max_rows=MOST_ROWS,
    )


def opened(path: Path, sheet_name: str = "") -> sheets.Sheet:
    """The table in a file. Raises SheetError."""
    return sheets.open_sheet(path, sheet=sheet_name or None, limits=limits())


def look(path: Path, kind: str, *, by: User, sheet_name: str = "", fixed: Mapping[str, str] | None = None) -> Looked:
    """Headings, the columns recognised, and a sample. Raises SheetError where nothing can be read."""
    with opened(path, sheet_name) as sheet:
        rows = sheet.sample(200)
        guess = sheets.guess_columns(sheet.headings, rows, spec_for(kind, by).roles(by.sees_profit), fixed=fixed)
        if kind == "customers":
            _take_persons(guess)
        facts = {
            "file_kind": sheet.kind, "encoding": sheet.encoding, "damaged": sheet.damaged,
            "delimiter": sheet.delimiter, "sheets": list(sheet.sheet_names), "sheet": sheet.sheet_name or "",
        }  # fmt: skip
        settling = Settling(kind, guess.columns)
        for row in rows:
            settling.add(row.values)
        sample = [{name: sheets.text_of(value) or "" for name, value in row.values.items()} for row in rows[:5]]
        return Looked(list(sheet.headings), guess, facts, sample, settling.unclear())


def _take_persons(guess: sheets.Guess) -> None:
    """A list of persons has a 姓名 and no company: then that is the customer's name."""
    if "name" in guess.missing and "contact_name" in guess.columns:
        guess.take("name", guess.columns.pop("contact_name"), guess.confidence.pop("contact_name"), "name")
        guess.missing.remove("name")


def staff_of(by: User) -> dict[str, int | None]:
    """Login or name in lower case → id of a colleague the importer may give customers to; None where two share it."""
    people = assignable_users(by) if by.may(Permission.CUSTOMER_ASSIGN) else [by]
    found: dict[str, int | None] = {}
    for user in people:
        name = user.name.strip().lower()
        found[name] = user.pk if name not in found else None
    return found | {user.login.lower(): user.pk for user in people}


def settle(imp: Import) -> None:
    """Decide from the first rows what must be decided a column at a time, and keep it with the import."""
    settling = Settling(imp.kind, imp.columns, imp.date_order)
    with opened(imp.source, imp.sheet_name) as sheet:
        for row in sheet.sample(2_000):
            settling.add(row.values)
    imp.facts["settled"] = _kept(settling)


def read_rows(imp: Import, settling: Settling) -> Iterator[list[Row]]:
    """Every row of the file as fields, in lots; edits made on the preview count as if they stood in the file.

    `settling` sees every row on the way: see `settled_otherwise`.
    """
    reader = row_reader(imp)
    with opened(imp.source, imp.sheet_name) as sheet:
        for rows in sheet.chunks(2_000):
            for row in rows:
                settling.add(row.values)
            yield [_read(reader, row, imp.edits.get(str(row.number))) for row in rows]


def settled_otherwise(imp: Import, settling: Settling) -> bool:
    """Whether the whole file decides otherwise than its first rows did; then it must be read again that way."""
    before, imp.facts["settled"] = imp.facts["settled"], _kept(settling)
    return bool(before != imp.facts["settled"])


def _kept(settling: Settling) -> dict[str, list[Any]]:
    return {
        name: [settled.order, settled.decimal_comma, settled.drop_point_zero]
        for name, settled in settling.result().items()
    }


def row_reader(imp: Import) -> RowReader:
    """Reads rows of this file as `settle` left it."""
    settled = {name: Settled(*values) for name, values in imp.facts["settled"].items()}
    return RowReader(imp.kind, imp.columns, settled, staff_of(imp.by), imp.spec.fields)


def _read(reader: RowReader, row: sheets.Row, edit: Mapping[str, str] | None) -> Row:
    values = {**row.values, **edit} if edit else row.values
    cells = list(values.values())
    if row.problem and not edit:
        return unread(row.number, cells, row.found, row.expected)
    return reader.read(row.number, values, cells)
