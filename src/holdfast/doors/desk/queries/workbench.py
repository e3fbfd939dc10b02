"""The parts of the workbench, for the viewer's own customers or for all that the scope opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, QuerySet, Sum
from django.utils import timezone

from holdfast.common import labels
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.commerce import queries as commerce
from holdfast.records.commerce.models import Order
from holdfast.records.customers.models import Contact, Customer, Standing, StandingChange
from holdfast.records.customers.queries import Birthday, birthdays

AT_RISK = ("high", "watch")
KEYS_AT_ONCE = 500
DAY = timedelta(days=1)


def customers_of(viewer: User, whose: str) -> QuerySet[Customer]:
    """Visible customers in work: "mine" are those the viewer owns."""
    found = Customer.objects.visible_to(viewer).filter(archived_at=None)
    return found.filter(owner=viewer) if whose == "mine" else found


def with_people(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With standing, owner and contacts, the one to call first."""
    contacts = Contact.objects.order_by("-is_primary", "pk")
    return customers.select_related("standing", "owner").prefetch_related(Prefetch("contacts", contacts))


def sees_everyone(viewer: User, whose: str) -> bool:
    """Whether `customers_of` is the whole company, so that sums may come from indexes alone."""
    return whose != "mine" and viewer.scope == Scope.ALL and viewer.may(Permission.CUSTOMER_VIEW)


def at_risk(customers: QuerySet[Customer], limit: int, *, everyone: bool = False) -> list[Customer]:
    """Customers with a warning: high risk before watch, each by the money at stake."""
    found: list[Customer] = []
    for risk in AT_RISK:
        some = _first_of_everyone(risk, limit) if everyone else customers.filter(standing__risk=risk)
        some = with_people(some).order_by("-standing__at_stake_minor", "-standing__customer")
        found += some[: limit - len(found)]
    return found


def _first_of_everyone(risk: str, limit: int) -> QuerySet[Customer]:
    """Those with the most at stake, read off the index; it holds the known risks, which SQLite wants to be told."""
    known = Standing.objects.exclude(risk="").filter(risk=risk, customer__archived_at=None)
    first = known.order_by("-at_stake_minor", "-customer")[:limit]
    return Customer.objects.filter(pk__in=list(first.values_list("pk", flat=True)))


@dataclass(frozen=True)
class Standings:
    """What the standings of some customers come to; `as_of` None: nothing scored yet."""

    has_customers: bool
    high: int
    watch: int
    high_minor: int
    as_of: date | None
    movements: list[Movement]

    @property
    def both(self) -> int:
        return self.high + self.watch


@dataclass(frozen=True)
class Movement:
    code: str
    customers: int
    revenue_12m_minor: int


def standings(customers: QuerySet[Customer], *, everyone: bool = False) -> Standings:
    """Counts and sums in one pass over the customers; over the whole company from the indexes of their standings."""
    if everyone:
        return _standings_of_everyone(customers)
    groups = list(
        customers.order_by()
        .values(risk=F("standing__risk"), movement=F("standing__movement"))
        .annotate(
            n=Count("pk"),
            stake=Sum("standing__at_stake_minor"),
            revenue=Sum("standing__revenue_12m_minor"),
            as_of=Max("standing__as_of"),
        )
    )
    return Standings(
        has_customers=bool(groups),
        high=sum(group["n"] for group in groups if group["risk"] == "high"),
        watch=sum(group["n"] for group in groups if group["risk"] == "watch"),
        high_minor=sum(group["stake"] or 0 for group in groups if group["risk"] == "high"),
        as_of=max((group["as_of"] for group in groups if group["as_of"]), default=None),
        movements=_movements(groups),
    )


def _standings_of_everyone(customers: QuerySet[Customer]) -> Standings:
    """Of all standings less those of archived customers: two covering indexes instead of every row."""
    risks = _sums_of_everyone("risk", "at_stake_minor")
    newest = Standing.objects.order_by("-pk").values_list("as_of", flat=True).first()
    return Standings(
        has_customers=customers.order_by().exists(),
        high=risks["high"][0],
        watch=risks["watch"][0],
        high_minor=risks["high"][1],
        as_of=newest,
        movements=[
            Movement(code, *sums)
            for code, sums in _sums_of_everyone("movement", "revenue_12m_minor").items()
            if code in labels.MOVEMENTS and sums[0]
        ],
    )


def _sums_of_everyone(name: str, money: str) -> dict[str, tuple[int, int]]:
    """Customers in work and their money by the values of a column, in the order of the labels."""
    order = labels.MOVEMENTS if name == "movement" else AT_RISK
    every = Standing.objects.exclude(**{name: ""}).order_by().values_list(name)
    away = Customer.objects.filter(archived_at__isnull=False).order_by().values_list(f"standing__{name}")
    whole = {row[0]: row[1:] for row in every.annotate(n=Count("pk"), money=Sum(money))}
    gone = {row[0]: row[1:] for row in away.annotate(n=Count("pk"), money=Sum(f"standing__{money}"))}
    return {code: _less(whole.get(code), gone.get(code)) for code in order}


def _less(whole: tuple[int, int] | None, gone: tuple[int, int] | None) -> tuple[int, int]:
    (n, money), (less, less_money) = whole or (0, 0), gone or (0, 0)
    return n - less, (money or 0) - (less_money or 0)


def _movements(groups: Sequence[Mapping[str, Any]]) -> list[Movement]:
    """Customers by this month's movement, in the order of the labels, with their revenue of twelve months."""
    found = []
    for code in labels.MOVEMENTS:
        some = [group for group in groups if group["movement"] == code]
        if some:
            found.append(Movement(code, sum(one["n"] for one in some), sum(one["revenue"] or 0 for one in some)))
    return found


def recent_changes(
    customers: QuerySet[Customer], since: date, limit: int, *, few: bool = False
) -> list[StandingChange]:
    """What changed in standings from the start of a day on, newest first; `few` customers are looked up by their keys."""
    begin = timezone.make_aware(datetime.combine(since, time.min))
    changes = StandingChange.objects.filter(at__gte=begin).select_related("customer").order_by("-at", "-pk")
    if not few:
        seen = customers.order_by().filter(pk=OuterRef("customer_id"))
        return list(changes.filter(Exists(seen))[:limit])
    keys = list(customers.order_by().values_list("pk", flat=True))
    some = (keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE))
    found = [one for part in some for one in changes.filter(customer__in=part)[:limit]]
    return sorted(found, key=lambda change: (change.at, change.pk), reverse=True)[:limit]


def freshness(customers: QuerySet[Customer]) -> date | None:
    """The day up to which the newest standings speak."""
    return customers.order_by().aggregate(day=Max("standing__as_of"))["day"]


@dataclass(frozen=True)
class MonthMoney:
    """Revenue of the running month and of the same days a month before, without tax."""

    revenue_minor: int
    before_minor: int
    orders: int

    @property
    def change(self) -> float | None:
        return (self.revenue_minor - self.before_minor) / self.before_minor if self.before_minor > 0 else None


def month_money(viewer: User, whose: str, today: date) -> MonthMoney:
    """Of the orders of one's own customers, or of all that one sees."""
    mine = Order.objects.filter(customer__owner=viewer)
    orders = mine if whose == "mine" else Order.objects.walked_by(viewer)
    month = Month.of(today)
    last = min(month.previous.first + timedelta(days=today.day - 1), month.previous.last)
    now = commerce.revenue_of(orders, month.first, today)
    before = commerce.revenue_of(orders, month.previous.first, last)
    return MonthMoney(now.revenue_minor, before.revenue_minor, now.orders)


def birthdays_soon(viewer: User, whose: str, today: date, limit: int) -> list[Birthday]:
    """The nearest birthdays of contacts within a week; in a big company today's alone may be enough."""
    owner = viewer if whose == "mine" else None
    found = birthdays(viewer, today, today, owner=owner)
    if len(found) < limit:
        found += birthdays(viewer, today + DAY, today + 6 * DAY, owner=owner)
    return found[:limit]
