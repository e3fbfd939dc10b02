"""Open the duties of a month: what each customer is owed by the star it has when the month begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from holdfast.actions.care.models import Duty, Standard
from holdfast.actions.care.queries.standards import Table, shown_star, switches, table_on
from holdfast.actions.care.rules import owed, window_of
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.common.months import Month, today
from holdfast.insight.scores import queries as scores
from holdfast.records.customers.models import Customer, OwnershipChange, Standing

CHUNK = 5_000
Stars = Mapping[int, tuple[int, bool]]


def open_duties(month: Month, *, since: date | None = None, stars: Stars | None = None) -> dict[str, int]:
    """Open what customers with an owner and a star are owed in a month and is not open yet; how many rows were written.

    The star that counts is the one at the month's start: the first call of a month settles it, a change in its midst
    acts from the next month on. A quarter under way whose terms changed ends with the month before, its share by days.
    Who came, or got an owner, during the month owes the share of the days left. `since`: nobody owes anything before
    it. `stars` (customer → star, provisional) stands in for the present standings when a past month is made.
    Safe to run twice.
    """
    table = table_on(month.first)
    made = sum(_open_tiers(rows, month, table, since, stars) for rows in _without_tier(month, stars))
    cut = sum(_cut(kind, month) for kind in SERVED_KINDS)
    served = sum(_open_served(kind, month) for kind in SERVED_KINDS)
    return {"customers": made, "cut": cut, "duties": served}


def _without_tier(month: Month, stars: Stars | None) -> Iterator[list[dict[str, Any]]]:
    """Customers in work with an owner that the month does not know yet, in pages."""
    known = Duty.objects.filter(customer=OuterRef("pk"), kind="minutes", starts_on__range=(month.first, month.last))
    found = Customer.objects.filter(~Exists(known), archived_at=None, owner__isnull=False).order_by("pk")
    if stars is None:
        found = found.filter(Q(standing__stars__isnull=False) | Q(standing__stars_hint__isnull=False))
    rows = found.values(
        "pk", "channel", "owner", "department", "first_seen_on", "created_at", star=F("standing__stars"),
        hint=F("standing__stars_hint"), hollow=F("standing__is_provisional"), first_on=F("standing__first_on"),
    )  # fmt: skip
    last = 0
    while page := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = page[-1]["pk"]
        yield [dict(row) for row in page]


@transaction.atomic
def _open_tiers(rows: list[dict[str, Any]], month: Month, table: Table, since: date | None, stars: Stars | None) -> int:
    """The row that holds a customer's star for the month, with the minutes planned."""
    claimed = _claimed([row["pk"] for row in rows], month)
    use_hints = switches()
    made = []
    for row in rows:
        star, is_hollow = stars.get(row["pk"], (None, False)) if stars is not None else _star(row, use_hints)
        standard = table.of(star, row["channel"])
        begins = max(month.first, _known_on(row), claimed.get(row["pk"], month.first), since or month.first)
        if standard is not None and begins <= month.last:
            made.append(_duty(row, "minutes", standard, begins, is_hollow))
    return len(Duty.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True))


def _star(row: dict[str, Any], switched: Any) -> tuple[int | None, bool]:
    standing = Standing(stars=row["star"], stars_hint=row["hint"], is_provisional=bool(row["hollow"]))
    return shown_star(standing, switched), standing.is_hollow


def _known_on(row: dict[str, Any]) -> date:
    """The first trace of the customer; where nothing tells it, the day he was put on file."""
    told = [day for day in (row["first_seen_on"], row["first_on"]) if day]
    return min(told) if told else timezone.localdate(row["created_at"])


def _claimed(keys: list[int], month: Month) -> dict[int, date]:
    """Customer → the day in the month on which somebody took him who had nobody, some time after he was put on file."""
    start = timezone.make_aware(datetime.combine(month.first, time.min))
    changes = OwnershipChange.objects.filter(customer__in=keys, before=None, after__isnull=False, at__gte=start)
    found = changes.order_by("at").values_list("customer", "at", "customer__created_at")
    days = ((key, timezone.localdate(at), timezone.localdate(made)) for key, at, made in found)
    return {key: at for key, at, made in days if at > made and month.holds(at)}


def _duty(row: Mapping[str, Any], kind: str, standard: Standard, begins: date, is_hollow: bool) -> Duty:
    count, every = standard.terms(kind)
    ends = window_of(every, begins).ends_on
    return Duty(
        customer_id=row["pk"], kind=kind, starts_on=begins, ends_on=ends, standard=standard, stars=standard.stars,
        is_provisional=is_hollow, due=owed(count, every, begins, ends), owner_id=row["owner"],
        department_id=row["department"],
    )  # fmt: skip


def _tiers(month: Month) -> Any:
    return Duty.objects.filter(kind="minutes", starts_on__range=(month.first, month.last))


def _open_served(kind: str, month: Month) -> int:
    """Visits or contacts for whom the month knows a star, and nothing of the kind reaches into the month."""
    standards = {one.pk: one for one in Standard.objects.select_related("version") if one.terms(kind)[0]}
    there = Duty.objects.filter(customer=OuterRef("customer"), kind=kind, ends_on__gte=month.first)
    there = there.filter(starts_on__lte=month.last)
    found = _tiers(month).filter(~Exists(there), standard__in=standards).order_by("pk")
    rows = found.values(
        "owner", "department", "starts_on", "standard", "is_provisional", tier=F("pk"), customer_pk=F("customer")
    )
    made, last = 0, 0
    while page := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = page[-1]["tier"]
        duties = [
            _duty(
                row | {"pk": row["customer_pk"]},
                kind,
                standards[row["standard"]],
                row["starts_on"],
                row["is_provisional"],
            )
            for row in page
        ]
        made += len(Duty.objects.bulk_create(duties, batch_size=1000, ignore_conflicts=True))
    return made


def _cut(kind: str, month: Month) -> int:
    """End quarters under way with the month before where the customer's terms changed; how many."""
    tier = _tiers(month).filter(customer=OuterRef("customer")).values("standard")[:1]
    running = Duty.objects.filter(kind=kind, closed_at=None, starts_on__lt=month.first, ends_on__gte=month.first)
    running = running.annotate(new=Subquery(tier)).filter(new__isnull=False).exclude(new=F("standard"))
    standards = Standard.objects.in_bulk()
    last, cut = month.previous.last, 0
    for group in list(running.order_by().values("standard", "new", "starts_on").distinct()):
        before, after = standards[group["standard"]], standards[group["new"]]
        count, every = before.terms(kind)
        if (count, every) == after.terms(kind):
            continue
        share = owed(count, every, group["starts_on"], last)
        cut += running.filter(**group).update(ends_on=last, due=share)
    return cut


def backfill(first: Month, last: Month | None = None) -> dict[str, int]:
    """Make the duties of past scored months, oldest first, by the stars that were published then.

    The star of a month's start is that of the month before. The owner is today's; how far it was kept comes from the
    history as it is written down. `last`: the running month without one.
    """
    told = {"customers": 0, "cut": 0, "duties": 0}
    now = Month.of(today())
    month, last = first, last or now
    while month <= last:
        some = open_duties(month, stars=None if month == now else _stars_before(month))
        told = {name: told[name] + some[name] for name in told}
        month = month.next
    return told


def _stars_before(month: Month) -> Stars:
    run = scores.run_of(month.previous)
    if run is None:
        return {}
    use_hints = switches().use_provisional
    rows = scores.month_rows(run, columns=["customer_id", "stars", "stars_hint"]).to_pylist()
    stars = (
        (row["customer_id"], row["stars"] or (row["stars_hint"] if use_hints else None), row["stars"]) for row in rows
    )
    return {key: (star, not firm) for key, star, firm in stars if star}
