"""Lines of the customer's history that tell of gifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.utils import timezone

from holdfast.actions.care.models import Gift
from holdfast.records.timeline.rules import EntryRow

SOURCE = "care.gift"


def gift_rows(gifts: Iterable[Gift]) -> Iterator[EntryRow]:
    """One line a gift that counts."""
    for gift in gifts:
        yield {
            "customer_id": gift.customer_id, "source": SOURCE, "source_id": gift.pk, "kind": "service",
            "at": timezone.make_aware(datetime.combine(gift.on, time(12))), "payload": {"cost_minor": gift.cost_minor},
            "text": gift.item, "author_id": gift.by_id,
        }  # fmt: skip


def all_gift_rows() -> Iterator[EntryRow]:
    """The lines of all gifts, for the doctor."""
    return gift_rows(Gift.objects.filter(is_approved=True).order_by("pk").iterator(2000))
