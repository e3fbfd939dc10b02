"""A customer's history, page by page: the next page begins behind the last line, however many lines come meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.rules import ENTRY_KINDS, wording_of

PAGE = 12
FEW_CUSTOMERS = 900  # a list that SQLite takes in one question
SHADES = {
    "good": "g",
    "watch": "w",
    "act": "a",
    "contact": "i",
    "order": "b",
    "money": "g",
    "service": "w",
    "need": "p",
}


@dataclass(frozen=True)
class Line:
    """An entry ready to be shown: `words` in the reader's language, `url` of the thing or ""."""

    entry: Entry
    words: str
    icon: str
    tone: str
    url: str
    more: str = ""

    @property
    def shade(self) -> str:
        """The colour of its mark: by what it means, else by its kind."""
        return SHADES.get(self.tone) or SHADES.get(self.entry.kind, "")

    @property
    def month(self) -> str:
        return str(Month.of(timezone.localdate(self.entry.at)))

    @property
    def has_time(self) -> bool:
        """Moments at midnight and noon stand for days."""
        local = timezone.localtime(self.entry.at)
        return (local.hour, local.minute, local.second) not in ((0, 0, 0), (12, 0, 0))


@dataclass(frozen=True)
class HistoryPage:
    """Lines by month, newest first; `after` is where the next page begins, "" at the end."""

    months: list[tuple[str, list[Line]]]
    after: str


def entries_of(viewer: User, customer: Customer, *, kind: str = "", text: str = "") -> QuerySet[Entry]:
    """The lines of a visible customer, newest first; of one kind, holding words somebody wrote."""
    found: QuerySet[Entry] = Entry.objects.visible_to(viewer).filter(customer=customer)
    if kind in ENTRY_KINDS:
        found = found.filter(kind=kind)
    for word in text.replace("\x00", "").split():
        found = found.filter(text__icontains=word)
    return found.select_related("author").order_by("-at", "-pk")


def history_page(
    viewer: User, customer: Customer, *, kind: str = "", text: str = "", after: str = "", size: int = PAGE
) -> HistoryPage:
    """One page of the history. An `after` that makes no sense begins at the newest line."""
    found = entries_of(viewer, customer, kind=kind, text=text)
    if place := read_place(after):
        at, pk = place
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    entries = list(found[: size + 1])
    shown = entries[:size]
    last = f"{shown[-1].at.isoformat()}~{shown[-1].pk}" if len(entries) > size else ""
    return HistoryPage(months=_by_month(told(shown)), after=last)


def notes_with(viewer: User, text: str, limit: int) -> list[Line]:
    """The newest lines of visible customers that hold every one of these words as somebody wrote them, with customer."""
    words = text.replace("\x00", "").split()
    if not words:
        return []
    found = Entry.objects.visible_to(viewer).exclude(text="").select_related("author", "customer")
    keys = list(Customer.objects.visible_to(viewer).order_by().values_list("pk", flat=True)[: FEW_CUSTOMERS + 1])
    # Few customers: their own lines, by index. Many: the newest notes of all, until there are enough.
    if len(keys) <= FEW_CUSTOMERS:
        found = found.filter(customer__in=keys)
    for word in words:
        found = found.filter(text__icontains=word)
    return told(found.order_by("-at", "-pk")[:limit])


def read_place(text: str) -> tuple[datetime, int] | None:
    """Where a page begins; None for nothing or nonsense."""
    moment, _tilde, key = text.replace(" ", "+").partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(key)) if at.tzinfo and key.isdecimal() and len(key) < 19 else None


def told(entries: Iterable[Entry]) -> list[Line]:
    """Entries with their words; one whose room says nothing about it is told by its kind."""
    given = list(entries)
    more = _more(given)
    return [_told(entry, more.get((entry.source, entry.source_id), "")) for entry in given]


def _more(entries: Iterable[Entry]) -> dict[tuple[str, int], str]:
    """The small lines, asked for once a source."""
    keys: dict[str, list[int]] = {}
    for entry in entries:
        keys.setdefault(entry.source, []).append(entry.source_id)
    asked = {source: wording.more for source in keys if (wording := wording_of(source))}
    return {(source, pk): text for source, more in asked.items() if more for pk, text in more(keys[source]).items()}


def _told(entry: Entry, more: str) -> Line:
    wording = wording_of(entry.source)
    if wording is None:
        return Line(entry, str(ENTRY_KINDS.get(entry.kind, _("其他"))), "point", "", "", more)
    payload: dict[str, Any] = entry.payload
    return Line(
        entry,
        words=str(wording.words(payload)),
        icon=wording.icon_of(payload),
        tone=wording.tone(payload) if wording.tone else "",
        url=wording.url(entry.source_id, payload) if wording.url else "",
        more=more,
    )


def _by_month(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    months: dict[str, list[Line]] = {}
    for line in lines:
        months.setdefault(line.month, []).append(line)
    return list(months.items())


def kinds_of(viewer: User, customer: Customer) -> dict[str, int]:
    """Kind → how many lines the customer has of it; kinds without a line are left out."""
    found = Entry.objects.visible_to(viewer).filter(customer=customer).order_by()
    counts = dict(found.values_list("kind").annotate(n=Count("pk")))
    return {kind: counts[kind] for kind in ENTRY_KINDS if kind in counts}


def earliest(viewer: User, customer: Customer) -> datetime | None:
    """The moment of the oldest line."""
    found = Entry.objects.visible_to(viewer).filter(customer=customer).order_by()
    moment: datetime | None = found.aggregate(first=Min("at"))["first"]
    return moment
