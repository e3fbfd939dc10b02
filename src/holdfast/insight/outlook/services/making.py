"""One outlook: the chances of every invoice and the demand ahead, from one snapshot."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.common.months import Month, today
from holdfast.insight.facts.services import take_snapshot
from holdfast.insight.outlook import readers
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.services.late import keep_late

Tell = Callable[[int, int], None]


def make_outlook(*, is_fresh: bool = True, tell: Tell = lambda done, total: None) -> Outlook:
    """Make this month's outlook anew; safe to run twice. is_fresh: take the facts of now, not those of the night's
    scoring. Errors: SnapshotError."""
    folder = None if is_fresh else readers.fresh_folder()
    folder = folder or take_snapshot().folder
    day = today()
    late = keep_late(readers.read_invoices(folder), as_of=day, tell=tell)
    made, _is_new = Outlook.objects.update_or_create(
        month=str(Month.of(day)), defaults={"as_of": day, "snapshot": folder.name, "late": late}
    )
    return made
