"""The register of exports: every file that leaves is written down, and what is unusual is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Sum
from django.utils import timezone

from holdfast.foundation.audit.models import Export
from holdfast.foundation.audit.rules import exports
from holdfast.foundation.audit.services.journal import record


@transaction.atomic
def note_export(
    *,
    by: Model,
    what: str,
    kind: str,
    rows: int,
    filters: Mapping[str, Any] | None = None,
    numbers: str = "none",
    label: str = "",
    ip: str | None = None,
    target: Model | None = None,
) -> Export:
    """Write down one export and its line in the journal, before the file is sent.

    `what` is a name given by `rules.exports.register_export`; `kind` the ending of the file; `numbers` raw, mixed,
    masked or none; `target` the object it is an export of, if there is one.
    """
    filters = dict(filters or {})
    found = [list(reason) for reason in _unusual(by, rows)]
    export = Export.objects.create(
        actor_id=by.pk, what=what, kind=kind, rows=rows, filters=filters, numbers=numbers, label=label[:200],
        ip=ip, unusual=found,
    )  # fmt: skip
    after = {"page": what.partition(".")[0], "filter": filters, "rows": rows, "kind": kind, "numbers": numbers}
    record(actor=by, verb="export", target=target or export, before={}, after=after, label=label or f"{what}.{kind}")
    if found:
        transaction.on_commit(lambda: exports.sound_alarms(export))
    return export


def _unusual(by: Model, rows: int) -> list[exports.Reason]:
    now = timezone.now()
    own = Export.objects.filter(actor_id=by.pk, at__gte=now - dt.timedelta(days=exports.LOOKED_BACK_DAYS))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = own.filter(at__gte=midnight).aggregate(rows=Sum("rows"))["rows"] or 0
    earlier = list(own.order_by("-pk").values_list("rows", flat=True)[:500])
    return exports.unusual(rows, earlier=earlier, today=today, day_limit=settings.EXPORT_ROWS_A_DAY)
