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

MOST_VALUES = 5
# A line that grows is judged again each time it has grown by so many rows.
JUDGED_EVERY = 500


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


@transaction.atomic
def note_reading(
    *, by: Model, key: str, what: str, rows: int, filters: Mapping[str, Any], numbers: str, label: str, ip: str | None
) -> Export:
    """Write down what a program read, before it is sent: one line a day for each `key` (its token and address).

    The first page of a day makes the line and its entry in the journal; further ones add their rows, new values of a
    filter (five at most) and wider numbers to it. It is told as unusual once, when its rows first are.
    """
    day = timezone.localdate()
    line, is_new = Export.objects.select_for_update(of=("self",)).get_or_create(
        key=f"{day:%Y%m%d}:{key}"[:100],
        defaults={"actor_id": by.pk, "what": what, "kind": "api", "filters": {}, "label": label[:200], "ip": ip},
    )
    before, line.rows = line.rows, line.rows + rows
    line.filters = _joined(line.filters, filters)
    line.numbers = _wider(line.numbers, numbers)
    if not line.unusual and (is_new or before // JUDGED_EVERY != line.rows // JUDGED_EVERY):
        line.unusual = [list(reason) for reason in _unusual(by, line.rows, besides=line)]
        if line.unusual:
            transaction.on_commit(lambda: exports.sound_alarms(line))
    line.save(update_fields=["rows", "filters", "numbers", "unusual"])
    if is_new:
        after = {"page": what.partition(".")[2], "filter": line.filters, "kind": "api", "numbers": numbers}
        record(actor=by, verb="export", target=line, before={}, after=after, label=label or what)
    return line


def _joined(known: Mapping[str, list[Any]], given: Mapping[str, Any]) -> dict[str, list[Any]]:
    joined = {name: list(values) for name, values in known.items()}
    for name, value in given.items():
        values = joined.setdefault(name, [])
        fresh = [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        values += [one for one in fresh if one not in values][: MOST_VALUES - len(values)]
    return joined


def _wider(known: str, given: str) -> str:
    if "none" in (known, given):
        return given if known == "none" else known
    return known if known == given else "mixed"


def _unusual(by: Model, rows: int, besides: Export | None = None) -> list[exports.Reason]:
    now = timezone.now()
    own = Export.objects.filter(actor_id=by.pk, at__gte=now - dt.timedelta(days=exports.LOOKED_BACK_DAYS))
    own = own.exclude(pk=besides.pk) if besides else own
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = own.filter(at__gte=midnight).aggregate(rows=Sum("rows"))["rows"] or 0
    earlier = list(own.order_by("-pk").values_list("rows", flat=True)[:500])
    return exports.unusual(rows, earlier=earlier, today=today, day_limit=settings.EXPORT_ROWS_A_DAY)
