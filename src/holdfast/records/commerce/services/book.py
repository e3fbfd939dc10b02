"""The accounts of some customers while they change: locked, changed in memory, written once, journalled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.formats import money as money_text
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce.models import Allocation, Invoice, Payment
from holdfast.records.commerce.services import judging
from holdfast.records.customers.models import Customer
from holdfast.records.customers.services.inserting import update_rows

SEVERAL = 400  # parameters of one query
Source = Payment | Invoice
MONEY_COLUMNS = ("open_minor", "paid_on", "updated_at")
Entry = tuple[Any, dict[str, Any] | None, dict[str, Any] | None, str]


def parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), SEVERAL):
        yield wanted[start : start + SEVERAL]


def subject_of(row: Source) -> str:
    """Money belongs to its customer's history."""
    return f"customers.customer:{row.customer_id}"


class Book:
    """One transaction over the money of some customers. Open it inside `transaction.atomic`, `write` it at the end.

    The customers' rows are locked first, in one order, so that two people who allocate at once wait for each other.
    """

    def __init__(self, customer_ids: Iterable[int]) -> None:
        self.customer_ids = sorted(set(customer_ids))
        for some in parts(self.customer_ids):
            list(Customer.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk").values_list("pk"))
        self.invoices: dict[int, Invoice] = {}
        self.payments: dict[int, Payment] = {}
        self.before: dict[Source, dict[str, Any]] = {}
        self.new_payments: list[Payment] = []
        self.allocations: dict[tuple[Source, int], Allocation] = {}
        self.allocated_before: dict[Allocation, dict[str, Any]] = {}
        self.added: list[Allocation] = []
        self.gone: dict[Allocation, None] = {}
        self.columns: set[str] = set()  # of invoices, what changes beside the money

    # --- reading, after the lock ---
    def load_invoices(self, ids: Iterable[int]) -> None:
        for some in parts(pk for pk in ids if pk not in self.invoices):
            self.invoices.update(Invoice.objects.in_bulk(some))

    def load_payments(self, ids: Iterable[int]) -> None:
        for some in parts(pk for pk in ids if pk not in self.payments):
            self.payments.update(Payment.objects.in_bulk(some))

    def load_open(self, customer_ids: Iterable[int]) -> dict[int, list[Invoice]]:
        """The open invoices of these customers, oldest due first, as they stand in this book."""
        found: dict[int, list[Invoice]] = defaultdict(list)
        for some in parts(customer_ids):
            for invoice in Invoice.objects.open().filter(customer__in=some).order_by("due_on", "pk"):
                found[invoice.customer_id].append(self.invoices.setdefault(invoice.pk, invoice))
        return found

    def load_allocations(self, **which: Any) -> list[Allocation]:
        """Allocations by `payment__in`, `credit__in` or `invoice__in`, newest first, with their rows in this book."""
        ((name, keys),) = which.items()
        found: list[Allocation] = []
        for some in parts(keys):
            found += Allocation.objects.filter(**{name: some}).order_by("-pk")
        self.load_invoices(one.invoice_id for one in found)
        self.load_invoices(one.credit_id for one in found if one.credit_id)
        self.load_payments(one.payment_id for one in found if one.payment_id)
        return [self.allocations.setdefault((self.source_of(one), one.invoice_id), one) for one in found]

    def source_of(self, allocation: Allocation) -> Source:
        if allocation.payment_id is not None:
            return self.payments[allocation.payment_id]
        return self.invoices[allocation.credit_id]  # type: ignore[index]

    # --- changing ---
    def touch(self, row: Source) -> None:
        """Remember a row as it was before its first change; new rows have nothing before them."""
        if row.pk is not None and row not in self.before:
            self.before[row] = audit.snapshot(row)

    def settle(self, source: Source, invoice: Invoice, minor: int) -> None:
        """Let so much of a payment or credit note settle an invoice. Refuses more than either side has open."""
        _check(source, invoice, minor)
        self.touch(source)
        self.touch(invoice)
        source.open_minor -= minor if isinstance(source, Payment) else -minor
        invoice.open_minor -= minor
        known = self.allocations.get((source, invoice.pk)) if source.pk is not None else None
        if known is not None and known not in self.gone:
            self.allocated_before.setdefault(known, audit.snapshot(known))
            known.amount_minor += minor
        else:
            self.added.append(_allocation(source, invoice, minor))

    def release(self, allocation: Allocation, minor: int | None = None) -> int:
        """Take an allocation back, whole or so much of it; how much came free."""
        source, invoice = self.source_of(allocation), self.invoices[allocation.invoice_id]
        self.touch(source)
        self.touch(invoice)
        free = allocation.amount_minor if minor is None else min(minor, allocation.amount_minor)
        source.open_minor += free if isinstance(source, Payment) else -free
        invoice.open_minor += free
        self.allocated_before.setdefault(allocation, audit.snapshot(allocation))
        allocation.amount_minor -= free
        if not allocation.amount_minor:
            self.gone[allocation] = None
        return free

    # --- writing ---
    def write(self, *, by: User | None, verb: str, batch: Batch | None = None) -> None:
        """All changes at once; journalled so that an undo, newest first, meets allocations before what they settle."""
        invoices = [row for row in self.before if isinstance(row, Invoice)]
        payments = [row for row in self.before if isinstance(row, Payment)]
        Payment.objects.bulk_create(self.new_payments)
        altered = [one for one in self.allocated_before if one not in self.gone]
        self._write_allocations(altered)
        _set_paid_on(invoices)
        now = timezone.now()
        for row in (*invoices, *payments, *altered):
            row.updated_at = now
        update_rows(invoices, {*MONEY_COLUMNS, *self.columns})
        update_rows(payments, ("open_minor", "updated_at"))
        judging.judge([row.pk for row in invoices])
        self._journal([*invoices, *payments], altered, by=by, verb=verb, batch=batch)

    def _write_allocations(self, altered: Sequence[Allocation]) -> None:
        for one in self.added:
            one.payment = one.payment  # takes over the key that a new payment has by now
        for some in parts(one.pk for one in self.gone):
            Allocation.objects.filter(pk__in=some).delete()
        update_rows(altered, ["amount_minor"])
        Allocation.objects.bulk_create(self.added)

    def _journal(
        self, rows: Sequence[Source], altered: Sequence[Allocation], *, by: User | None, verb: str, batch: Batch | None
    ) -> None:
        came = defaultdict(list)
        for one in self.added:
            came[one.payment].append({"invoice_id": one.invoice_id, "amount_minor": one.amount_minor})
        changes = [(row, old, audit.snapshot(row), subject_of(row)) for row in rows if (old := self.before[row])]
        entries: list[Entry] = [entry for entry in changes if _differ(entry[1], entry[2])]
        entries += [
            (row, None, {**audit.snapshot(row), "allocations": came[row]}, subject_of(row)) for row in self.new_payments
        ]
        new = set(self.new_payments)
        entries += [
            (one, None, audit.snapshot(one), self._subject(one)) for one in self.added if one.payment not in new
        ]
        entries += [(one, self.allocated_before[one], audit.snapshot(one), self._subject(one)) for one in altered]
        entries += [(one, self.allocated_before[one], None, self._subject(one)) for one in self.gone if one.pk]
        audit.record_many(entries, actor=by, verb=verb, batch=batch)

    def _subject(self, allocation: Allocation) -> str:
        return f"customers.customer:{self.invoices[allocation.invoice_id].customer_id}"


def _differ(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    old, new = {**(before or {})}, {**(after or {})}
    return {**old, "updated_at": None} != {**new, "updated_at": None}


def _allocation(source: Source, invoice: Invoice, minor: int) -> Allocation:
    if isinstance(source, Payment):
        return Allocation(payment=source, invoice=invoice, amount_minor=minor)
    return Allocation(credit=source, invoice=invoice, amount_minor=minor)


def _check(source: Source, invoice: Invoice, minor: int) -> None:
    words = {
        "invoice": invoice.number,
        "open": money_text(invoice.open_minor),
        "left": money_text(abs(source.open_minor)),
    }
    if minor <= 0:
        raise Refusal(_("核销到发票 %(invoice)s 的金额应大于零，请检查后再试。") % words, "amount")
    if invoice.is_credit or invoice.voided_at:
        raise Refusal(_("%(invoice)s 不能再核销：它是红字发票，或已作废。请选一张有效的发票。") % words, "invoice")
    if source.customer_id != invoice.customer_id:
        raise Refusal(_("发票 %(invoice)s 是另一位客户的，不能用这笔款核销。请核对发票号。") % words, "invoice")
    if source.voided_at:
        raise Refusal(_("这笔款已作废，不能再核销。"), "amount")
    if minor > invoice.open_minor:
        raise Refusal(_("发票 %(invoice)s 只剩 %(open)s 未收，请减少核销金额。") % words, "amount")
    if minor > abs(source.open_minor):
        raise Refusal(_("这笔款只剩 %(left)s 未核销，请减少核销金额。") % words, "amount")


def _set_paid_on(invoices: Collection[Invoice]) -> None:
    """The day the last money or credit note of a settled invoice came; none for an open one and for credit notes."""
    days: dict[int, date] = {}
    for some in parts(row.pk for row in invoices if row.open_minor == 0 and not row.is_credit):
        found = Allocation.objects.filter(invoice__in=some).order_by().values_list("invoice")
        days.update(found.annotate(day=Max(Coalesce("payment__received_on", "credit__issued_on"))))
    for row in invoices:
        row.paid_on = days.get(row.pk) if row.open_minor == 0 else None
