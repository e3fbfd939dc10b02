"""How old what is owed is, in total and of one customer, and how long customers take to pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Invoice, Payment
from holdfast.records.customers.models import Customer

YEAR = 365


@dataclass(frozen=True)
class Ageing:
    """Open invoices by age on a day, in minor units: the bands of `rules.BUCKETS`, and the credit against them."""

    day: date
    minor: Mapping[str, int]
    invoices: Mapping[str, int]
    credit_minor: int = 0
    oldest_on: date | None = None

    @property
    def total_minor(self) -> int:
        return sum(self.minor.values())

    @property
    def overdue_minor(self) -> int:
        return sum(self.minor[code] for code in rules.OVERDUE)

    @property
    def count(self) -> int:
        return sum(self.invoices.values())

    @property
    def overdue_count(self) -> int:
        return sum(self.invoices[code] for code in rules.OVERDUE)

    @property
    def overdue_share(self) -> float | None:
        return self.overdue_minor / self.total_minor if self.total_minor else None

    @property
    def oldest_days(self) -> int:
        return max((self.day - self.oldest_on).days, 0) if self.oldest_on else 0


def open_invoices(viewer: User) -> QuerySet[Invoice]:
    """Open invoices of the customers that the viewer sees."""
    return Invoice.objects.visible_to(viewer).open()


def in_bucket(code: str, day: date) -> Q:
    """Open invoices that lie in an age band on a day."""
    first, last = rules.bucket_days(code, day)
    wanted = Q(due_on__gte=first) if first else Q()
    return wanted & Q(due_on__lte=last) if last else wanted


def age_columns(day: date) -> dict[str, Any]:
    """One column of money and one of counts for every band, and the oldest due day."""
    found: dict[str, Any] = {"oldest": Min("due_on")}
    for code in rules.BUCKETS:
        found[f"{code}_minor"] = Sum("open_minor", filter=in_bucket(code, day), default=0)
        found[f"{code}_count"] = Count("pk", filter=in_bucket(code, day))
    return found


def ageing_from(row: Mapping[str, Any], day: date, credit_minor: int = 0) -> Ageing:
    return Ageing(
        day=day,
        minor={code: row[f"{code}_minor"] for code in rules.BUCKETS},
        invoices={code: row[f"{code}_count"] for code in rules.BUCKETS},
        credit_minor=credit_minor,
        oldest_on=row["oldest"],
    )


def ageing(viewer: User, day: date | None = None) -> Ageing:
    """All that the viewer's customers owe, by age; unallocated credit beside it."""
    on = day or today()
    row = open_invoices(viewer).order_by().aggregate(**age_columns(on))
    payments = Payment.objects.visible_to(viewer).filter(open_minor__gt=0, voided_at=None)
    notes = Invoice.objects.visible_to(viewer).filter(open_minor__lt=0, voided_at=None)
    return ageing_from(row, on, _sum(payments) - _sum(notes))


def ageing_of(customer: Customer, day: date | None = None) -> Ageing:
    """What one customer owes, by age, and the credit he has."""
    on = day or today()
    row = Invoice.objects.open().filter(customer=customer).order_by().aggregate(**age_columns(on))
    return ageing_from(row, on, credit_of(customer))


def _sum(found: QuerySet[Any]) -> int:
    return found.order_by().aggregate(all=Sum("open_minor"))["all"] or 0


def credit_of(customer: Customer) -> int:
    """Unallocated payments and credit notes of a customer, in minor units."""
    payments = Payment.objects.filter(customer=customer, open_minor__gt=0, voided_at=None)
    notes = Invoice.objects.filter(customer=customer, open_minor__lt=0, voided_at=None)
    return _sum(payments) - _sum(notes)


def credit_by_customer(customer_ids: Iterable[int]) -> dict[int, int]:
    """Unallocated credit by customer, for those who have any."""
    found: dict[int, int] = {}
    ids = list(customer_ids)
    payments = Payment.objects.filter(customer__in=ids, open_minor__gt=0, voided_at=None)
    notes = Invoice.objects.filter(customer__in=ids, open_minor__lt=0, voided_at=None)
    for rows, sign in ((payments, 1), (notes, -1)):
        for pk, minor in rows.order_by().values_list("customer").annotate(all=Sum("open_minor")):
            found[pk] = found.get(pk, 0) + sign * minor
    return found


# --- how long customers take ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Terms:
    """Days sales outstanding over the year up to `day`: open ÷ invoiced × days; at best only what is not due."""

    day: date
    invoiced_minor: int
    open_minor: int
    current_minor: int

    @property
    def dso(self) -> float | None:
        return self.open_minor / self.invoiced_minor * YEAR if self.invoiced_minor > 0 else None

    @property
    def best_dso(self) -> float | None:
        return self.current_minor / self.invoiced_minor * YEAR if self.invoiced_minor > 0 else None

    @property
    def days_delinquent(self) -> float | None:
        return None if self.dso is None or self.best_dso is None else self.dso - self.best_dso


def terms(viewer: User, age: Ageing) -> Terms:
    """DSO of the viewer's customers on the day of the ageing."""
    return _terms(Invoice.objects.visible_to(viewer), age)


def terms_of(customer: Customer, age: Ageing) -> Terms:
    return _terms(Invoice.objects.filter(customer=customer), age)


def _terms(found: QuerySet[Invoice], age: Ageing) -> Terms:
    year = found.filter(issued_on__gt=age.day - timedelta(days=YEAR), issued_on__lte=age.day, voided_at=None)
    invoiced = year.order_by().aggregate(all=Sum("amount_minor"))["all"] or 0
    return Terms(age.day, invoiced, age.total_minor, age.minor["not_due"])


@dataclass(frozen=True)
class Delay:
    """How one invoice was paid: days beyond terms, negative when early; of an open one so far."""

    invoice: Invoice
    days: int
    is_open: bool


@dataclass(frozen=True)
class History:
    """How a customer paid, oldest first, and the money-weighted mean of the days beyond terms of what is paid."""

    delays: list[Delay] = field(default_factory=list)

    @property
    def mean_days(self) -> float | None:
        paid = [one for one in self.delays if not one.is_open]
        minor = sum(one.invoice.amount_minor for one in paid)
        return sum(one.days * one.invoice.amount_minor for one in paid) / minor if minor else None

    @property
    def on_time(self) -> int:
        return sum(one.days <= 0 for one in self.delays if not one.is_open)

    @property
    def paid(self) -> int:
        return sum(not one.is_open for one in self.delays)


def payment_history(customer: Customer, rows: int = 24) -> History:
    """The last invoices that are paid or overdue, by due day."""
    found = Invoice.objects.filter(customer=customer, kind="invoice", voided_at=None)
    decided = found.filter(Q(paid_on__isnull=False) | Q(due_on__lt=today(), written_off_on=None, open_minor__gt=0))
    newest = list(decided.order_by("-issued_on", "-pk")[:rows])
    newest.sort(key=lambda invoice: (invoice.due_on, invoice.pk))
    return History([Delay(one, one.days_beyond or 0, one.paid_on is None) for one in newest])
