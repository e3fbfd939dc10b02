"""One history per customer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from holdfast.common.api import Asked, Sort, choice, listed, moment, page_of, text, whole
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.records.timeline import queries
from holdfast.records.timeline.api.shapes import VIEW, EntryOut, router
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.rules import ENTRY_KINDS

NEWEST = Sort("new", "at", is_falling=True)
SHOWN = ("id", "customer_id", "kind", "at", "text", "source", "source_id", "payload", "author_id")


@router.lists(
    "/entries", "list_entries", "List the history", gives=EntryOut, words=[VIEW],
    params=[
        whole("customer"), choice("kind", list(ENTRY_KINDS)), text("q"), moment("since"), moment("until"), text("source", 40),
    ],
)  # fmt: skip
def list_entries(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What happened with your customers, the newest first: orders, contacts, money, needs, files, changes.

    `words` tells it in the language of Accept-Language; `payload` holds its codes and numbers.
    """
    found: QuerySet[Entry] = Entry.objects.visible_to(request.user)
    names = {"customer": "customer", "kind": "kind", "since": "at__gte", "until": "at__lt", "source": "source"}
    found = found.filter(**{names[name]: value for name, value in asked.values.items() if name != "q"})
    for word in asked.get("q", "").split():
        found = found.filter(text__icontains=word)
    page = page_of(found, NEWEST, asked.cursor, asked.limit)
    words = {line.entry.pk: line.words for line in queries.told(page.rows)}
    return listed(page.rows, lambda row: asked.cut(_shown(row) | {"words": words[row.pk]}), page.next)


def _shown(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in SHOWN}
