"""The journal, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from holdfast.common.api import Asked, Out, Problem, Room, day, listed, read_cursor, text, write_cursor
from holdfast.common.api.params import BIGGEST
from holdfast.foundation.audit import queries
from holdfast.foundation.audit.queries import Line

router = Room("audit")
PARAMS = [text("who", 60), text("verb", 40), text("model", 60), day("since"), day("until"), text("subject", 80)]


class DifferenceOut(Schema):
    """One column before and after, as this reader may see it."""

    field: str
    before: str
    after: str


class ChangeOut(Out):
    id: int
    at: datetime | None = None
    actor_id: int | None = None
    actor: str = ""
    verb: str = ""
    model: str = ""
    object_id: str = ""
    subject: str = ""
    label: str = ""
    differences: list[DifferenceOut] = []


@router.lists("/journal", "list_changes", "List the journal", gives=ChangeOut, words=["journal_view"], params=PARAMS)
def list_changes(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Who changed what, the newest first; `subject=customers.customer:12` is one customer's history of changes.

    Numbers are masked, costs hidden from who may not see profit; at most 50 a page.
    """
    before = _before(asked.cursor)
    subject = asked.get("subject")
    if subject:
        if others := sorted(set(asked.values) - {"subject"}):
            raise Problem("not_together", 422, field=others[0], name=others[0], other="subject")
        page = queries.history(request.user, subject, before=before, size=min(asked.limit, queries.PAGE))
        if page is None:
            raise Problem("not_known", 422, field="subject", name="subject")
    else:
        page = queries.journal(request.user, before=before, **asked.values)
    return listed(page.lines, lambda line: asked.cut(_shown(line)), _next(page.next_before))


def _before(cursor: str) -> int | None:
    key = read_cursor(cursor, "journal", 1)
    if key is not None and not (isinstance(key[0], int) and 0 < key[0] <= BIGGEST):
        raise Problem("bad_cursor", 400, field="cursor")
    return key[0] if key else None


def _next(before: int | None) -> str:
    return write_cursor("journal", before) if before else ""


def _shown(line: Line) -> dict[str, Any]:
    change = line.change
    names = ("id", "at", "actor_id", "verb", "model", "object_id", "subject", "label")
    told = [{"field": one.field, "before": one.before, "after": one.after} for one in line.differences]
    actor = str(change.actor) if change.actor_id else ""
    return {name: getattr(change, name) for name in names} | {"actor": actor, "differences": told}
