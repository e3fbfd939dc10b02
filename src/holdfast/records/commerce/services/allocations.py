"""Which payment, or credit note, settles which invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Invoice, Payment
from holdfast.records.commerce.services.book import Book, Source, parts

Pairs = Sequence[tuple[Invoice, int]]


@transaction.atomic
def allocate(source: Source, *, by: User | None, pairs: Pairs | None = None, batch: Batch | None = None) -> int:
    """Let a payment's credit, or a credit note, settle invoices: the given (invoice, minor units), else oldest due first.

    How much was settled. Errors: Refusal when a side has less open, the invoice is another customer's, or nothing fits.
    """
    book = Book([source.customer_id])
    fresh = fresh_source(book, source)
    book.load_allocations(**{_column(fresh): [fresh.pk]})
    left = abs(fresh.open_minor)
    for invoice, minor in _wanted(book, fresh, pairs):
        book.settle(fresh, invoice, minor)
    settled = left - abs(fresh.open_minor)
    if not settled:
        raise Refusal(_("没有可核销的：这笔款已用完，或客户没有未收的发票。"), "amount")
    book.write(by=by, verb="allocate", batch=batch)
    source.open_minor = fresh.open_minor
    return settled


def _wanted(book: Book, source: Source, pairs: Pairs | None) -> list[tuple[Invoice, int]]:
    if pairs is None:
        owed = book.load_open([source.customer_id])[source.customer_id] if not source.voided_at else []
        return rules.spread(abs(source.open_minor), [(invoice, invoice.open_minor) for invoice in owed])
    book.load_invoices(invoice.pk for invoice, _minor in pairs)
    return [(book.invoices[invoice.pk], minor) for invoice, minor in pairs]


@transaction.atomic
def unallocate(source: Source, *, by: User | None, invoice: Invoice | None = None, batch: Batch | None = None) -> int:
    """Take a payment's (or credit note's) allocations back, all or those to one invoice; how much came free."""
    book = Book([source.customer_id])
    fresh = fresh_source(book, source)
    found = book.load_allocations(**{_column(fresh): [fresh.pk]})
    free = sum(book.release(one) for one in found if invoice is None or one.invoice_id == invoice.pk)
    if not free:
        raise Refusal(_("这笔款没有核销到这里，无需取消。"), "amount")
    book.write(by=by, verb="unallocate", batch=batch)
    source.open_minor = fresh.open_minor
    return free


@transaction.atomic
def allocate_credit(customer_ids: Iterable[int], *, by: User | None, batch: Batch | None = None) -> int:
    """Settle the open invoices of these customers with all the credit they have: payments first, oldest first."""
    book = Book(customer_ids)
    credit = _credit_of(book)
    owed = book.load_open(credit)
    settled = 0
    for customer_id, sources in credit.items():
        for source in sources:
            open_ones = [(invoice, invoice.open_minor) for invoice in owed[customer_id]]
            for invoice, minor in rules.spread(abs(source.open_minor), open_ones):
                book.settle(source, invoice, minor)
                settled += minor
    book.write(by=by, verb="allocate", batch=batch)
    return settled


def _credit_of(book: Book) -> dict[int, list[Source]]:
    """Payments, then credit notes, with something left, by customer; each one's allocations are known to the book."""
    found: dict[int, list[Source]] = defaultdict(list)
    for some in parts(book.customer_ids):
        for payment in Payment.objects.filter(customer__in=some, open_minor__gt=0, voided_at=None).order_by(
            "received_on", "pk"
        ):
            found[payment.customer_id].append(book.payments.setdefault(payment.pk, payment))
        for note in Invoice.objects.filter(customer__in=some, open_minor__lt=0, voided_at=None).order_by(
            "issued_on", "pk"
        ):
            found[note.customer_id].append(book.invoices.setdefault(note.pk, note))
    sources = [source for some_sources in found.values() for source in some_sources]
    book.load_allocations(payment__in=[source.pk for source in sources if isinstance(source, Payment)])
    book.load_allocations(credit__in=[source.pk for source in sources if isinstance(source, Invoice)])
    return found


def fresh_source(book: Book, source: Source) -> Source:
    """The payment or credit note as it stands now that the customer is locked."""
    if isinstance(source, Payment):
        book.load_payments([source.pk])
        return book.payments[source.pk]
    book.load_invoices([source.pk])
    return book.invoices[source.pk]


def _column(source: Source) -> str:
    return "payment__in" if isinstance(source, Payment) else "credit__in"
