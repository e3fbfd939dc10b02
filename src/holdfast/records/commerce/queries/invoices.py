"""Single invoices and payments, a customer's, and those that files name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.commerce.models import Allocation, Invoice, Payment, PaymentPromise
from holdfast.records.customers.models import Customer

SEVERAL = 400


def visible_invoices(viewer: User) -> QuerySet[Invoice]:
    return Invoice.objects.visible_to(viewer).select_related("customer__owner", "order")


def visible_payments(viewer: User) -> QuerySet[Payment]:
    return Payment.objects.visible_to(viewer).select_related("customer__owner")


def invoices_of(customer: Customer) -> QuerySet[Invoice]:
    """A customer's standing invoices and credit notes, newest first."""
    return Invoice.objects.filter(customer=customer, voided_at=None).order_by("-issued_on", "-pk")


def open_of(customer: Customer) -> QuerySet[Invoice]:
    """A customer's open invoices, oldest due first."""
    return Invoice.objects.open().filter(customer=customer).order_by("due_on", "pk")


def payments_of(customer: Customer) -> QuerySet[Payment]:
    return Payment.objects.filter(customer=customer).order_by("-received_on", "-pk")


def allocations_of(row: Invoice | Payment) -> QuerySet[Allocation]:
    """What settles an invoice, or what a payment or credit note settles; oldest first."""
    if isinstance(row, Payment):
        found = Allocation.objects.filter(payment=row)
    else:
        found = Allocation.objects.filter(credit=row) if row.is_credit else Allocation.objects.filter(invoice=row)
    return found.select_related("payment", "credit", "invoice").order_by("pk")


def promises_of(invoice: Invoice) -> QuerySet[PaymentPromise]:
    """An invoice's promises to pay, the latest first."""
    return invoice.promises.select_related("made_by").order_by("-promised_on", "-pk")


def invoices_by_number(numbers: Iterable[str]) -> dict[str, Invoice]:
    """Invoices by number, voided ones too; for writers, so without a viewer."""
    found: dict[str, Invoice] = {}
    wanted = list(dict.fromkeys(numbers))
    for start in range(0, len(wanted), SEVERAL):
        some = Invoice.objects.filter(number__in=wanted[start : start + SEVERAL])
        found.update({invoice.number: invoice for invoice in some})
    return found


def next_invoice_number(day: date, kind: str = "invoice") -> str:
    """A free number of that day: FP20261122-001, credit notes HZ20261122-001."""
    start = f"{'HZ' if kind == 'credit_note' else 'FP'}{day:%Y%m%d}-"
    used = Invoice.objects.filter(number__startswith=start).values_list("number", flat=True)
    last = max((int(tail) for number in used if (tail := number.removeprefix(start)).isdecimal()), default=0)
    return f"{start}{last + 1:03d}"
