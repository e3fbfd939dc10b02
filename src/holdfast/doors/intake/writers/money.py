"""Invoices and payments of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q

from holdfast.common.money import to_minor
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.writers.owned import OwnedWriter
from holdfast.records.commerce import rules
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import METHODS, Invoice, Order, Payment
from holdfast.records.commerce.queries import invoices_by_number, orders_by_number

INVOICE_FIELDS = (
    "number", "issued_on", "due_on", "kind", "currency", "rate", "disputed_on", "dispute_lost", "written_off_on", "note",
)  # fmt: skip
FIELD_OF = {
    "due_early": "due_on", "no_amount": "amount", "amount_too_large": "amount", "negative_invoice": "amount",
    "bad_rate": "rate", "lost_without_dispute": "disputed_on", "no_invoice_number": "number",
}  # fmt: skip
_BETWEEN = re.compile(r"[,，、;；|\s]+")


class InvoiceWriter(OwnedWriter):
    what = "invoices"

    def decide(self, items: Sequence[Item]) -> None:
        known = invoices_by_number(item.fields["number"] for item in items)
        orders = orders_by_number({item.fields["order"] for item in items if "order" in item.fields})
        seen = self.visible({invoice.customer_id for invoice in known.values()})
        for item in items:
            self._decide(item, known.get(item.fields["number"]), orders, seen)

    def _decide(self, item: Item, invoice: Invoice | None, orders: Mapping[str, Order], seen: set[int]) -> None:
        if item.fields.get("currency", settings.CURRENCY) != settings.CURRENCY and "rate" not in item.fields:
            item.reject("currency", "rate_missing", text=item.fields["currency"])
            return
        row = _invoice_row(item)
        if problem := rules.invoice_problem(row):
            item.reject(FIELD_OF.get(problem, ""), problem)
            return
        item.changes = {"row": row, "invoice": invoice}
        self._link(item, orders)
        if invoice is None:
            item.settle("new")
        elif invoice.customer_id not in seen:
            item.reject("number", "number_hidden")
        else:
            self._known(item, invoice, row)

    def _known(self, item: Item, invoice: Invoice, row: Mapping[str, Any]) -> None:
        if invoice.voided_at:
            item.note("number", "voided")
            item.settle("skip")
        elif not _differs(item, invoice, row):
            item.note("number", "identical")
            item.settle("skip")
        elif self.options["on_duplicate"] == "skip":
            item.note("number", "exists", text=invoice.number, on="code")
            item.settle("skip")
        else:
            item.settle("update")

    def _link(self, item: Item, orders: Mapping[str, Order]) -> None:
        """Its order, if that stands and is this customer's; else the invoice stands alone."""
        order = orders.get(item.fields.get("order", ""))
        if (
            order is not None
            and item.target is not None
            and order.customer_id == item.target.pk
            and not order.voided_at
        ):
            item.changes["row"]["order"] = order
        elif "order" in item.fields:
            item.warn("order", "lost_order", text=item.fields["order"])

    def add(self, items: Sequence[Item]) -> int:
        rows: Any = [{**item.changes["row"], "customer": item.target} for item in items]
        return len(commerce.add_invoices(rows, by=self.by, batch=self.batch))

    def change(self, items: Sequence[Item]) -> int:
        pairs = [(item.changes["invoice"], {**item.changes["row"], "customer": item.target}) for item in items]
        return len(commerce.change_invoices(pairs, by=self.by, batch=self.batch))


def _invoice_row(item: Item) -> dict[str, Any]:
    """The amount is kept in the company's currency, whatever the invoice is written in."""
    row = {name: item.fields[name] for name in INVOICE_FIELDS if name in item.fields}
    amount = item.fields["amount"] * item.fields.get("rate", Decimal(1))
    minor = to_minor(amount, settings.CURRENCY)
    return {**row, "amount_minor": -abs(minor) if row.get("kind") == "credit_note" else minor}


def _differs(item: Item, invoice: Invoice, row: Mapping[str, Any]) -> bool:
    if item.target is None or item.target.pk != invoice.customer_id:
        return True
    return any(getattr(invoice, name) != value for name, value in row.items())


class PaymentWriter(OwnedWriter):
    what = "payments"

    def look_up(self, items: Sequence[Item]) -> None:
        """A payment that names its invoices needs no other customer."""
        live = [item for item in items if item.is_open]
        self._invoices = invoices_by_number(number for item in live for number in _numbers(item))
        self._seen = self.visible({invoice.customer_id for invoice in self._invoices.values()})
        for item in live:
            self._check_invoices(item)
        named = [item for item in live if item.is_open and not _has_customer(item)]
        rest = [item for item in live if item.is_open and _has_customer(item)]
        for item in named:
            item.target = self._invoices[_numbers(item)[0]].customer
        self._find_customers(rest)
        self.decide([item for item in live if item.is_open])

    def _check_invoices(self, item: Item) -> None:
        for number in _numbers(item):
            invoice = self._invoices.get(number)
            if invoice is None or invoice.customer_id not in self._seen or invoice.voided_at:
                item.reject("invoice", "unknown_invoice", text=number[:60])
                return

    def decide(self, items: Sequence[Item]) -> None:
        known = self._on_file(items)
        for item in items:
            problem = rules.payment_problem(_payment_row(item), METHODS)
            other = next((n for n in _numbers(item) if not _is_of(self._invoices[n], item)), None)
            if problem:
                item.reject("amount" if "amount" in problem else "received_on", problem)
            elif other:
                item.reject("invoice", "other_invoice", text=other[:60])
            elif self.options["on_duplicate"] == "create" or item.target is None:
                item.settle("new")
            else:
                self._compare(item, known)

    def _on_file(self, items: Sequence[Item]) -> PaymentsOnFile:
        """Payments that stand and that these rows may be about; not those of this very file."""
        found = Payment.objects.filter(
            Q(received_on__in={item.fields["received_on"] for item in items})
            | Q(reference__in={item.fields["reference"] for item in items if "reference" in item.fields}),
            customer__in={item.target.pk for item in items if item.target}, voided_at=None,
        ).order_by("pk")  # fmt: skip
        payments = list(found)
        ours = self.ours("commerce.payment", {payment.pk for payment in payments})
        return PaymentsOnFile([payment for payment in payments if payment.pk not in ours])

    def _compare(self, item: Item, known: PaymentsOnFile) -> None:
        row = _payment_row(item)
        payment = known.match(item, row)
        said = str(row.get("reference", ""))[:60]
        if payment is None:
            if known.has_reference(item, row):
                item.warn("reference", "reference_again", text=said)
            item.settle("new")
        elif not said or not any(getattr(payment, name) != value for name, value in row.items()):
            item.note("amount", "on_file")
            item.settle("skip")
        elif self.options["on_duplicate"] == "skip":
            item.note("reference", "reference_on_file", text=said)
            item.settle("skip")
        elif payment.amount_minor != row["amount_minor"]:
            item.reject("amount", "amount_fixed", text=said)
        else:
            item.changes = {"payment": payment, "row": row}
            item.settle("update")

    def change(self, items: Sequence[Item]) -> int:
        """Day, method and note by the reference; what they settle stays."""
        for item in items:
            row = {name: value for name, value in item.changes["row"].items() if name != "amount_minor"}
            commerce.change_payment(item.changes["payment"], by=self.by, batch=self.batch, **row)
        return len(items)

    def add(self, items: Sequence[Item]) -> int:
        """Named invoices are settled in the order written, each up to what is open; the rest stays as credit."""
        fresh = invoices_by_number(number for item in items for number in _numbers(item))
        left = {number: max(invoice.open_minor, 0) for number, invoice in fresh.items()}
        rows: Any = []
        for item in items:
            row = {**_payment_row(item), "customer": item.target}
            if (numbers := _numbers(item)) and row["amount_minor"] > 0:
                spread = rules.spread(row["amount_minor"], [(number, left[number]) for number in numbers])
                row["allocations"] = [(fresh[number], minor) for number, minor in spread]
                for number, minor in spread:
                    left[number] -= minor
            rows.append(row)
        return len(commerce.add_payments(rows, by=self.by, batch=self.batch))


def _numbers(item: Item) -> list[str]:
    return [part for part in dict.fromkeys(_BETWEEN.split(item.fields.get("invoice", ""))) if part]


def _has_customer(item: Item) -> bool:
    return any(name.startswith("customer_") for name in item.fields) or not _numbers(item)


def _is_of(invoice: Invoice, item: Item) -> bool:
    return item.target is not None and invoice.customer_id == item.target.pk


def _payment_row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: item.fields[name] for name in ("received_on", "method", "reference", "note") if name in item.fields
    }
    return {**row, "amount_minor": to_minor(item.fields["amount"], settings.CURRENCY)}


class PaymentsOnFile:
    """Finds the payment that a row tells: by customer, day, amount and reference, else by reference and one of both."""

    def __init__(self, payments: Iterable[Payment]) -> None:
        self._same: dict[tuple[Any, ...], list[Payment]] = {}
        self._named: dict[tuple[Any, ...], list[Payment]] = {}
        for one in payments:
            key = one.customer_id, one.received_on, one.amount_minor, one.reference
            self._same.setdefault(key, []).append(one)
            if one.reference:
                self._named.setdefault((one.customer_id, one.reference), []).append(one)

    def match(self, item: Item, row: Mapping[str, Any]) -> Payment | None:
        """Rows without a reference are counted: the second of its like is on file only if two are."""
        reference, day, minor = row.get("reference", ""), row["received_on"], row["amount_minor"]
        same = self._same.get((item.target.pk, day, minor, reference), [])
        if same:
            return same[0] if len(same) >= item.fields.get("twin", 1) else None
        named = self._named.get((item.target.pk, reference), [])
        near = [one for one in named if day == one.received_on or minor == one.amount_minor]
        return near[0] if len(near) == 1 and near[0].amount_minor * minor > 0 else None

    def has_reference(self, item: Item, row: Mapping[str, Any]) -> bool:
        return (item.target.pk, row.get("reference", "")) in self._named
