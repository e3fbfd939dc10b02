"""One outlook: the chances of every invoice and the demand ahead, from one snapshot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import transaction

from holdfast.common.months import Month, today
from holdfast.insight.facts.services import take_snapshot
from holdfast.insight.outlook import readers, writers
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.rules import demand
from holdfast.insight.outlook.services.late import keep_late

Tell = Callable[[int, int], None]


def make_outlook(*, is_fresh: bool = True, tell: Tell = lambda done, total: None) -> Outlook:
    """Make this month's outlook anew; safe to run twice. is_fresh: take the facts of now, not those of the night's
    scoring. Errors: SnapshotError."""
    folder = None if is_fresh else readers.fresh_folder()
    folder = folder or take_snapshot().folder
    day = today()
    late = keep_late(readers.read_invoices(folder), as_of=day, tell=tell)
    seen = look(folder, day)
    month = str(Month.of(day))
    path, digest = writers.write_customers(seen.customers, month)
    fields = {
        "as_of": day, "snapshot": folder.name, "late": late, "demand": seen.figures, "path": path, "sha256": digest
    }  # fmt: skip
    with transaction.atomic():
        made, _is_new = Outlook.objects.update_or_create(month=month, defaults=fields)
        writers.keep_groups(made, seen.groups)
    return made


def look(folder: Path, day: date) -> demand.Seen:
    """The demand ahead, from the facts of a snapshot as known at the end of a day."""
    days, customers = readers.read_days(folder, day), readers.read_segments(folder)
    return demand.look(days, customers, day, readers.read_owners(), readers.read_sold(folder))
