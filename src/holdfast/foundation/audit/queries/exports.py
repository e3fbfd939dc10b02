"""What was taken away: newest first, by key, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from holdfast.foundation.audit.models import Export
from holdfast.foundation.audit.queries.changes import between
from holdfast.foundation.audit.rules import exports as rules

PAGE = 50


@dataclass(frozen=True)
class ExportLine:
    """One export for reading; `filters` are (label, value), `unusual` sentences."""

    export: Export
    title: str
    filters: list[tuple[str, str]]
    numbers: str
    unusual: list[str]


@dataclass(frozen=True)
class ExportPage:
    lines: list[ExportLine]
    next_before: int | None


def export_register(
    viewer: Any,
    *,
    who: str = "",
    what: str = "",
    only: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    before: int | None = None,
) -> ExportPage:
    """The register as this person may read it: all of it with the widest scope, else one's own and the departments'.

    `who` is part of a name or a login; `only`: "unusual" or "raw" (files that hold whole numbers).
    """
    found = between(_visible(viewer), since, until)
    if who:
        found = found.filter(Q(actor__name__icontains=who) | Q(actor__login=who))
    if what:
        found = found.filter(what=what)
    if only == "unusual":
        found = found.exclude(unusual=[])
    elif only == "raw":
        found = found.filter(numbers__in=("raw", "mixed"))
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("actor").order_by("-pk")[: PAGE + 1])
    lines = [_line(viewer, row) for row in rows[:PAGE]]
    return ExportPage(lines, rows[PAGE - 1].pk if len(rows) > PAGE else None)


def _visible(viewer: Any) -> QuerySet[Export]:
    if viewer.scope == "all":
        return Export.objects.all()
    people = get_user_model().objects.filter(department__in=viewer.department_ids)
    return Export.objects.filter(Q(actor=viewer) | Q(actor__in=people))


def _line(viewer: Any, export: Export) -> ExportLine:
    return ExportLine(
        export=export,
        title=rules.source_title(export.what),
        filters=rules.filter_words(viewer, export.what, export.filters),
        numbers=str(rules.NUMBERS.get(export.numbers, export.numbers)),
        unusual=[rules.reason_words(reason) for reason in export.unusual],
    )
