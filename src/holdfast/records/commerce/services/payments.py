"""Money that came in, bounced or went back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import METHODS, Invoice, Payment
from holdfast.records.commerce.services import telling
from holdfast.records.commerce.services.allocations import fresh_source
from holdfast.records.commerce.services.book import Book, parts
from holdfast.records.commerce.services.receivable_rows import PaymentRow, built_payment, refuse_money
from holdfast.records.customers.models import Customer

CHANGEABLE = ("received_on", "method", "reference", "note")


def add_payment(
    customer: Customer, *, received_on: date, amount_minor: int, by: User | None,
    allocations: Sequence[tuple[Invoice, int]] | None = None, batch: Batch | None = None, **fields: Any,
) -> Payment:  # fmt: skip
    """One payment; further fields as in PaymentRow. Without `allocations` it settles the oldest due invoices."""
    row: PaymentRow = {
        "customer": customer, "received_on": received_on, "amount_minor": amount_minor, "allocations": allocations,
        **fields,  # type: ignore[typeddict-item]
    }  # fmt: skip
    return add_payments([row], by=by, batch=batch)[0]


@transaction.atomic
def add_payments(rows: Iterable[PaymentRow], *, by: User | None, batch: Batch | None = None) -> list[Payment]:
    """Many payments in one transaction; all or none. In the order of `rows`; bounces after what they may take back.

    Errors: Refusal on the first row that may not stand.
    """
    given: list[Mapping[str, Any]] = list(rows)
    payments = [built_payment(row) for row in given]
    book = Book(payment.customer_id for payment in payments)
    received = [(one, row) for one, row in zip(payments, given, strict=True) if one.amount_minor > 0]
    _settle_given(book, received)
    _settle_oldest(book, [one for one, row in received if row.get("allocations") is None])
    book.new_payments = [one for one, _row in received]
    book.write(by=by, verb="add", batch=batch)
    taken_back = [one for one in payments if one.amount_minor < 0]
    if taken_back:
        _take_back(taken_back, by=by, batch=batch)
    telling.tell_payments(payments)
    return payments


def _settle_given(book: Book, received: Sequence[tuple[Payment, Mapping[str, Any]]]) -> None:
    wanted = [(one, invoice, minor) for one, row in received for invoice, minor in row.get("allocations") or ()]
    book.load_invoices(invoice.pk for _one, invoice, _minor in wanted)
    for one, invoice, minor in wanted:
        book.settle(one, book.invoices[invoice.pk], minor)


def _settle_oldest(book: Book, payments: Sequence[Payment]) -> None:
    owed = book.load_open(payment.customer_id for payment in payments)
    for payment in payments:
        invoices = [(invoice, invoice.open_minor) for invoice in owed[payment.customer_id]]
        for invoice, minor in rules.spread(payment.amount_minor, invoices):
            book.settle(payment, invoice, minor)


def _take_back(payments: Sequence[Payment], *, by: User | None, batch: Batch | None) -> None:
    """Bounces and refunds: credit first, then the newest allocations come free, and the invoices are open again."""
    book = Book(payment.customer_id for payment in payments)
    originals = _originals(book, payments)
    found = book.load_allocations(payment__in=[one.pk for one in originals])
    for payment, original in zip(payments, originals, strict=True):
        payment.reverses = original
        if payment.received_on < original.received_on:
            raise Refusal(_("退票或退款日早于原来的到账日，请检查日期。"), "received_on")
        missing = -payment.amount_minor - original.open_minor
        for allocation in found:
            if missing > 0 and allocation.payment_id == original.pk and allocation not in book.gone:
                missing -= book.release(allocation, missing)
        if missing > 0:
            raise Refusal(_("退回的金额超过了原来那笔回款还剩下的，请核对金额。"), "amount")
        book.touch(original)
        original.open_minor += payment.amount_minor
    book.new_payments = list(payments)
    book.write(by=by, verb="add", batch=batch)


def _originals(book: Book, payments: Sequence[Payment]) -> list[Payment]:
    """What each bounce takes back: the payment it names, else the customer's latest one that is still big enough."""
    book.load_payments(one.reverses_id for one in payments if one.reverses_id)
    left = _left(book, payments)
    found = []
    for payment in payments:
        named = book.payments[payment.reverses_id] if payment.reverses_id else None
        original = named or _latest(book, payment, left)
        if original is None:
            raise Refusal(_("没有找到可以退回的那笔回款：金额超过了客户任何一笔回款，请核对客户和金额。"), "amount")
        if original.customer_id != payment.customer_id or original.is_reversal or original.voided_at:
            raise Refusal(_("只能退回同一客户的一笔有效回款，请重新选择。"), "reverses")
        left[original.pk] = left.get(original.pk, original.amount_minor) + payment.amount_minor
        found.append(original)
    return found


def _left(book: Book, payments: Sequence[Payment]) -> dict[int, int]:
    """Of every standing payment of the customers what no bounce has taken back yet."""
    left: dict[int, int] = {}
    for some in parts(one.customer_id for one in payments if not one.reverses_id):
        standing = Payment.objects.filter(customer__in=some, voided_at=None)
        for one in standing.filter(amount_minor__gt=0).order_by("-received_on", "-pk"):
            left[book.payments.setdefault(one.pk, one).pk] = one.amount_minor
        for pk, minor in standing.filter(amount_minor__lt=0).values_list("reverses_id", "amount_minor"):
            left[pk or 0] += minor
    return left


def _latest(book: Book, payment: Payment, left: Mapping[int, int]) -> Payment | None:
    fitting = (
        one
        for pk, minor in left.items()
        if (one := book.payments[pk]).customer_id == payment.customer_id
        and minor >= -payment.amount_minor
        and one.received_on <= payment.received_on
    )
    return next(fitting, None)


@transaction.atomic
def change_payment(payment: Payment, *, by: User | None, batch: Batch | None = None, **fields: Any) -> Payment:
    """Change day, method, reference or note. The amount stays: void the payment and record it anew."""
    book = Book([payment.customer_id])
    fresh = _standing(book, payment)
    book.touch(fresh)
    for name in CHANGEABLE:
        if name in fields:
            setattr(fresh, name, fields[name])
            setattr(payment, name, fields[name])
    row = {name: getattr(fresh, name) for name in (*CHANGEABLE, "amount_minor")}
    refuse_money(rules.payment_problem(row, METHODS))
    for allocation in book.load_allocations(payment__in=[fresh.pk]):
        book.touch(book.invoices[allocation.invoice_id])
    _save_first(book, CHANGEABLE)
    book.write(by=by, verb="change", batch=batch)
    telling.tell_payments([fresh])
    return payment


def _save_first(book: Book, columns: Sequence[str]) -> None:
    """A payment's own columns, before the days on which invoices were paid are reckoned from them."""
    Payment.objects.bulk_update(list(book.payments.values()), columns)


@transaction.atomic
def void_payment(payment: Payment, *, by: User | None, batch: Batch | None = None) -> Payment:
    """Keep a payment on file and count it nowhere; what it settled is open again. Refused while a bounce hangs on it."""
    book = Book([payment.customer_id])
    fresh = _standing(book, payment)
    if not fresh.is_reversal and fresh.reversed_by.filter(voided_at=None).exists():
        raise Refusal(_("这笔回款有退票或退款关联，请先作废退票或退款，再作废回款。"))
    book.touch(fresh)
    for allocation in book.load_allocations(payment__in=[fresh.pk]):
        book.release(allocation)
    if fresh.reverses_id:
        book.load_payments([fresh.reverses_id])
        original = book.payments[fresh.reverses_id]
        book.touch(original)
        original.open_minor -= fresh.amount_minor
    fresh.voided_at = payment.voided_at = timezone.now()
    payment.open_minor = fresh.open_minor
    _save_first(book, ["voided_at"])
    book.write(by=by, verb="void", batch=batch)
    telling.tell_payments([fresh])
    return payment


def _standing(book: Book, payment: Payment) -> Payment:
    fresh = fresh_source(book, payment)
    if fresh.voided_at or not isinstance(fresh, Payment):
        raise Refusal(_("这笔回款已经作废，不能再改。如需更正，请另记一笔。"))
    return fresh
