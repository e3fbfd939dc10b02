"""Money received and promises to pay. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from pydantic import Field

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Line,
    Out,
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
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import services
from holdfast.records.commerce.api.known import Known
from holdfast.records.commerce.api.shapes import VIEW, columns_of, narrowed, or_404, router
from holdfast.records.commerce.models import METHODS, Allocation, Invoice, Payment, PaymentPromise

EDIT = Permission.INVOICE_EDIT
RECEIVED, SINCE = Sort("new", "received_on", is_falling=True), Sort("since", "updated_at")
PROMISED = Sort("new", "promised_on", is_falling=True)
Positive = Annotated[int, Field(ge=1, le=10**15)]
Money = Annotated[int, Field(ge=-(10**15), le=10**15)]


class AllocationOut(Out):
    id: int
    invoice_id: int = 0
    amount_minor: int = 0


class PaymentOut(Out):
    id: int
    customer_id: int = 0
    received_on: date | None = None
    amount_minor: int = 0
    open_minor: int = 0
    method: str = ""
    reference: str = ""
    reverses_id: int | None = None
    note: str = ""
    voided_at: datetime | None = None
    allocations: list[AllocationOut] = []
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ShareIn(In):
    invoice_id: Key
    amount_minor: Positive


class PaymentIn(In):
    """Without `allocations` the oldest due invoices are settled; an empty list keeps it all as credit.

    A negative amount is a bounce or refund of the customer's latest payment that is large enough.
    """

    customer_id: Key
    received_on: Day
    amount_minor: Money
    method: Literal["bank", "cash", "wechat", "alipay", "bill", "other"] = "bank"
    reference: Text(80) = ""  # type: ignore[valid-type]
    note: Line = ""
    allocations: Annotated[list[ShareIn], Field(max_length=100)] | None = None


class PromiseOut(Out):
    id: int
    invoice_id: int = 0
    made_on: date | None = None
    promised_on: date | None = None
    amount_minor: int = 0
    kept: bool | None = None
    note: str = ""


class PromiseIn(In):
    promised_on: Day
    amount_minor: Positive
    note: Line = ""


# --- payments ---
ALLOCATIONS = Prefetch("allocations", Allocation.objects.order_by("pk"))


def _payments(viewer: User) -> QuerySet[Payment]:
    found: QuerySet[Payment] = Payment.objects.visible_to(viewer).prefetch_related(ALLOCATIONS)
    return found


def _payment_out(row: Payment) -> dict[str, Any]:
    shares = [columns_of(one, AllocationOut) for one in row.allocations.all()]
    return columns_of(row, PaymentOut, "allocations") | {"allocations": shares}


@router.lists(
    "/payments", "list_payments", "List payments", gives=PaymentOut, words=[VIEW],
    params=[
        whole("customer"), choice("method", list(METHODS)), day("since"), day("until"), text("reference", 80),
        moment("updated_since"),
    ],
)  # fmt: skip
def list_payments(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Money received from your customers, the newest first, with the invoices it settled."""
    names = {
        "customer": "customer", "method": "method", "since": "received_on__gte", "until": "received_on__lte",
        "reference": "reference", "updated_since": "updated_at__gte",
    }  # fmt: skip
    found = narrowed(_payments(request.user), asked, names)
    page = page_of(found, SINCE if "updated_since" in asked.values else RECEIVED, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_payment_out(row)), page.next)


def _whole_payment(request: StaffRequest, pk: int) -> Whole:
    row = or_404(_payments(request.user).filter(pk=pk).first())
    return Whole(_payment_out(row), etag_of(row), f"/api/v1/payments/{pk}")


@router.gets("/payments/{int:pk}", "get_payment", "Read a payment", gives=PaymentOut, words=[VIEW])
def get_payment(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One payment with the invoices it settled."""
    found = _whole_payment(request, pk)
    return Whole(asked.cut(found.data), found.etag)


@router.adds("/payments", "create_payment", "Add a payment", gives=PaymentOut, words=[VIEW, EDIT])
def create_payment(request: StaffRequest, body: PaymentIn) -> Whole:
    """Keep money received and what it settles."""
    given = body.given()
    made = services.add_payments([_payment_row(given, Known(request.user, [given]))], by=request.user)[0]  # type: ignore[list-item]
    return _whole_payment(request, made.pk)


class PaymentsIn(In):
    rows: rows_of("PaymentIn")  # type: ignore[valid-type]


@router.adds_many("/payments/bulk", "create_payments", "Add many payments", words=[VIEW, EDIT])
def create_payments(request: StaffRequest, body: PaymentsIn) -> tuple[dict[str, Any], int]:
    """Add up to 500 payments, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _payment_row(PaymentIn.model_validate(row).given(), known),
        write=lambda rows: services.add_payments(rows, by=request.user),  # type: ignore[arg-type]
    )


def _payment_row(given: dict[str, Any], known: Known) -> dict[str, Any]:
    row = {name: value for name, value in given.items() if name not in ("customer_id", "allocations")}
    row["customer"] = known.customer(given["customer_id"])
    shares = given.get("allocations")
    if shares is not None:
        row["allocations"] = [(known.invoice(share["invoice_id"]), share["amount_minor"]) for share in shares]
    return row


@router.does("/payments/{int:pk}/void", "void_payment", "Void a payment", gives=PaymentOut, words=[VIEW, EDIT])
def void_payment(request: StaffRequest, pk: int) -> Whole:
    """Keep a payment on file and count it nowhere; what it settled is open again."""
    with transaction.atomic():
        row = or_404(Payment.objects.visible_to(request.user).filter(pk=pk).first())
        seen(request, row)
        services.void_payment(row, by=request.user)
    return _whole_payment(request, pk)


# --- promises ---
@router.lists(
    "/promises", "list_promises", "List promises to pay", gives=PromiseOut, words=[VIEW],
    params=[whole("invoice"), whole("customer"), day("since"), day("until")],
)  # fmt: skip
def list_promises(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What customers promised to pay and whether they kept it; the latest day first."""
    names = {
        "invoice": "invoice",
        "customer": "invoice__customer",
        "since": "promised_on__gte",
        "until": "promised_on__lte",
    }
    invoices = Invoice.objects.visible_to(request.user).order_by().values("pk")
    found = narrowed(PaymentPromise.objects.filter(invoice__in=invoices), asked, names)
    page = page_of(found, PROMISED, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(columns_of(row, PromiseOut)), page.next)


@router.adds(
    "/invoices/{int:pk}/promises", "create_promise", "Note a promise to pay", gives=PromiseOut, words=[VIEW, EDIT]
)
def create_promise(request: StaffRequest, pk: int, body: PromiseIn) -> Whole:
    """The customer promised to pay so much of an invoice by that day."""
    promise = services.add_promise(
        or_404(Invoice.objects.visible_to(request.user).filter(pk=pk).first()), by=request.user, **body.given()
    )
    return Whole(columns_of(promise, PromiseOut))
