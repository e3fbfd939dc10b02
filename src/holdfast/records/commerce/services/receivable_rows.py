"""What callers hand in about invoices, payments and promises, and how it becomes unsaved rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict

from django.conf import settings

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import METHODS, Invoice, Order, Payment, PaymentPromise
from holdfast.records.customers.models import Customer

DAY_RATE = Decimal("0.00000001")


class InvoiceRow(TypedDict, total=False):
    """number, customer (or customer_id), issued_on, due_on and amount_minor required.

    `amount_minor` with tax in the company's minor units; a credit note's counts down, however it was written.
    """

    number: str
    customer: Customer
    customer_id: int
    issued_on: date
    due_on: date
    amount_minor: int
    kind: str
    order: Order | None
    currency: str
    rate: Decimal
    disputed_on: date | None
    dispute_lost: bool | None
    written_off_on: date | None
    note: str


class PaymentRow(TypedDict, total=False):
    """customer (or customer_id), received_on and amount_minor required.

    `allocations`: (invoice, minor units) each; empty = keep it as credit; not given = oldest due first. A negative
    amount is a bounce or refund of `reverses`, or of the customer's latest payment that is big enough.
    """

    customer: Customer
    customer_id: int
    received_on: date
    amount_minor: int
    method: str
    reference: str
    note: str
    reverses: Payment | None
    allocations: Sequence[tuple[Invoice, int]] | None


class PromiseRow(TypedDict, total=False):
    """invoice, promised_on and amount_minor required; made_on: today, or the promised day if that is earlier."""

    invoice: Invoice
    promised_on: date
    amount_minor: int
    made_on: date
    note: str


FIELD_OF = {
    "no_invoice_number": "number", "invoice_number_taken": "number", "no_issue_day": "issued_on", "no_due_day": "due_on",
    "due_early": "due_on", "no_amount": "amount", "amount_too_large": "amount", "negative_invoice": "amount",
    "bad_rate": "rate", "no_received_day": "received_on", "unknown_method": "method", "no_promised_day": "promised_on",
    "promised_early": "promised_on", "not_positive": "amount", "lost_without_dispute": "disputed_on",
}  # fmt: skip


def refuse_money(problem: str | None, *, name: str = "") -> None:
    """Raise the refusal of a problem code, naming the invoice or payment."""
    if problem is not None:
        sentence = str(rules.MONEY_PROBLEMS[problem])
        raise Refusal(f"{name}: {sentence}" if name else sentence, FIELD_OF.get(problem))


def customer_id_of(row: Mapping[str, Any]) -> int:
    return row["customer"].pk if row.get("customer") is not None else row["customer_id"]


def built_invoice(row: Mapping[str, Any]) -> Invoice:
    """An unsaved invoice, checked, all of it open."""
    refuse_money(rules.invoice_problem(row), name=row.get("number") or "")
    kind = row.get("kind") or "invoice"
    amount = -abs(row["amount_minor"]) if kind == "credit_note" else row["amount_minor"]
    return Invoice(
        number=row["number"].strip(),
        kind=kind,
        customer_id=customer_id_of(row),
        order=row.get("order"),
        issued_on=row["issued_on"],
        due_on=row["due_on"],
        currency=row.get("currency") or settings.CURRENCY,
        rate=Decimal(row.get("rate") or 1).quantize(DAY_RATE, ROUND_HALF_UP),
        amount_minor=amount,
        open_minor=amount,
        disputed_on=row.get("disputed_on"),
        dispute_lost=row.get("dispute_lost"),
        written_off_on=row.get("written_off_on"),
        note=row.get("note") or "",
    )


def built_payment(row: Mapping[str, Any]) -> Payment:
    """An unsaved payment, checked; nothing of it allocated yet."""
    refuse_money(rules.payment_problem(row, METHODS), name=row.get("reference") or "")
    return Payment(
        customer_id=customer_id_of(row),
        received_on=row["received_on"],
        amount_minor=row["amount_minor"],
        open_minor=max(row["amount_minor"], 0),
        method=row.get("method") or "bank",
        reference=row.get("reference") or "",
        note=row.get("note") or "",
        reverses=row.get("reverses"),
    )


def built_promise(row: Mapping[str, Any], *, by: User | None) -> PaymentPromise:
    """An unsaved promise, checked by itself."""
    invoice, promised = row["invoice"], row.get("promised_on")
    values = {**row, "made_on": row.get("made_on") or min(today(), promised or today())}
    refuse_money(rules.promise_problem(values), name=invoice.number)
    return PaymentPromise(
        invoice=invoice,
        made_on=values["made_on"],
        promised_on=row["promised_on"],
        amount_minor=row["amount_minor"],
        made_by=by,
        note=row.get("note") or "",
    )
