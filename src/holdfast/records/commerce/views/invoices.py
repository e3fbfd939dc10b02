"""One invoice: what came in for it, what was promised, what is disputed; and the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import forms, queries, services
from holdfast.records.commerce.forms.receivables import major
from holdfast.records.commerce.models import Invoice, PaymentPromise
from holdfast.records.commerce.queries.foresight import foresight
from holdfast.records.customers.models import Customer

TERM = timedelta(days=30)


def visible_invoice(request: StaffRequest, pk: int) -> Invoice:
    return get_object_or_404(queries.visible_invoices(request.user), pk=pk)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def invoice(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, visible_invoice(request, pk))


def _page(
    request: StaffRequest, found: Invoice, *, promise: forms.PromiseForm | None = None,
    use: forms.AllocateForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    may_edit = request.user.may(Permission.INVOICE_EDIT) and found.voided_at is None
    context = {
        "invoice": found,
        "allocations": queries.allocations_of(found),
        "promises": queries.promises_of(found),
        "is_foreign": found.currency != settings.CURRENCY,
        "may_edit": may_edit,
        "promise_form": promise or _promise_form(found) if may_edit and found.is_open else None,
        "use_form": use or forms.AllocateForm(source=found)
        if may_edit and found.is_credit and found.open_minor
        else None,
        "credit_minor": queries.credit_of(found.customer) if found.is_open else 0,
        "today": today(),
        "told": foresight([found.pk]).get(found.pk),
    }
    return show(request, "commerce/invoice.html", context, status=status)


def _promise_form(found: Invoice) -> forms.PromiseForm:
    return forms.PromiseForm(initial={"promised_amount": major(found.open_minor)})


@needs(Permission.INVOICE_EDIT)
@require_http_methods(["GET", "POST"])
def invoice_new(request: StaffRequest) -> HttpResponse:
    day = today()
    initial = {
        "issued_on": day,
        "due_on": day + TERM,
        "currency": settings.CURRENCY,
        "rate": "1",
        **_asked_for(request),
    }
    form = forms.InvoiceForm(request.POST or None, viewer=request.user, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            added = services.add_invoices([form.fields_for_service()], by=request.user)[0]  # type: ignore[list-item]
            messages.success(request, _("已记下发票 %(number)s") % {"number": added.number})
            return go(request, "commerce:invoice", added.pk)
    return _form_page(request, form)


def _asked_for(request: StaffRequest) -> dict[str, str]:
    """The customer or order that the address names, if this person sees it."""
    customer, order = request.GET.get("customer", ""), request.GET.get("order", "")
    if order.isdecimal() and (seen := queries.visible_orders(request.user).filter(pk=order).first()):
        kind = {"kind": "credit_note"} if seen.is_return else {}
        return {"customer": named(seen.customer), "order": seen.number, "amount": major(abs(seen.amount_minor)), **kind}
    return asked_customer(request, customer)


def asked_customer(request: StaffRequest, pk: str) -> dict[str, str]:
    seen = Customer.objects.visible_to(request.user).filter(pk=pk).first() if pk.isdecimal() else None
    return {"customer": named(seen)} if seen else {}


def named(customer: Customer) -> str:
    return f"{customer.code} {customer.name}"


@needs(Permission.INVOICE_EDIT)
@require_http_methods(["GET", "POST"])
def invoice_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_invoice(request, pk)
    initial = forms.invoice_initial(found)
    form = forms.InvoiceForm(request.POST or None, viewer=request.user, invoice=found, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            given = form.fields_for_service()
            services.change_invoice(found, by=request.user, seen=_moment(form.cleaned_data["seen"]), **given)
            messages.success(request, _("已改好发票 %(number)s") % {"number": found.number})
            return go(request, "commerce:invoice", found.pk)
    return _form_page(request, form, found)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _form_page(request: StaffRequest, form: forms.InvoiceForm, found: Invoice | None = None) -> HttpResponse:
    context = {"form": form, "invoice": found}
    return show(request, "commerce/invoice_form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_void(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_invoice(request, pk)
    return done(
        request, found, lambda: services.void_invoice(found, by=request.user), _("已作废发票 %(number)s"), found.number
    )


def done(request: StaffRequest, found: Any, act: Any, told: str, number: str) -> HttpResponse:
    """Do it and say so, or say why not; back to the page it was asked on."""
    try:
        act()
        messages.success(request, told % {"number": number})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, found.get_absolute_url())


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_promise(request: StaffRequest, pk: int) -> HttpResponse:
    """A promise to pay; what was typed stays on the page when it is refused."""
    found = visible_invoice(request, pk)
    form = forms.PromiseForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.add_promise(found, by=request.user, **form.fields_for_service())
            messages.success(request, _("已记下付款承诺"))
            return go(request, found.get_absolute_url())
    return _page(request, found, promise=form, status=422)


@needs(Permission.INVOICE_EDIT)
@require_POST
def promise_remove(request: StaffRequest, pk: int, promise: int) -> HttpResponse:
    found = visible_invoice(request, pk)
    kept = get_object_or_404(PaymentPromise, pk=promise, invoice=found)
    return done(
        request, found, lambda: services.remove_promise(kept, by=request.user), _("已删去这条付款承诺"), found.number
    )


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_dispute(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_invoice(request, pk)
    return _on_day(request, found, services.dispute_invoice, _("已记下发票 %(number)s 的争议"))


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_write_off(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_invoice(request, pk)
    return _on_day(request, found, services.write_off, _("发票 %(number)s 的未收部分已列为坏账"))


def _on_day(request: StaffRequest, found: Invoice, act: Any, told: str) -> HttpResponse:
    form = forms.DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return go(request, found.get_absolute_url())
    day = form.cleaned_data["on"]
    return done(request, found, lambda: act(found, on=day, by=request.user), told, found.number)


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_settle(request: StaffRequest, pk: int) -> HttpResponse:
    """A dispute is over: `lost` yes = the customer owes it, no = he was right."""
    found = visible_invoice(request, pk)
    is_lost = request.POST.get("lost") == "yes"
    return done(
        request, found, lambda: services.settle_dispute(found, lost=is_lost, by=request.user),
        _("发票 %(number)s 的争议已有结果"), found.number,
    )  # fmt: skip


@needs(Permission.INVOICE_EDIT)
@require_POST
def invoice_use(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a credit note settle invoices."""
    found = visible_invoice(request, pk)
    form = forms.AllocateForm(request.POST, source=found)
    if form.is_valid():
        with refusals_on(form):
            services.allocate(found, pairs=form.pairs(), by=request.user)
            messages.success(request, _("已核销"))
            return go(request, found.get_absolute_url())
    return _page(request, found, use=form, status=422)


@needs(Permission.INVOICE_EDIT)
@require_POST
def credit_use(request: StaffRequest, pk: int) -> HttpResponse:
    """Let all credit of the invoice's customer settle what he owes, oldest due first."""
    found = visible_invoice(request, pk)
    return done(
        request, found, lambda: services.allocate_credit([found.customer_id], by=request.user),
        _("已用未核销款核销"), found.number,
    )  # fmt: skip
