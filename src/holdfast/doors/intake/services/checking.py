"""Every row is read and every record looked up; nothing is written to the company's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common import sheets
from holdfast.common.refusals import Refusal
from holdfast.doors.intake import readers
from holdfast.doors.intake.models import Import, WorkFile
from holdfast.doors.intake.models.work import WORK_FILE
from holdfast.doors.intake.rules.items import Item, build
from holdfast.doors.intake.rules.rows import Row
from holdfast.doors.intake.rules.settling import Settling
from holdfast.doors.intake.services.receiving import refuse_missing
from holdfast.doors.intake.writers import Writer, writer_of
from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs import services as jobs


class Progress(Protocol):
    def step(self, done: int, total: int | None = None) -> None: ...


LOOKED_UP_AT_ONCE = 1_000


@transaction.atomic
def start_check(imp: Import, *, by: User) -> Import:
    """Have the file checked in the background."""
    imp = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
    if not imp.is_open:
        raise Refusal(_("这份文件已经写入或撤销，不能再查；请重新上传。"))
    if imp.state == "mapped" and imp.job and not imp.job.is_over:
        return imp
    refuse_missing(imp.kind, imp.columns)
    imp.state, imp.error, imp.applied_through, imp.batch = "mapped", None, 0, None
    imp.job = jobs.enqueue("intake.check", by=by, import_id=imp.pk)
    imp.save()
    return imp


def check_import(imp: Import, progress: Progress) -> dict[str, Any]:
    """Read the file, group its rows, look every record up. Gives the counts by outcome.

    Stops with a question where day and month cannot be told apart (`unclear`), or with the sentence of a file that
    breaks off; safe to run again from the start.
    """
    try:
        with WorkFile(imp.path) as work:
            if unclear := _read(imp, work, progress):
                return _ask(imp, unclear)
            _look_up_all(imp, work, progress)
    except sheets.SheetError as error:
        imp.state, imp.error = "failed", [error.code, {**error.numbers, "file": imp.file_name}]
        imp.save()
        return {"error": imp.error}
    imp.state = "checked"
    imp.save()
    return {"counts": imp.counts, "quirks": imp.quirks}


def _ask(imp: Import, unclear: dict[str, list[str]]) -> dict[str, Any]:
    imp.state, imp.unclear = "uploaded", unclear
    imp.save()
    return {"unclear": unclear}


def _read(imp: Import, work: WorkFile, progress: Progress) -> dict[str, list[str]]:
    """The whole file into the work file; gives the date columns whose order nobody can tell.

    What a column needs decided (`5/1/2026`, `17850.0`) is taken from the first rows; where the rest of the file
    decides otherwise it is read once more.
    """
    readers.settle(imp)
    while True:
        settling, done = Settling(imp.kind, imp.columns, imp.date_order), 0
        work.start()
        for rows in readers.read_rows(imp, settling):
            work.add(rows)
            done += len(rows)
            progress.step(done)
        imp.rows = done
        if unclear := settling.unclear():
            return unclear
        if not readers.settled_otherwise(imp, settling):
            return {}


def _look_up_all(imp: Import, work: WorkFile, progress: Progress) -> None:
    done, total = imp.rows, 2 * imp.rows
    work.group()
    work.reject_oversized()
    writer = writer_of(imp.kind, imp.options, by=imp.by)
    for records in work.chunks(LOOKED_UP_AT_ONCE):
        look_up(imp, records, writer, work)
        done += sum(map(len, records))
        progress.step(min(done, total), total)
    _count(imp, work)


def find(imp: Import, records: Iterable[Sequence[Row]], writer: Writer) -> list[Item]:
    """Build the records of these rows and look them up."""
    items = [build(imp.kind, rows, imp.options) for rows in records]
    writer.look_up(items)
    return items


def look_up(imp: Import, records: Iterable[Sequence[Row]], writer: Writer, work: WorkFile) -> None:
    """Find out what these rows would do, and keep it."""
    items = find(imp, records, writer)
    work.save([row for item in items for row in item.rows])


def _count(imp: Import, work: WorkFile) -> None:
    imp.counts = work.counts()
    imp.quirks = work.quirks() if imp.kind == "orders" else {}


@transaction.atomic
def correct_row(imp: Import, number: int, cells: Mapping[str, str]) -> Row:
    """Put other text into a row's cells and look its record up again. The file itself stays as it came."""
    imp = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
    if imp.state != "checked":
        raise Refusal(_("这份文件已经写入或正在检查，不能再改；请刷新后查看。"))
    if not (imp.path / WORK_FILE).exists():
        raise Refusal(_("这份文件的检查结果已经清理，请重新上传。"))
    known = {heading: text for heading, text in cells.items() if heading in imp.headings}
    with WorkFile(imp.path) as work:
        row = work.row(number)
        if row is None:
            raise Refusal(_("没有这一行，请刷新后再试。"))
        imp.edits = {**imp.edits, str(number): {**imp.edits.get(str(number), {}), **known}}
        fresh = _read_again(imp, row)
        before = work.record(number)
        work.add([fresh])
        work.group()
        _look_up_again(imp, work, {old.number for old in before} | {number})
        _count(imp, work)
        imp.save()
        return work.row(number) or fresh


def _read_again(imp: Import, row: Row) -> Row:
    values = dict(zip(imp.headings, row.cells, strict=False)) | imp.edits[str(row.number)]
    return readers.row_reader(imp).read(row.number, values, list(values.values()))


def _look_up_again(imp: Import, work: WorkFile, numbers: Iterable[int]) -> None:
    """The records that these rows belong to now, each once, read from their cells anew."""
    seen: set[int] = set()
    writer = writer_of(imp.kind, imp.options, by=imp.by)
    for number in sorted(numbers):
        rows = work.record(number)
        if rows and rows[0].number not in seen:
            seen.add(rows[0].number)
            look_up(imp, [rows], writer, work)
