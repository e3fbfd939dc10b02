"""Gifts given, and what is left of the budget of each star."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from holdfast.actions.care.models import Gift
from holdfast.actions.care.queries.standards import STARS, switches, table_on
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer


@dataclass(frozen=True)
class GiftBudget:
    """A star's gifts in a calendar year. `given_minor` counts what is approved, `waiting_minor` what is not answered."""

    stars: int
    customers: int
    budget_minor: int
    given_minor: int
    waiting_minor: int
    gifts: int

    @property
    def left_minor(self) -> int:
        return self.budget_minor - self.given_minor

    @property
    def used(self) -> float | None:
        return self.given_minor / self.budget_minor if self.budget_minor else None


def gifts_in(viewer: User, year: int) -> QuerySet[Gift]:
    """The gifts of a year to visible customers, the last one first."""
    found: QuerySet[Gift] = Gift.objects.visible_to(viewer)
    return found.filter(on__year=year).select_related("customer", "contact", "by", "answered_by")


def pending_gifts(viewer: User) -> QuerySet[Gift]:
    """Gifts over their budget that wait for an answer, the oldest first."""
    found: QuerySet[Gift] = Gift.objects.visible_to(viewer).filter(is_over=True, answered_at=None)
    return found.select_related("customer", "contact", "by").order_by("pk")


def gift_money(customers: Iterable[int], year: int) -> dict[int, int]:
    """Customer → minor units of the approved gifts of a year."""
    given = Gift.objects.filter(customer__in=list(customers), on__year=year, is_approved=True).order_by()
    return {row["customer"]: row["spent"] for row in given.values("customer").annotate(spent=Sum("cost_minor"))}


def gift_budgets(viewer: User, year: int, on: date) -> list[GiftBudget]:
    """Stars 5 → 1: the budget of the customers that have the star now, and what their gifts of the year cost."""
    table, own = table_on(on), Customer.objects.visible_to(viewer).order_by().filter(archived_at=None)
    star = Coalesce("standing__stars", "standing__stars_hint") if switches().use_provisional else F("standing__stars")
    people = own.annotate(shown=star).filter(shown__isnull=False).values("shown", "channel").annotate(n=Count("pk"))
    counted: dict[int, list[int]] = {stars: [0, 0] for stars in STARS}
    for row in people:
        standard = table.of(row["shown"], row["channel"])
        counted[row["shown"]][0] += row["n"]
        counted[row["shown"]][1] += row["n"] * (standard.gift_budget_minor if standard else 0)
    money = _spent(viewer, year)
    return [
        GiftBudget(stars, customers, budget, *money.get(stars, (0, 0, 0)))
        for stars, (customers, budget) in counted.items()
    ]


def _spent(viewer: User, year: int) -> dict[int, tuple[int, int, int]]:
    """Stars at the time of giving → approved, waiting, number of approved ones."""
    is_waiting = Q(is_over=True, answered_at=None)
    rows = gifts_in(viewer, year).order_by().values("stars")
    sums = rows.annotate(
        given=Sum("cost_minor", filter=Q(is_approved=True)),
        waiting=Sum("cost_minor", filter=is_waiting),
        n=Count("pk", filter=Q(is_approved=True)),
    )
    return {row["stars"] or 0: (row["given"] or 0, row["waiting"] or 0, row["n"]) for row in sums}
