"""What customers owe: invoices and credit notes. Amounts with tax, in minor units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db import transaction
from pydantic import Field

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Line,
    Out,
    Problem,
    Sort,
    Text,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    text,
    whole,
)
from holdfast.common.months import today
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import services
from holdfast.records.commerce.api.known import Known
from holdfast.records.commerce.api.shapes import VIEW, Rate, columns_of, narrowed, or_404, router
from holdfast.records.commerce.models import Invoice
from holdfast.records.commerce.models.receivables import OPEN

EDIT = Permission.INVOICE_EDIT
NEWEST, RECEIVED = Sort("new", "issued_on", is_falling=True), Sort("new", "received_on", is_falling=True)
SINCE, PROMISED = Sort("since", "updated_at"), Sort("new", "promised_on", is_falling=True)
Money = Annotated[int, Field(ge=-(10**15), le=10**15)]


class InvoiceOut(Out):
    id: int
    number: str = ""
    kind: str = ""
    customer_id: int = 0
    order_id: int | None = None
    issued_on: date | None = None
    due_on: date | None = None
    currency: str = ""
    rate: str = ""
    amount_minor: int = 0
    open_minor: int = 0
    paid_on: date | None = None
    overdue_days: int = 0
    disputed_on: date | None = None
    dispute_lost: bool | None = None
    written_off_on: date | None = None
    note: str = ""
    voided_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class InvoicePatch(In):
    number: Text(60, 1) = ""  # type: ignore[valid-type]
    customer_id: Key = 1
    order_id: Key | None = None
    issued_on: Day = date(2000, 1, 1)
    due_on: Day = date(2000, 1, 1)
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = ""
    rate: Rate = Decimal(1)
    amount_minor: Money = 0
    note: Line = ""


class InvoiceIn(InvoicePatch):
    """`amount_minor` with tax, in the company's currency; a credit note's counts down, however it is written."""

    number: Text(60, 1)  # type: ignore[valid-type]
    customer_id: Key
    issued_on: Day
    due_on: Day
    amount_minor: Money
    kind: Literal["invoice", "credit_note"] = "invoice"


class DayIn(In):
    on: Day | None = None


class SettleIn(In):
    lost: bool


# --- invoices ---
STATES: dict[str, Callable[[Any], Any]] = {
    "open": lambda found: found.filter(OPEN),
    "overdue": lambda found: found.filter(OPEN, due_on__lt=today()),
    "paid": lambda found: found.filter(paid_on__isnull=False, voided_at=None),
    "disputed": lambda found: found.filter(disputed_on__isnull=False, dispute_lost=None, voided_at=None),
    "written_off": lambda found: found.filter(written_off_on__isnull=False, voided_at=None),
    "voided": lambda found: found.exclude(voided_at=None),
}
NARROW = {
    "customer": "customer", "kind": "kind", "since": "issued_on__gte", "until": "issued_on__lte", "due_until": "due_on__lte",
    "number": "number", "updated_since": "updated_at__gte",
}  # fmt: skip


@router.lists(
    "/invoices", "list_invoices", "List invoices", gives=InvoiceOut, words=[VIEW],
    params=[
        whole("customer"), choice("kind", ["invoice", "credit_note"]), choice("state", list(STATES)), day("since"),
        day("until"), day("due_until"), text("number", 60), moment("updated_since"),
    ],
)  # fmt: skip
def list_invoices(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Invoices and credit notes of your customers, the newest first, voided ones too."""
    found = narrowed(Invoice.objects.visible_to(request.user), asked, NARROW)
    if state := asked.get("state"):
        found = STATES[state](found)
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(columns_of(row, InvoiceOut)), page.next)


def _invoice(request: StaffRequest, pk: int) -> Invoice:
    return or_404(Invoice.objects.visible_to(request.user).filter(pk=pk).first())


def _whole_invoice(request: StaffRequest, pk: int) -> Whole:
    row = _invoice(request, pk)
    return Whole(columns_of(row, InvoiceOut), etag_of(row), f"/api/v1/invoices/{pk}")


@router.gets("/invoices/{int:pk}", "get_invoice", "Read an invoice", gives=InvoiceOut, words=[VIEW])
def get_invoice(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One invoice with what is still open of it."""
    found = _whole_invoice(request, pk)
    return Whole(asked.cut(found.data), found.etag)


@router.adds("/invoices", "create_invoice", "Add an invoice", gives=InvoiceOut, words=[VIEW, EDIT])
def create_invoice(request: StaffRequest, body: InvoiceIn) -> Whole:
    """Add an invoice or a credit note; nothing is settled by this."""
    given = body.given()
    made = services.add_invoices([_invoice_row(given, Known(request.user, [given]))], by=request.user)[0]  # type: ignore[list-item]
    return _whole_invoice(request, made.pk)


class InvoicesIn(In):
    rows: rows_of("InvoiceIn")  # type: ignore[valid-type]


@router.adds_many("/invoices/bulk", "create_invoices", "Add many invoices", words=[VIEW, EDIT])
def create_invoices(request: StaffRequest, body: InvoicesIn) -> tuple[dict[str, Any], int]:
    """Add up to 500 invoices, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _invoice_row(InvoiceIn.model_validate(row).given(), known),
        write=lambda rows: services.add_invoices(rows, by=request.user),  # type: ignore[arg-type]
    )


def _invoice_row(given: dict[str, Any], known: Known) -> dict[str, Any]:
    row = {name: value for name, value in given.items() if name not in ("customer_id", "order_id")}
    if "customer_id" in given:
        row["customer"] = known.customer(given["customer_id"])
    if "order_id" in given:
        row["order"] = known.order(given["order_id"], "order_id") if given["order_id"] else None
    if row.get("currency", settings.CURRENCY) != settings.CURRENCY and "rate" not in row:
        raise Problem("no_rate", 422, field="rate")
    return row


@router.changes("/invoices/{int:pk}", "update_invoice", "Change an invoice", gives=InvoiceOut, words=[VIEW, EDIT])
def update_invoice(request: StaffRequest, pk: int, body: InvoicePatch) -> Whole:
    """Change what is sent; what is settled stays settled."""
    given = body.given()
    with transaction.atomic():
        row = _seen_invoice(request, pk)
        services.change_invoice(row, by=request.user, **_invoice_row(given, Known(request.user, [given])))
    return _whole_invoice(request, pk)


def _seen_invoice(request: StaffRequest, pk: int) -> Invoice:
    _invoice(request, pk)
    row = Invoice.objects.select_for_update(of=("self",)).get(pk=pk)
    seen(request, row)
    return row


def _do(request: StaffRequest, pk: int, act: Callable[[Invoice], Any]) -> Whole:
    with transaction.atomic():
        act(_seen_invoice(request, pk))
    return _whole_invoice(request, pk)


@router.does("/invoices/{int:pk}/void", "void_invoice", "Void an invoice", gives=InvoiceOut, words=[VIEW, EDIT])
def void_invoice(request: StaffRequest, pk: int) -> Whole:
    """Keep an invoice on file and count it nowhere; what settled it becomes credit again."""
    return _do(request, pk, lambda row: services.void_invoice(row, by=request.user))


@router.does("/invoices/{int:pk}/dispute", "dispute_invoice", "Note a dispute", gives=InvoiceOut, words=[VIEW, EDIT])
def dispute_invoice(request: StaffRequest, pk: int, body: DayIn) -> Whole:
    """The customer disputes the invoice, since that day or today."""
    return _do(request, pk, lambda row: services.dispute_invoice(row, on=body.on or today(), by=request.user))


@router.does("/invoices/{int:pk}/settle", "settle_dispute", "Settle a dispute", gives=InvoiceOut, words=[VIEW, EDIT])
def settle_dispute(request: StaffRequest, pk: int, body: SettleIn) -> Whole:
    """The dispute is over; `lost`: the customer lost it and owes the money."""
    return _do(request, pk, lambda row: services.settle_dispute(row, lost=body.lost, by=request.user))


@router.does(
    "/invoices/{int:pk}/write-off", "write_off_invoice", "Write an invoice off", gives=InvoiceOut, words=[VIEW, EDIT]
)
def write_off_invoice(request: StaffRequest, pk: int, body: DayIn) -> Whole:
    """Give up what is still open; it stays on file as a loss."""
    return _do(request, pk, lambda row: services.write_off(row, on=body.on, by=request.user))
