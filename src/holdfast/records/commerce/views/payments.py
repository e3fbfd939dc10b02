"""One payment: what it settled, what is left of it, what bounced; and the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import forms, queries, services
from holdfast.records.commerce.forms.receivables import major, minor_of
from holdfast.records.commerce.models import Invoice, Payment
from holdfast.records.commerce.views.invoices import asked_customer, done, named


def visible_payment(request: StaffRequest, pk: int) -> Payment:
    return get_object_or_404(queries.visible_payments(request.user), pk=pk)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def payment(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, visible_payment(request, pk))


def _page(
    request: StaffRequest, found: Payment, *, use: forms.AllocateForm | None = None,
    bounce: forms.BounceForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    may_edit = request.user.may(Permission.INVOICE_EDIT) and found.voided_at is None
    reversals = list(found.reversed_by.filter(voided_at=None))
    left = found.amount_minor + sum(one.amount_minor for one in reversals)
    context = {
        "payment": found,
        "allocations": queries.allocations_of(found),
        "reversals": reversals,
        "may_edit": may_edit,
        "use_form": use or forms.AllocateForm(source=found) if may_edit and found.open_minor else None,
        "bounce_form": bounce or _bounce_form(left) if may_edit and left > 0 else None,
        "is_bounce_open": bounce is not None,
    }
    return show(request, "commerce/payment.html", context, status=status)


def _bounce_form(left: int) -> forms.BounceForm:
    return forms.BounceForm(initial={"received_on": today(), "amount": major(left)})


@needs(Permission.INVOICE_EDIT)
@require_http_methods(["GET", "POST"])
def payment_new(request: StaffRequest) -> HttpResponse:
    """Record a payment; ?invoice= or ?customer= fills it in."""
    invoice = _asked_invoice(request)
    initial = {"received_on": today(), "settle": "invoice" if invoice else "oldest", **_asked_for(request, invoice)}
    form = forms.PaymentForm(request.POST or None, viewer=request.user, invoice=invoice, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            added = services.add_payments([form.fields_for_service()], by=request.user)[0]  # type: ignore[list-item]
            messages.success(request, _told(added))
            return go(request, invoice.get_absolute_url() if invoice else added.get_absolute_url())
    context = {"form": form, "invoice": invoice}
    return show(request, "commerce/payment_form.html", context, status=422 if form.is_bound else 200)


def _told(added: Payment) -> str:
    words = {"amount": formats.money(added.amount_minor), "left": formats.money(added.open_minor)}
    if added.open_minor:
        return _("已记下回款 %(amount)s，其中 %(left)s 还未核销") % words
    return _("已记下回款 %(amount)s") % words


def _asked_invoice(request: StaffRequest) -> Invoice | None:
    asked = request.GET.get("invoice", "")
    found = queries.visible_invoices(request.user).filter(pk=asked).first() if asked.isdecimal() else None
    return found if found is not None and found.is_open else None


def _asked_for(request: StaffRequest, invoice: Invoice | None) -> dict[str, Any]:
    if invoice is not None:
        return {"customer": named(invoice.customer), "amount": major(invoice.open_minor)}
    return asked_customer(request, request.GET.get("customer", ""))


@needs(Permission.INVOICE_EDIT)
@require_POST
def payment_allocate(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_payment(request, pk)
    form = forms.AllocateForm(request.POST, source=found)
    if form.is_valid():
        with refusals_on(form):
            settled = services.allocate(found, pairs=form.pairs(), by=request.user)
            messages.success(request, _("已核销 %(amount)s") % {"amount": formats.money(settled)})
            return go(request, found.get_absolute_url())
    return _page(request, found, use=form, status=422)


@needs(Permission.INVOICE_EDIT)
@require_POST
def payment_free(request: StaffRequest, pk: int, invoice: int) -> HttpResponse:
    """Take back what a payment settled of one invoice."""
    found = visible_payment(request, pk)
    target = get_object_or_404(queries.visible_invoices(request.user), pk=invoice)
    return done(
        request, found, lambda: services.unallocate(found, invoice=target, by=request.user),
        _("已取消对发票 %(number)s 的核销"), target.number,
    )  # fmt: skip


@needs(Permission.INVOICE_EDIT)
@require_POST
def payment_bounce(request: StaffRequest, pk: int) -> HttpResponse:
    """A payment bounced or was refunded, wholly or in part."""
    found = visible_payment(request, pk)
    form = forms.BounceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.add_payment(
                found.customer, received_on=form.cleaned_data["received_on"], reverses=found, method=found.method,
                amount_minor=-minor_of(form.cleaned_data["amount"]), note=form.cleaned_data["reason"], by=request.user,
            )  # fmt: skip
            messages.success(request, _("已记下退回，相应的发票重新列为未收"))
            return go(request, found.get_absolute_url())
    return _page(request, found, bounce=form, status=422)


@needs(Permission.INVOICE_EDIT)
@require_POST
def payment_void(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_payment(request, pk)
    return done(request, found, lambda: services.void_payment(found, by=request.user), _("已作废这笔回款"), "")
