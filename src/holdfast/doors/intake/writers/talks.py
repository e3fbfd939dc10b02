"""Interactions and needs of a file: what was done for customers, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from holdfast.common.months import today
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.rules.owned import moment_of
from holdfast.doors.intake.writers.owned import (
    OwnedWriter,
    authors_of,
    contact_of,
    people_of,
    warn_of_lost_people,
)
from holdfast.records.customers import rules as customer_rules
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Need
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.queries.interactions import interactions_by_source


class InteractionWriter(OwnedWriter):
    what = "interactions"

    def decide(self, items: Sequence[Item]) -> None:
        known = interactions_by_source(source_of(item) for item in items if item.target is not None)
        for item in items:
            if item.target is not None and source_of(item) in known:
                item.note("summary", "on_file")
                item.settle("skip")
            else:
                item.settle("new")
        warn_of_lost_people(items)

    def add(self, items: Sequence[Item]) -> int:
        people, authors = people_of(items), authors_of(items)
        rows: Any = [
            {
                "customer": item.target, "channel": item.fields["channel"], "direction": item.fields["direction"],
                "at": moment_of(item.fields["at"]), "minutes": item.fields.get("minutes"),
                "summary": item.fields["summary"], "contact": contact_of(item, people), "source": source_of(item),
                "by": authors.get(item.fields.get("author", 0)),
            }
            for item in items
        ]  # fmt: skip
        return len(timeline.add_interactions(rows, by=self.by, batch=self.batch))


def source_of(item: Item) -> str:
    """The same talk of the same customer is one, whichever file brings it."""
    said = "\x1f".join(str(item.fields[name]) for name in ("at", "channel", "direction", "summary"))
    return f"intake:{item.target.pk}:{blake2b(said.encode(errors='replace'), digest_size=16).hexdigest()}"


class NeedWriter(OwnedWriter):
    what = "needs"

    def decide(self, items: Sequence[Item]) -> None:
        known = _standing({item.target.pk for item in items if item.target is not None})
        for item in items:
            if problem := customer_rules.need_problem(item.fields, on=today()):
                item.reject(problem[1], problem[0])
            else:
                self._decide(item, known.get(_key(item)) if item.target is not None else None)
        warn_of_lost_people(items)

    def _decide(self, item: Item, need: Need | None) -> None:
        if need is None:
            item.settle("new")
        elif self.options["on_duplicate"] == "skip" or item.fields["said_on"] <= (need.confirmed_on or need.said_on):
            item.note("text", "on_file")
            item.settle("skip")
        else:
            item.settle("update")

    def add(self, items: Sequence[Item]) -> int:
        people, authors = people_of(items), authors_of(items)
        rows = [
            {
                "customer": item.target, "contact": contact_of(item, people),
                "author": authors.get(item.fields.get("author", 0)),
                **{name: item.fields[name] for name in ("kind", "text", "said_on", "source")},
            }
            for item in items
        ]  # fmt: skip
        return len(customers.add_needs(rows, by=self.by, batch=self.batch))

    def change(self, items: Sequence[Item]) -> int:
        """Said again later: the day of confirmation moves on."""
        return self.add(items)


def _standing(customer_ids: set[int]) -> Mapping[tuple[int, str, str], Need]:
    needs = Need.objects.filter(customer__in=customer_ids, ended_on=None).order_by("-pk")
    return {(need.customer_id, need.kind, " ".join(need.text.split())): need for need in needs}


def _key(item: Item) -> tuple[int, str, str]:
    return item.target.pk, item.fields["kind"], " ".join(item.fields["text"].split())
