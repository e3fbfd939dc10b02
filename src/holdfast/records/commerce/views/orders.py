"""The list of orders, one order, and the form."""

from __future__ import annotations

from datetime import datetime
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
from holdfast.records.commerce.models import ORDER_KINDS, Order, Product
from holdfast.records.customers.models import Customer

MOST_OPTIONS = 1000


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def orders(request: StaffRequest) -> HttpResponse:
    params = forms.OrderFilters(request.GET).params()
    page = queries.order_list(request.user, params)
    return show(request, "commerce/orders.html", {"page": page, "params": params, **_choices(request, params)})


def _choices(request: StaffRequest, params: dict[str, Any]) -> dict[str, Any]:
    """Words for the filters that are set."""
    seen = Customer.objects.visible_to(request.user)
    customer = seen.filter(pk=params["customer"]).first() if "customer" in params else None
    product = Product.objects.filter(pk=params["product"]).first() if "product" in params else None
    return {
        "of_customer": customer,
        "of_product": product,
        "kinds": ORDER_KINDS,
        "states": forms.STATES,
        "may_add": request.user.may(Permission.ORDER_EDIT),
        "is_filtered": bool(set(params) - {"sort", "after", "before"}),
    }


def _visible_order(request: StaffRequest, pk: int) -> Order:
    return get_object_or_404(queries.visible_orders(request.user).select_related("returns", "customer__owner"), pk=pk)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def order(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible_order(request, pk)
    lines = list(queries.order_lines(found))
    context = {
        "order": found,
        "lines": lines,
        "returned_by": found.returned_by.filter(voided_at=None),
        "invoices": found.invoices.filter(voided_at=None).order_by("issued_on", "pk"),
        "may_invoice": request.user.may(Permission.INVOICE_EDIT) and found.voided_at is None,
        "delivery": queries.delivery_of(lines),
        "is_foreign": found.currency != settings.CURRENCY,
        "may_edit": request.user.may(Permission.ORDER_EDIT) and found.voided_at is None,
    }
    return show(request, "commerce/order.html", context)


@needs(Permission.ORDER_EDIT)
@require_http_methods(["GET", "POST"])
def order_new(request: StaffRequest) -> HttpResponse:
    initial = {"ordered_on": today(), "currency": settings.CURRENCY, "rate": "1", **_asked_for(request)}
    form = forms.OrderForm(request.POST or None, viewer=request.user, initial=initial)
    lines = _line_forms(request, None)
    if _are_valid(request, form, lines):
        with refusals_on(form):
            added = services.add_orders([{**form.fields_for_service(), "lines": lines.rows()}], by=request.user)[0]  # type: ignore[typeddict-item]
            messages.success(request, _("已记下订单 %(number)s") % {"number": added.number})
            return go(request, "commerce:order", added.pk)
    return _form_page(request, form, lines)


def _asked_for(request: StaffRequest) -> dict[str, str]:
    """The customer or original order that the address names, if this person sees it."""
    customer, original = request.GET.get("customer", ""), request.GET.get("returns", "")
    if original.isdecimal():
        found = queries.visible_orders(request.user).filter(pk=original).first()
        return {"kind": "return", "returns": found.number, "customer": _named(found.customer)} if found else {}
    if customer.isdecimal():
        seen = Customer.objects.visible_to(request.user).filter(pk=customer).first()
        return {"customer": _named(seen)} if seen else {}
    return {}


def _served(request: StaffRequest) -> Customer | None:
    """The customer that the address names, for what is to be heeded when it is served."""
    customer = request.GET.get("customer", "")
    is_key = customer.isascii() and customer.isdecimal() and len(customer) < 19
    return Customer.objects.visible_to(request.user).filter(pk=customer).first() if is_key else None


def _named(customer: Customer) -> str:
    return f"{customer.code} {customer.name}"


@needs(Permission.ORDER_EDIT)
@require_http_methods(["GET", "POST"])
def order_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible_order(request, pk)
    form = forms.OrderForm(request.POST or None, viewer=request.user, order=found, initial=forms.order_initial(found))
    lines = _line_forms(request, found)
    if _are_valid(request, form, lines):
        with refusals_on(form):
            given = {**form.fields_for_service(), "lines": lines.rows()}
            services.change_order(found, by=request.user, seen=_moment(form.cleaned_data["seen"]), **given)
            messages.success(request, _("已改好订单 %(number)s") % {"number": found.number})
            return go(request, "commerce:order", found.pk)
    return _form_page(request, form, lines, order=found)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _line_forms(request: StaffRequest, found: Order | None) -> forms.BaseLineForms:
    data = request.POST if request.method == "POST" else None
    return forms.line_forms(found, sees_profit=request.user.sees_profit, data=data, more="more" in request.POST)


def _are_valid(request: StaffRequest, form: forms.OrderForm, lines: forms.BaseLineForms) -> bool:
    """Whether all that was sent may go on; asking for more lines never does."""
    if request.method != "POST" or "more" in request.POST:
        return False
    is_whole = form.is_valid() & lines.is_valid()
    if "ordered_on" in form.cleaned_data and lines.is_valid():
        is_whole &= lines.check_signs(form.cleaned_data.get("kind", "sale"), form.cleaned_data["ordered_on"])
    if is_whole and not lines.rows():
        form.add_error(None, _("订单至少要有一行商品，请补上后再试。"))
        return False
    return bool(is_whole)


def _form_page(
    request: StaffRequest, form: forms.OrderForm, lines: forms.BaseLineForms, order: Order | None = None
) -> HttpResponse:
    if "more" in request.POST:  # nothing was judged yet
        form.errors.clear()
    context = {
        "form": form,
        "lines": lines,
        "order": order,
        "customer": order.customer if order else _served(request),
        "products": queries.active_products()[:MOST_OPTIONS],
        "own_currency": settings.CURRENCY,
    }
    is_refused = request.method == "POST" and "more" not in request.POST
    return show(request, "commerce/order_form.html", context, status=422 if is_refused else 200)


@needs(Permission.ORDER_EDIT)
@require_POST
def order_void(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible_order(request, pk)
    try:
        services.void_order(found, by=request.user)
        messages.success(request, _("已作废订单 %(number)s") % {"number": found.number})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "commerce:order", found.pk)
