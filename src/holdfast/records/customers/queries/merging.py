"""Read suggested pairs, and what a merge of two would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from holdfast.common import formats
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Batch, Change
from holdfast.records.customers import rules
from holdfast.records.customers.models import Customer, DuplicatePair
from holdfast.records.customers.queries.lookups import editable_customers
from holdfast.records.customers.queries.masks import shown_value
from holdfast.records.customers.rules.merging import MERGE_FIELDS, MOVED, default_choice, is_same_person
from holdfast.records.customers.rules.pairs import REASONS

PAGE = 30
MASKED = ("phone", "email")


@dataclass(frozen=True)
class ShownEnd:
    """One customer of a pair as this viewer may see it."""

    title: str
    url: str
    code: str
    city: str
    owner: str
    customer: Customer | None


@dataclass(frozen=True)
class ShownPair:
    """A suggestion; `may_merge` when both ends are the viewer's to change."""

    pair: DuplicatePair
    ends: list[ShownEnd]
    reasons: list[Any]
    may_decide: bool
    may_merge: bool


@dataclass(frozen=True)
class PairPage:
    pairs: list[ShownPair]
    after: str


def visible_pairs(viewer: User) -> QuerySet[DuplicatePair]:
    """Suggestions with both ends in the viewer's scope: those that may be decided."""
    seen = Customer.objects.visible_to(viewer).order_by().values("pk")
    return DuplicatePair.objects.filter(first__in=seen, second__in=seen)


def duplicate_pairs(viewer: User, *, state: str = "open", after: str = "") -> PairPage:
    """A page of suggestions of which the viewer sees one end at least, the likeliest first; the other end is masked."""
    found = DuplicatePair.objects.visible_to(viewer).filter(state=state)
    score, _dash, pk = after.partition("-")
    if score.isdecimal() and pk.isdecimal() and len(pk) < 19 and len(score) < 4:
        found = found.filter(Q(score__lt=int(score)) | Q(score=int(score), pk__lt=int(pk)))
    rows = list(found.select_related("first__owner", "second__owner").order_by("-score", "-pk")[: PAGE + 1])
    keys = {pk for pair in rows for pk in (pair.first_id, pair.second_id)}
    seen = set(Customer.objects.visible_to(viewer).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    mine = set(editable_customers(viewer).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return PairPage([_shown(pair, seen, mine) for pair in rows[:PAGE]], f"{last.score}-{last.pk}" if last else "")


def _shown(pair: DuplicatePair, seen: set[int], mine: set[int]) -> ShownPair:
    ends = [_end(pair.first, pair.first_id in seen), _end(pair.second, pair.second_id in seen)]
    keys = {pair.first_id, pair.second_id}
    return ShownPair(
        pair, ends, [REASONS[code][0] for code in pair.reasons if code in REASONS], keys <= seen, keys <= mine
    )


def _end(customer: Customer, is_seen: bool) -> ShownEnd:
    owner = customer.owner.name if customer.owner else ""
    if is_seen:
        return ShownEnd(customer.name, customer.get_absolute_url(), customer.code, customer.city, owner, customer)
    return ShownEnd(rules.masked_name(customer.name), "", "", "", owner, None)


# --- the preview of one merge -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Choice:
    """One field side by side; `chosen` is "keep" or "drop"."""

    name: str
    title: Any
    keep: str
    drop: str
    chosen: str
    differs: bool


@dataclass(frozen=True)
class Preview:
    """What a merge would do: the fields, what moves by kind, and the people who are one."""

    choices: list[Choice]
    moves: list[tuple[Any, int]]
    folded: list[str]
    tags: list[str] = field(default_factory=list)


def merge_preview(viewer: User, keep: Customer, drop: Customer, choices: Mapping[str, str]) -> Preview:
    """Both ends' values as this viewer may see them; `choices` are those made so far."""
    rows = [_choice(viewer, name, title, keep, drop, choices) for name, title in MERGE_FIELDS.items()]
    people = list(keep.contacts.all())
    folded = [one.name for one in drop.contacts.all() if any(is_same_person(other, one) for other in people)]
    ours = {tag.name for tag in keep.tags.all()}
    return Preview(rows, _moves(drop), folded, [tag.name for tag in drop.tags.all() if tag.name not in ours])


def _choice(viewer: User, name: str, title: Any, keep: Customer, drop: Customer, choices: Mapping[str, str]) -> Choice:
    ours, theirs = getattr(keep, name), getattr(drop, name)
    chosen = choices.get(name) if choices.get(name) in ("keep", "drop") else default_choice(name, ours, theirs)
    left, right = _told(viewer, keep, name), _told(viewer, drop, name)
    return Choice(name, title, left, right, str(chosen), ours != theirs)


def _told(viewer: User, customer: Customer, name: str) -> str:
    if name in MASKED:
        return shown_value(viewer, customer, name)
    if name == "channel":
        return str(customer.get_channel_display())
    value = getattr(customer, name)
    return formats.day(value, "full") if name == "first_seen_on" and value else str(value or "")


def _moves(drop: Customer) -> list[tuple[Any, int]]:
    """(thing, how many) of what a merge hands over, counted by the relations that the models declare."""
    counts: dict[str, int] = {}
    for relation in Customer._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and model._meta.label_lower in MOVED:
            label = model._meta.label_lower
            rows = model._base_manager.filter(**{relation.field.name: drop.pk})
            counts[label] = counts.get(label, 0) + rows.count()
    return [(title, counts[label]) for label, title in MOVED.items() if counts.get(label)]


def merge_of(viewer: User, customer: Customer) -> Batch | None:
    """The newest merge into this customer that still stands, to be undone by who may."""
    subject = f"customers.customer:{customer.pk}"
    found = Change.objects.filter(subject=subject, batch__kind="merge", batch__undone_at=None)
    newest = found.select_related("batch").order_by("-pk").first()
    return newest.batch if newest else None


def merges(viewer: User) -> QuerySet[Batch]:
    """Merges that still stand and whose kept customer the viewer may change, newest first."""
    kept = editable_customers(viewer).filter(merged_customers__isnull=False).order_by().values_list("pk", flat=True)
    subjects = [f"customers.customer:{pk}" for pk in kept.distinct()[:500]]
    keys = Change.objects.filter(subject__in=subjects, batch__kind="merge").order_by().values("batch")
    return Batch.objects.filter(pk__in=keys, undone_at=None).select_related("actor").order_by("-pk")
