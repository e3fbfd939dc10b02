"""Open invoices that are not due yet, with the chance that they are paid late: lists, sums by week, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.insight.outlook.models import LateChance
from holdfast.insight.outlook.rules.late import HIGH, Week, weeks, why_sentence
from holdfast.records.commerce.models import Invoice
from holdfast.records.commerce.queries import open_invoices
from holdfast.records.commerce.queries.foresight import Foresight
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import matching

HIGH_ONES = Q(late_chance__p_late__gte=HIGH)
RISK = Cast("open_minor", FloatField()) * F("late_chance__p_late")
SORTS = {
    "risk": ("-risk", "due_on", "pk"), "chance": ("-late_chance__p_late", "due_on", "pk"), "due": ("due_on", "pk"),
    "amount": ("-open_minor", "due_on", "pk"),
}  # fmt: skip


def ahead(viewer: User) -> QuerySet[Invoice]:
    """Open invoices of the viewer's customers whose day has not passed."""
    return open_invoices(viewer).filter(due_on__gte=today())


def at_risk(viewer: User, params: Mapping[str, Any]) -> QuerySet[Invoice]:
    """The same by the filters q, week, owner, customer and high, in the order of `sort`; each with its `risk`, the
    money × chance (0 where nothing is told of it yet)."""
    found = ahead(viewer)
    if text := params.get("q"):
        found = found.filter(Q(number__startswith=text) | Q(customer__in=_named(text)))
    if week := _week(params.get("week", "")):
        found = found.filter(_in(week))
    if owner := params.get("owner"):
        found = found.filter(customer__owner=viewer if owner == "me" else owner)
    if customer := params.get("customer"):
        found = found.filter(customer=customer)
    if params.get("high"):
        found = found.filter(HIGH_ONES)
    sort = SORTS.get(params.get("sort") or "risk", SORTS["risk"])
    return found.annotate(risk=Coalesce(RISK, 0.0)).only("pk").order_by(*sort)


def _named(text: str) -> QuerySet[Any, Any]:
    return matching(Customer.objects.order_by(), text).values("pk")


def _week(code: str) -> Week | None:
    return next((week for week in weeks(today()) if week.code == code), None)


def _in(week: Week) -> Q:
    found = Q(due_on__gte=week.first)
    return found & Q(due_on__lte=week.last) if week.last else found


@dataclass(frozen=True)
class Sums:
    """Open invoices of a set, in minor units: their number, what is open, the part of it to expect late (Σ open ×
    chance), how many more likely late than not and their money, and those of which nothing is told yet."""

    count: int
    open_minor: int
    risk_minor: int
    high: int
    high_minor: int
    untold: int


@dataclass(frozen=True)
class Board:
    """All sums, and those of each week."""

    whole: Sums
    weeks: list[tuple[Week, Sums]]


def board(viewer: User) -> Board:
    """One pass over the viewer's open invoices, day by day; the days are added up here."""
    columns = {
        "count": Count("pk"),
        "open": Sum("open_minor"),
        "risk": Sum(RISK),
        "high": Count("pk", filter=HIGH_ONES),
        "high_minor": Sum("open_minor", filter=HIGH_ONES),
        "untold": Count("pk", filter=Q(late_chance=None)),
    }
    days: list[Any] = list(ahead(viewer).order_by().values("due_on").annotate(**columns))
    spans = [(week, _sums([day for day in days if week.holds(day["due_on"])])) for week in weeks(today())]
    return Board(_sums(days), spans)


def _sums(days: list[Any]) -> Sums:
    names = ("count", "open", "risk", "high", "high_minor", "untold")
    return Sums(*(round(sum(day[name] or 0 for day in days)) for name in names))


def whole(invoices: Iterable[Invoice]) -> list[Invoice]:
    """The same invoices in the same order, with customer, owner and chance: of one page, not of all that were sorted."""
    found = list(invoices)
    rows = Invoice.objects.select_related("customer", "customer__owner", "late_chance").in_bulk(
        [one.pk for one in found]
    )
    for one in found:
        rows[one.pk].risk = one.risk  # type: ignore[attr-defined]
    return [rows[one.pk] for one in found]


def foreseen(invoice_ids: list[int]) -> dict[int, Foresight]:
    """What is told of these invoices, by key; for whoever shows them and has asked whether he may."""
    found = LateChance.objects.filter(invoice__in=invoice_ids).select_related("invoice")
    return {one.invoice_id: foresight_of(one) for one in found}


def foresight_of(one: LateChance) -> Foresight:
    late_on = one.invoice.due_on + timedelta(days=one.late_days)
    return Foresight(one.p_late, one.late_days, late_on, why_sentence(one.p_late, one.base, one.reasons))
