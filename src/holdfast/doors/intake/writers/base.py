"""What every writer does: look records up, write them, and step around the one that is refused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.db import transaction

from holdfast.common.refusals import Refusal
from holdfast.doors.intake.rules.items import Item
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Customer


class Writer(ABC):
    """Looks up and writes the records of one kind for one importer; `batch` is the journal's, None in a preview."""

    def __init__(self, options: Mapping[str, str], *, by: User, batch: Batch | None = None) -> None:
        self.options = options
        self.by = by
        self.batch = batch

    @abstractmethod
    def look_up(self, items: Sequence[Item]) -> None:
        """Decide for each record: new, update, skip or rejected, with remarks."""

    @abstractmethod
    def write(self, items: Sequence[Item]) -> Counter[str]:
        """Write what was decided; how many of what. Call inside a transaction."""

    def visible(self, ids: Iterable[int]) -> set[int]:
        """Which of these customers the importer may see; those this very import has made among them."""
        wanted = set(ids)
        seen = set(Customer.objects.visible_to(self.by).filter(pk__in=wanted).values_list("pk", flat=True))
        return seen | self.ours("customers.customer", wanted - seen)

    def ours(self, model: str, ids: Collection[int]) -> set[int]:
        """Which of these rows this very batch has created: a file never runs into itself."""
        if self.batch is None or not ids:
            return set()
        mine = self.batch.changes.filter(model=model, before__isnull=True, object_id__in=[str(pk) for pk in ids])
        return {int(pk) for pk in mine.values_list("object_id", flat=True)}


def write_around(items: Sequence[Item], write: Callable[[Sequence[Item]], int]) -> int:
    """Write all at once; where a service refuses, one by one, and keep out what it refuses."""
    if not items:
        return 0
    try:
        with transaction.atomic():
            return write(items)
    except Refusal:
        return sum(_write_one(item, write) for item in items)


def _write_one(item: Item, write: Callable[[Sequence[Item]], int]) -> int:
    try:
        with transaction.atomic():
            return write([item])
    except Refusal as refusal:
        item.reject(refusal.field or "", "refused", text=refusal.message)
        return 0
