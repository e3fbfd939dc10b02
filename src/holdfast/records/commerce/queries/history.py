"""What a customer's history tells of orders, deliveries, invoices, payments and promises: rows made from our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Max, Model, Q, QuerySet
from django.utils import timezone

from holdfast.records.commerce.models import Invoice, Order, OrderLine, Payment, PaymentPromise
from holdfast.records.timeline.rules import EntryRow

ORDER, DELIVERY, INVOICE = "commerce.order", "commerce.delivery", "commerce.invoice"
PAYMENT, PROMISE = "commerce.payment", "commerce.paymentpromise"
CHUNK = 2000
SEVERAL = 400
Rows = Iterator[EntryRow]


@lru_cache(maxsize=4096)
def noon(day: date) -> datetime:
    """The moment that stands for a whole day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def _row(source: str, row: Any, kind: str, day: date, payload: dict[str, Any]) -> EntryRow:
    return {
        "source": source, "source_id": row.pk, "customer_id": row.customer_id, "kind": kind, "at": noon(day),
        "payload": payload, "text": row.note, "author_id": None,
    }  # fmt: skip


def order_row(order: Order) -> EntryRow:
    payload = {"number": order.number, "kind": order.kind, "minor": order.amount_minor}
    if order.voided_at:
        payload["voided"] = True
    return _row(ORDER, order, "order", order.ordered_on, payload)


def invoice_row(invoice: Invoice) -> EntryRow:
    payload: dict[str, Any] = {
        "number": invoice.number, "kind": invoice.kind, "minor": invoice.amount_minor, "due_on": invoice.due_on.isoformat(),
    }  # fmt: skip
    if invoice.voided_at:
        payload["voided"] = True
    if invoice.written_off_on:
        payload["written_off_on"] = invoice.written_off_on.isoformat()
    return _row(INVOICE, invoice, "money", invoice.issued_on, payload)


def payment_row(payment: Payment) -> EntryRow:
    payload: dict[str, Any] = {"minor": payment.amount_minor, "method": payment.method}
    if payment.voided_at:
        payload["voided"] = True
    return _row(PAYMENT, payment, "money", payment.received_on, payload)


def promise_row(promise: PaymentPromise) -> EntryRow:
    """Needs the promise's invoice."""
    payload = {
        "number": promise.invoice.number, "minor": promise.amount_minor, "promised_on": promise.promised_on.isoformat(),
        "kept": promise.kept,
    }  # fmt: skip
    return {
        "source": PROMISE, "source_id": promise.pk, "customer_id": promise.invoice.customer_id, "kind": "money",
        "at": noon(promise.made_on), "payload": payload, "text": promise.note, "author_id": promise.made_by_id,
    }  # fmt: skip


def delivery_row(
    order_id: int, customer_id: int, number: str, *, on: date, delivered: int, late: int, lines: int
) -> EntryRow:
    """The last day on which something of an order arrived: how many of its lines have, and how many came late."""
    payload = {"number": number, "delivered": delivered, "late": late, "lines": lines}
    return {
        "source": DELIVERY, "source_id": order_id, "customer_id": customer_id, "kind": "order", "at": noon(on),
        "payload": payload, "text": "", "author_id": None,
    }  # fmt: skip


def new_delivery_row(order: Order, lines: Iterable[OrderLine]) -> EntryRow | None:
    """Of an order that is written just now, from its lines; None while nothing arrived."""
    some = list(lines)
    arrived = [line for line in some if line.delivered_on is not None]
    if not arrived or order.is_return or order.voided_at:
        return None
    late = sum(line.promised_on is not None and line.delivered_on > line.promised_on for line in arrived)  # type: ignore[operator]
    last = max(line.delivered_on for line in arrived if line.delivered_on)
    return delivery_row(
        order.pk, order.customer_id, order.number, on=last, delivered=len(arrived), late=late, lines=len(some)
    )


def delivery_rows(order_ids: Iterable[int]) -> list[EntryRow]:
    """Of the standing sales among these orders of which something arrived."""
    found: list[EntryRow] = []
    ids = list(order_ids)
    for start in range(0, len(ids), SEVERAL):
        some = OrderLine.objects.filter(order__in=ids[start : start + SEVERAL])
        found += _deliveries(some)
    return found


def _deliveries(lines: QuerySet[OrderLine]) -> list[EntryRow]:
    sales = lines.filter(order__kind="sale", order__voided_at=None).order_by()
    rows = sales.values("order", "order__customer", "order__number").annotate(
        on=Max("delivered_on"),
        lines=Count("pk"),
        delivered=Count("pk", filter=Q(delivered_on__isnull=False)),
        late=Count("pk", filter=Q(delivered_on__gt=F("promised_on"))),
    )
    return [
        delivery_row(
            row["order"], row["order__customer"], row["order__number"], on=row["on"], delivered=row["delivered"],
            late=row["late"], lines=row["lines"],
        )
        for row in rows.filter(on__isnull=False)
    ]  # fmt: skip


def _all(rows: QuerySet[Any], make: Callable[[Any], EntryRow]) -> Callable[[], Rows]:
    def made() -> Rows:
        for row in rows.order_by("pk").iterator(CHUNK):
            yield make(row)

    return made


def all_deliveries() -> Rows:
    pks = Order.objects.filter(kind="sale", voided_at=None).order_by("pk").values_list("pk", flat=True)
    some: list[int] = []
    for pk in pks.iterator(CHUNK):
        some.append(pk)
        if len(some) == SEVERAL:
            yield from delivery_rows(some)
            some = []
    yield from delivery_rows(some)


def makers() -> dict[str, Callable[[], Rows]]:
    """Every line of each source, for the check against the history."""
    return {
        ORDER: _all(Order.objects.all(), order_row),
        DELIVERY: all_deliveries,
        INVOICE: _all(Invoice.objects.all(), invoice_row),
        PAYMENT: _all(Payment.objects.all(), payment_row),
        PROMISE: _all(PaymentPromise.objects.select_related("invoice"), promise_row),
    }


def again(model: type[Model], pks: Iterable[Any]) -> list[EntryRow]:
    """The lines of these rows, read anew: after an undo, or after a change of many."""
    make: dict[type[Model], Callable[[Any], EntryRow]] = {
        Order: order_row, Invoice: invoice_row, Payment: payment_row, PaymentPromise: promise_row,
    }  # fmt: skip
    found: list[EntryRow] = []
    ids = list(pks)
    for start in range(0, len(ids), SEVERAL):
        rows = model._default_manager.filter(pk__in=ids[start : start + SEVERAL])
        rows = rows.select_related("invoice") if model is PaymentPromise else rows
        found += [make[model](row) for row in rows]
    return found
