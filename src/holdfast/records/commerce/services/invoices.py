"""Invoices and credit notes, one or many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Invoice
from holdfast.records.commerce.services import telling
from holdfast.records.commerce.services.book import Book, parts, subject_of
from holdfast.records.commerce.services.receivable_rows import InvoiceRow, built_invoice, refuse_money
from holdfast.records.customers.models import Customer

CHANGEABLE = (
    "number", "customer_id", "order_id", "issued_on", "due_on", "currency", "rate", "amount_minor", "disputed_on",
    "dispute_lost", "written_off_on", "note",
)  # fmt: skip


def add_invoice(
    customer: Customer, *, number: str, issued_on: date, due_on: date, amount_minor: int, by: User | None,
    batch: Batch | None = None, **fields: Any,
) -> Invoice:  # fmt: skip
    """One invoice or credit note; further fields as in InvoiceRow. Refusals name the field."""
    row: InvoiceRow = {
        "customer": customer, "number": number, "issued_on": issued_on, "due_on": due_on,
        "amount_minor": amount_minor, **fields,  # type: ignore[typeddict-item]
    }  # fmt: skip
    return add_invoices([row], by=by, batch=batch)[0]


@transaction.atomic
def add_invoices(rows: Iterable[InvoiceRow], *, by: User | None, batch: Batch | None = None) -> list[Invoice]:
    """Many invoices in one transaction; all or none. In the order of `rows`; nothing is settled by this.

    Errors: Refusal with the invoice's number on the first row that may not stand.
    """
    invoices = [built_invoice(row) for row in rows]
    _check_numbers([invoice.number for invoice in invoices])
    for invoice in invoices:
        _check_order(invoice)
    try:
        with transaction.atomic():
            Invoice.objects.bulk_create(invoices)
    except IntegrityError as error:
        raise Refusal(_("有人刚刚用了同样的发票号，请刷新后再试。"), "number") from error
    entries = [(invoice, None, audit.snapshot(invoice), subject_of(invoice)) for invoice in invoices]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    telling.tell_invoices(invoices)
    return invoices


def change_invoice(
    invoice: Invoice, *, by: User | None, batch: Batch | None = None, seen: datetime | None = None, **fields: Any
) -> Invoice:
    """Change an invoice. `seen`: its `updated_at` when the form was opened."""
    with transaction.atomic():
        if seen is not None and _now(invoice).updated_at != seen:
            raise Refusal(_("这张发票刚被别人改过，或收到了回款。您填写的内容还在下面，请打开原发票对照后再保存。"))
        change_invoices([(invoice, fields)], by=by, batch=batch)
    return invoice


@transaction.atomic
def change_invoices(
    pairs: Iterable[tuple[Invoice, Mapping[str, Any]]], *, by: User | None, batch: Batch | None = None,
    verb: str = "change",
) -> list[Invoice]:  # fmt: skip
    """Change many invoices in one transaction; gives back those that really differ. Fields as in InvoiceRow.

    What is settled stays settled: the amount may not fall below it, and the customer may not change while it stands.
    """
    given = [(invoice, _with_ids(fields)) for invoice, fields in pairs]
    book = Book(
        customer_id
        for invoice, fields in given
        for customer_id in (invoice.customer_id, fields.get("customer_id", invoice.customer_id))
    )
    book.load_invoices(invoice.pk for invoice, _fields in given)
    changed = [invoice for invoice, fields in given if _apply(book, book.invoices[invoice.pk], fields)]
    fresh = [book.invoices[invoice.pk] for invoice in changed]
    _check_numbers([row.number for row in fresh if book.before[row]["number"] != row.number])
    book.columns.update(CHANGEABLE)
    book.columns = {name.removesuffix("_id") for name in book.columns}
    book.write(by=by, verb=verb, batch=batch)
    telling.tell_invoices(fresh)
    for invoice in changed:
        invoice.__dict__.update(_columns(book.invoices[invoice.pk]))
    return changed


def _columns(invoice: Invoice) -> dict[str, Any]:
    return {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields}


def _with_ids(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(fields)
    for name in ("customer", "order"):
        if name in known:
            row = known.pop(name)
            known[f"{name}_id"] = None if row is None else row.pk
    return known


def _apply(book: Book, invoice: Invoice, fields: Mapping[str, Any]) -> bool:
    """Set what differs and check the whole; whether anything does."""
    if invoice.voided_at:
        raise Refusal(_("发票 %(number)s 已作废，不能再改；如需更正，请另开一张。") % {"number": invoice.number})
    wanted = {name: fields[name] for name in CHANGEABLE if name in fields and fields[name] != getattr(invoice, name)}
    if not wanted:
        return False
    book.touch(invoice)
    _check_settled(invoice, wanted)
    settled = invoice.settled_minor
    for name, value in wanted.items():
        setattr(invoice, name, value)
    invoice.open_minor = invoice.amount_minor - settled
    refuse_money(rules.invoice_problem({**_columns(invoice)}), name=invoice.number)
    _check_order(invoice)
    return True


def _check_settled(invoice: Invoice, wanted: Mapping[str, Any]) -> None:
    settled = invoice.settled_minor
    if "customer_id" in wanted and settled:
        raise Refusal(
            _("发票 %(number)s 已有回款核销，不能改客户；请先取消核销。") % {"number": invoice.number}, "customer"
        )
    amount = wanted.get("amount_minor", invoice.amount_minor)
    if abs(amount) < abs(settled) or (amount < 0) != invoice.is_credit:
        raise Refusal(
            _("发票 %(number)s 的金额不能小于已核销的部分；请先取消核销。") % {"number": invoice.number}, "amount"
        )


def _now(invoice: Invoice) -> Invoice:
    """The invoice as it stands now, its customer's money locked until the transaction ends."""
    book = Book([invoice.customer_id])
    book.load_invoices([invoice.pk])
    return book.invoices[invoice.pk]


@transaction.atomic
def void_invoice(invoice: Invoice, *, by: User | None, batch: Batch | None = None) -> Invoice:
    """Keep an invoice on file and count it nowhere; what settled it becomes credit again."""
    book = Book([invoice.customer_id])
    book.load_invoices([invoice.pk])
    fresh = book.invoices[invoice.pk]
    if fresh.voided_at:
        raise Refusal(_("发票 %(number)s 已经作废，不必再作废一次。") % {"number": fresh.number})
    book.touch(fresh)
    column = "credit__in" if fresh.is_credit else "invoice__in"
    for allocation in book.load_allocations(**{column: [fresh.pk]}):
        book.release(allocation)
    fresh.voided_at = timezone.now()
    book.columns.add("voided_at")
    book.write(by=by, verb="void", batch=batch)
    telling.tell_invoices([fresh])
    invoice.__dict__.update(_columns(fresh))
    return invoice


@transaction.atomic
def dispute_invoice(invoice: Invoice, *, on: date, by: User | None, batch: Batch | None = None) -> Invoice:
    """The customer disputes an invoice since that day."""
    if _now(invoice).is_disputed:
        raise Refusal(_("发票 %(number)s 的争议还没有结果，不必再记一次。") % {"number": invoice.number})
    change_invoices([(invoice, {"disputed_on": on, "dispute_lost": None})], by=by, batch=batch, verb="dispute")
    return invoice


@transaction.atomic
def settle_dispute(invoice: Invoice, *, lost: bool, by: User | None, batch: Batch | None = None) -> Invoice:
    """A dispute is over. `lost`: the customer lost it and owes the money; else he was right."""
    if not _now(invoice).is_disputed:
        raise Refusal(_("发票 %(number)s 没有未了的争议。") % {"number": invoice.number})
    change_invoices([(invoice, {"dispute_lost": lost})], by=by, batch=batch, verb="settle")
    return invoice


@transaction.atomic
def write_off(invoice: Invoice, *, by: User | None, on: date | None = None, batch: Batch | None = None) -> Invoice:
    """Give up what is still open; it leaves the receivables and stays on file as a loss."""
    if not _now(invoice).is_open:
        raise Refusal(_("发票 %(number)s 没有未收的金额，无需核销坏账。") % {"number": invoice.number})
    change_invoices([(invoice, {"written_off_on": on or today()})], by=by, batch=batch, verb="write_off")
    return invoice


def _check_numbers(numbers: Collection[str]) -> None:
    """Refuse numbers that are in use or given twice."""
    twice = [number for number, times in Counter(numbers).items() if times > 1]
    if twice:
        refuse_money("invoice_number_taken", name=twice[0])
    for some in parts(numbers):
        for number in Invoice.objects.filter(number__in=some).values_list("number", flat=True)[:1]:
            refuse_money("invoice_number_taken", name=number)


def _check_order(invoice: Invoice) -> None:
    """An invoice's order is a standing one of the same customer."""
    order = invoice.order
    if order is None:
        return
    if order.customer_id != invoice.customer_id:
        raise Refusal(_("%(number)s：发票与订单不是同一客户，请核对订单号。") % {"number": invoice.number}, "order")
    if order.voided_at:
        raise Refusal(_("%(number)s：关联的订单已作废，请核对订单号。") % {"number": invoice.number}, "order")
