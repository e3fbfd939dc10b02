"""Fetching the lines that the customers room, lying below, cannot push."""

from __future__ import annotations

from django.db import transaction

from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.queries.customer_events import EVENTS
from holdfast.records.timeline.services.entries import TOLD, entry_of, told, write


def collect_customer(customer: Customer) -> int:
    """Bring one customer's lines from the customers room up to date; how many were written or went.

    Called before the history is shown: whoever looks sees what is true now. Writes only where something differs.
    """
    wanted = {
        (entry.source, entry.source_id): entry
        for rows in EVENTS.values()
        for entry in (entry_of(row, None) for row in rows(customer))
    }
    kept = Entry.objects.filter(customer=customer, source__in=EVENTS).order_by()
    known = {row[:3]: row[3:] for row in kept.values_list("source", "source_id", "pk", *TOLD)}
    right = {key[:2] for key, values in known.items() if key[:2] in wanted and told(wanted[key[:2]]) == values}
    stale = [pk for source, key, pk in known if (source, key) not in wanted]
    fresh = [entry for key, entry in wanted.items() if key not in right]
    if fresh or stale:
        with transaction.atomic():
            Entry.objects.filter(pk__in=stale).delete()
            write(fresh)
    return len(fresh) + len(stale)
