"""Write a checked file, lot by lot; stop and take everything back when asked to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.doors.intake.models import Import, WorkFile
from holdfast.doors.intake.rules.rows import Row
from holdfast.doors.intake.services.checking import Progress, find
from holdfast.doors.intake.services.undoing import take_back
from holdfast.doors.intake.writers import Writer, writer_of
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.jobs import services as jobs

LOT_ROWS = 500


@transaction.atomic
def start_apply(imp: Import, *, by: User) -> Import:
    """Have a checked file written in the background, or have an interrupted one go on."""
    imp = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
    _refuse_unless_ready(imp)
    open_import(imp)
    imp.job = jobs.enqueue("intake.apply", by=by, import_id=imp.pk)
    imp.save()
    return imp


def open_import(imp: Import) -> None:
    """From now on it writes: open its batch in the journal."""
    if imp.batch is None:
        imp.batch = audit.open_batch("import", by=imp.by, note=imp.file_name)
    imp.state, imp.ends_as, imp.error = "applying", "", None
    imp.save()


def _refuse_unless_ready(imp: Import) -> None:
    if imp.state == "applying" and imp.is_stuck:
        return
    if imp.state == "applying":
        raise Refusal(_("这份文件正在写入，请稍候。"))
    if imp.state != "checked":
        raise Refusal(_("这份文件还没有检查好，或已经写入过，请刷新后查看。"))
    if not imp.to_write:
        raise Refusal(_("没有要写入的行：全部跳过或有错。请改好后重新上传。"))


def apply_import(imp: Import, progress: Progress) -> dict[str, Any]:
    """Write every record in lots of at most 500 rows a transaction. Gives what was written.

    A lot and the mark that it is written stand in one transaction, so a killed job goes on behind the last whole lot.
    A cancel or an unexpected error takes back what was written so far.
    """
    try:
        _write_lots(imp, progress)
    except jobs.Cancelled:
        _give_up(imp, ends_as="cancelled")
        raise
    except Exception:
        _give_up(imp, ends_as="failed")
        raise
    _finish(imp)
    return {"written": imp.written, "counts": imp.counts}


def _give_up(imp: Import, *, ends_as: str) -> None:
    """Take back what was written; where somebody has built on it already, leave that to the importer."""
    try:
        take_back(imp, ends_as=ends_as, by=imp.by)
    except Refusal as refusal:
        imp.state, imp.error = "failed", ["refused", {"text": refusal.message}]
        imp.save()


def _write_lots(imp: Import, progress: Progress) -> None:
    writer = writer_of(imp.kind, imp.options, by=imp.by, batch=imp.batch)
    with WorkFile(imp.path) as work:
        total, done = work.mark_open(), work.rows_before(imp.applied_through)
        progress.step(done, total)
        for records in work.chunks(LOT_ROWS, after=imp.applied_through, only_open=True):
            if not _write_lot_twice(imp, work, records, writer):
                return
            done += sum(map(len, records))
            progress.step(done, total)
        imp.counts = work.counts()


def _write_lot_twice(imp: Import, work: WorkFile, records: list[list[Row]], writer: Writer) -> bool:
    """Once more with a fresh look, where somebody has just taken a code or a number."""
    try:
        return _write_lot(imp, work, records, writer)
    except (Refusal, IntegrityError):
        return _write_lot(imp, work, records, writer)


def _write_lot(imp: Import, work: WorkFile, records: list[list[Row]], writer: Writer) -> bool:
    """One lot in one transaction; False if another worker has taken over meanwhile."""
    with transaction.atomic():
        now = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
        if now.state != "applying" or now.applied_through != imp.applied_through:
            return False
        items = find(imp, records, writer)
        written = Counter(imp.written)
        written.update(writer.write(items))
        work.save([row for item in items for row in item.rows])
        imp.written, imp.applied_through = dict(written), records[-1][0].number
        imp.save(update_fields=["written", "applied_through", "updated_at"])
    return True


def _finish(imp: Import) -> None:
    with transaction.atomic():
        now = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
        if now.state == "applying" and now.applied_through == imp.applied_through:
            imp.state, imp.applied_at = "applied", timezone.now()
            imp.save()


def cancel(imp: Import, *, by: User) -> Import:
    """Stop checking or writing; what was written so far is taken back."""
    if not imp.is_busy or imp.job is None or imp.state == "undoing":
        raise Refusal(_("这份文件没有在检查或写入，无需取消。"))
    if not imp.job.is_over:
        imp.job = jobs.cancel(imp.job, by=by)
    if imp.job.is_over and imp.state == "mapped":
        imp.state = "uploaded"
        imp.save(update_fields=["state", "updated_at"])
    elif imp.job.is_over:
        _give_up(imp, ends_as="cancelled")
    return imp
