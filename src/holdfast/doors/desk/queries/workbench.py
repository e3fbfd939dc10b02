"""The parts of the workbench, for the viewer's own customers or for all that the scope opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, IntegerField, Max, Prefetch, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from holdfast.common import labels
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import queries as commerce
from holdfast.records.customers.models import Contact, Customer, StandingChange
from holdfast.records.customers.queries import Birthday, birthdays

AT_RISK = ("high", "watch")


def customers_of(viewer: User, whose: str) -> QuerySet[Customer]:
    """Visible customers in work: "mine" are those the viewer owns."""
    found = Customer.objects.visible_to(viewer).filter(archived_at=None)
    return found.filter(owner=viewer) if whose == "mine" else found


def with_people(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With standing, owner and contacts, the one to call first."""
    contacts = Contact.objects.order_by("-is_primary", "pk")
    return customers.select_related("standing", "owner").prefetch_related(Prefetch("contacts", contacts))


def at_risk(customers: QuerySet[Customer], limit: int) -> list[Customer]:
    """Customers with a warning: high risk before watch, then by the money at stake."""
    is_high = Case(When(standing__risk="high", then=Value(0)), default=Value(1), output_field=IntegerField())
    found = customers.filter(standing__risk__in=AT_RISK)
    return list(with_people(found).order_by(is_high, "-standing__at_stake_minor", "pk")[:limit])


@dataclass(frozen=True)
class RiskTotals:
    """How many customers have a warning, and the money at stake with the high ones."""

    high: int
    watch: int
    high_minor: int

    @property
    def both(self) -> int:
        return self.high + self.watch


def risk_totals(customers: QuerySet[Customer]) -> RiskTotals:
    high = Q(standing__risk="high")
    row = customers.order_by().aggregate(
        high=Count("pk", filter=high),
        watch=Count("pk", filter=Q(standing__risk="watch")),
        money=Sum("standing__at_stake_minor", filter=high),
    )
    return RiskTotals(row["high"], row["watch"], row["money"] or 0)


@dataclass(frozen=True)
class Movement:
    code: str
    customers: int
    revenue_12m_minor: int


def movements(customers: QuerySet[Customer]) -> list[Movement]:
    """Customers by this month's movement, in the order of the labels, with their revenue of twelve months."""
    rows = customers.exclude(standing__movement="").order_by().values_list("standing__movement")
    found = {
        code: Movement(code, n, revenue or 0)
        for code, n, revenue in rows.annotate(n=Count("pk"), revenue=Sum("standing__revenue_12m_minor"))
    }
    return [found[code] for code in labels.MOVEMENTS if code in found]


def recent_changes(customers: QuerySet[Customer], since: date, limit: int) -> list[StandingChange]:
    """What changed in standings from the start of a day on, newest first."""
    start = timezone.make_aware(datetime.combine(since, time.min))
    found = StandingChange.objects.filter(at__gte=start, customer__in=customers.order_by().values("pk"))
    return list(found.select_related("customer").order_by("-at", "-pk")[:limit])


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


def month_money(customers: QuerySet[Customer], today: date) -> MonthMoney:
    month = Month.of(today)
    last = min(month.previous.first + timedelta(days=today.day - 1), month.previous.last)
    now = commerce.revenue_of(customers, month.first, today)
    before = commerce.revenue_of(customers, month.previous.first, last)
    return MonthMoney(now.revenue_minor, before.revenue_minor, now.orders)


def birthdays_soon(viewer: User, whose: str, today: date, days: int = 7) -> list[Birthday]:
    """Birthdays of contacts from today on, the nearest first."""
    found = birthdays(viewer, today, today + timedelta(days=days - 1))
    return [one for one in found if one.customer.owner_id == viewer.pk] if whose == "mine" else found
