"""Lists of what is owed: invoices, customers to call, promises to pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Min, Q, QuerySet, Sum, Value, When

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce.models import Invoice, PaymentPromise
from holdfast.records.commerce.models.orders import is_everybody
from holdfast.records.commerce.models.receivables import DISPUTED
from holdfast.records.commerce.queries.ages import (
    Ageing,
    age_columns,
    ageing_from,
    credit_by_customer,
    in_bucket,
    open_invoices,
)
from holdfast.records.commerce.queries.lists import begins
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import matching


class DaysPast(Func):
    """Whole days from the due day to a day, as a number on either database; negative while not due."""

    output_field = IntegerField()

    def __init__(self, day: date) -> None:
        super().__init__(F("due_on"), Value(day.isoformat()))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(second)s) - julianday(%(first)s) AS INTEGER)"
        return self._sql(compiler, template)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._sql(compiler, "(%(second)s::date - %(first)s)")

    def _sql(self, compiler: Any, template: str) -> Any:
        due, day = (compiler.compile(one) for one in self.get_source_expressions())
        sql = template % {"first": due[0], "second": day[0]}
        return sql, (*day[1], *due[1])


def broken_promises(day: date) -> QuerySet[PaymentPromise]:
    """Promises that were not kept, those that ran out since the last night's judging included."""
    return PaymentPromise.objects.filter(Q(kept=False) | Q(kept=None, promised_on__lt=day))


def waiting_promises(day: date) -> QuerySet[PaymentPromise]:
    return PaymentPromise.objects.filter(kept=None, promised_on__gte=day)


def receivables(viewer: User, params: Mapping[str, Any]) -> QuerySet[Invoice]:
    """Open invoices the viewer sees, by the filters q, bucket, owner, customer, disputed and promise."""
    day, found = today(), open_invoices(viewer)
    if text := params.get("q"):
        found = found.filter(_named(text))
    if bucket := params.get("bucket"):
        overdue = Q(due_on__lt=day)
        found = found.filter(overdue if bucket == "overdue" else in_bucket(bucket, day))
    if owner := params.get("owner"):
        found = found.filter(customer__owner=viewer if owner == "me" else owner)
    if customer := params.get("customer"):
        found = found.filter(customer=customer)
    if params.get("disputed"):
        found = found.filter(DISPUTED)
    if promise := params.get("promise"):
        promises = broken_promises(day) if promise == "broken" else waiting_promises(day)
        found = found.filter(pk__in=promises.order_by().values("invoice"))
    return found


def _named(text: str) -> Q:
    return begins("number", text) | Q(customer__in=matching(Customer.objects.order_by(), text).values("pk"))


def weight(day: date) -> Case:
    """Money × days past due: what to ask for first. Nothing for what is not due."""
    return Case(
        When(due_on__lt=day, then=F("open_minor") * DaysPast(day)), default=Value(0), output_field=BigIntegerField()
    )


INVOICE_SORTS = {
    "weight": ("-weight", "due_on", "pk"), "amount": ("-open_minor", "pk"), "due": ("due_on", "pk"),
    "newest": ("-issued_on", "-pk"),
}  # fmt: skip
CUSTOMER_SORTS = {"weight": ("-weight", "customer"), "amount": ("-total", "customer"), "due": ("oldest", "customer")}


def receivable_list(viewer: User, params: Mapping[str, Any]) -> QuerySet[Invoice]:
    """The filtered open invoices in the order of `sort`, with customer and owner."""
    found = receivables(viewer, params).select_related("customer", "customer__owner")
    sort = INVOICE_SORTS.get(params.get("sort") or "weight", INVOICE_SORTS["weight"])
    if "-weight" in sort:
        found = found.annotate(weight=weight(today()))
    return found.order_by(*sort)


@dataclass(frozen=True)
class Debtor:
    """A customer with the filtered invoices he owes; who to call, and what he promised."""

    customer: Customer
    ageing: Ageing
    disputed_minor: int
    promise: PaymentPromise | None

    @property
    def contact(self) -> Any:
        """The first contact with a phone number; else the customer himself."""
        return next((one for one in self.customer.contacts.all() if one.phone), None)


def debtor_keys(viewer: User, params: Mapping[str, Any]) -> QuerySet[Any, Any]:
    """{"customer": id, …} of everybody with filtered open invoices, in the order of `sort`; no more is summed here,
    because this reads all of them."""
    sort = CUSTOMER_SORTS.get(params.get("sort") or "weight", CUSTOMER_SORTS["weight"])
    key = {"-weight": ("weight", Sum(weight(today()))), "-total": ("total", Sum("open_minor"))}
    name, summed = key.get(sort[0], ("oldest", Min("due_on")))
    return receivables(viewer, params).order_by().values("customer").annotate(**{name: summed}).order_by(*sort)


def debtors(viewer: User, params: Mapping[str, Any], keys: Iterable[Mapping[str, Any]]) -> list[Debtor]:
    """The customers of one page with what they owe of the filtered: ages, contacts, credit and promises at once."""
    day, ids = today(), [key["customer"] for key in keys]
    found = receivables(viewer, params).filter(customer__in=ids).order_by().values("customer")
    disputed = Sum("open_minor", filter=DISPUTED, default=0)
    rows = {row["customer"]: row for row in found.annotate(disputed=disputed, **age_columns(day))}
    customers = Customer.objects.select_related("owner").prefetch_related("contacts").in_bulk(ids)
    credit, promises = credit_by_customer(ids), _promises_of(ids)
    return [
        Debtor(
            customer=customers[pk],
            ageing=ageing_from(rows[pk], day, credit.get(pk, 0)),
            disputed_minor=rows[pk]["disputed"],
            promise=promises.get(pk),
        )
        for pk in ids
        if pk in rows  # paid in this very moment
    ]


def _promises_of(customer_ids: Iterable[int]) -> dict[int, PaymentPromise]:
    """The latest promise about an open invoice of each customer."""
    found = PaymentPromise.objects.filter(invoice__customer__in=list(customer_ids), invoice__open_minor__gt=0)
    rows = found.filter(invoice__voided_at=None).select_related("invoice").order_by("promised_on", "pk")
    return {one.invoice.customer_id: one for one in rows}


def latest_promises(invoice_ids: Iterable[int]) -> dict[int, PaymentPromise]:
    """The latest promise of each of these invoices."""
    rows = PaymentPromise.objects.filter(invoice__in=list(invoice_ids)).order_by("promised_on", "pk")
    return {one.invoice_id: one for one in rows}


def promises_due(viewer: User, until: date) -> QuerySet[PaymentPromise]:
    """Promises that still wait and fall due up to a day, of customers the viewer sees, the earliest first."""
    return _seen(waiting_promises(today()).filter(promised_on__lte=until), viewer).order_by("promised_on", "pk")


def promises_broken(viewer: User) -> QuerySet[PaymentPromise]:
    """Broken promises about invoices that are still open, of customers the viewer sees, the latest first."""
    return _seen(broken_promises(today()), viewer).order_by("-promised_on", "-pk")


def _seen(found: QuerySet[PaymentPromise], viewer: User) -> QuerySet[PaymentPromise]:
    """About invoices that are still open, asked promise by promise: there are far fewer of them."""
    is_open = Q(invoice__open_minor__gt=0, invoice__voided_at=None, invoice__written_off_on=None)
    found = found.filter(is_open).select_related("invoice__customer")
    return found if is_everybody(viewer) else found.filter(invoice__customer__in=_customers(viewer))


def _customers(viewer: User) -> QuerySet[Any, Any]:
    return Customer.objects.visible_to(viewer).order_by().values("pk")


@dataclass(frozen=True)
class Attention:
    """What deserves a look among the filtered: counts of disputed invoices and of broken and due promises."""

    disputed: int
    broken: int
    due: int


def attention(viewer: User) -> Attention:
    day = today()
    disputed = open_invoices(viewer).filter(DISPUTED).order_by().count()
    broken = promises_broken(viewer).order_by().values("invoice").distinct().count()
    due = promises_due(viewer, day + timedelta(days=7)).order_by().values("invoice").distinct().count()
    return Attention(disputed, broken, due)
