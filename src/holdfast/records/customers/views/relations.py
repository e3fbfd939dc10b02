"""Where a customer is, whom it belongs to and knows, and what it agreed to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms.small import AddressForm, ConsentForm, RelationForm
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import relations as found
from holdfast.records.customers.views.needs import changeable_customer, seen_customer

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT


@needs(VIEW)
@require_safe
def relations_panel(request: StaffRequest, pk: int) -> HttpResponse:
    customer = seen_customer(request, pk)
    context = {
        "customer": customer,
        "addresses": found.visible_addresses(request.user).filter(customer=customer),
        "relations": found.relations_of(request.user, customer),
        "group": found.group_of(request.user, customer),
        "lines": found.consent_lines(request.user, customer),
        "may_edit": queries.may_edit(request.user, customer),
    }
    return show(request, "customers/relations.html", context)


def _form_page(request: StaffRequest, customer: Customer, form: Any, title: str, **context: Any) -> HttpResponse:
    told = {"customer": customer, "form": form, "title": title, **context}
    return show(request, "customers/small_form.html", told, status=422 if form.errors else 200)


def _done(request: StaffRequest, customer: Customer, text: str) -> HttpResponse:
    messages.success(request, text)
    return go(request, customer.get_absolute_url())


@needs(VIEW, EDIT)
@require_http_methods(["GET", "POST"])
def address_add(request: StaffRequest, pk: int) -> HttpResponse:
    customer = changeable_customer(request, pk)
    form = AddressForm(request.POST or None, customer=customer)
    if form.is_valid():
        with refusals_on(form):
            services.add_address(customer, by=request.user, **form.cleaned_data)
            return _done(request, customer, _("已添加地址"))
    return _form_page(request, customer, form, _("添加地址"))


@needs(VIEW, EDIT)
@require_http_methods(["GET", "POST"])
def address(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an address, or take it away."""
    row = get_object_or_404(found.visible_addresses(request.user), pk=pk)
    customer = changeable_customer(request, row.customer_id)
    if "remove" in request.POST:
        services.remove_address(row, by=request.user)
        return _done(request, customer, _("已删去地址"))
    names = ("kind", "province", "city", "address", "postcode", "contact", "note")
    form = AddressForm(request.POST or None, customer=customer, initial={name: getattr(row, name) for name in names})
    if form.is_valid():
        with refusals_on(form):
            services.change_address(row, by=request.user, **form.cleaned_data)
            return _done(request, customer, _("已保存地址"))
    return _form_page(request, customer, form, _("修改地址"), may_remove=True)


@needs(VIEW, EDIT)
@require_http_methods(["GET", "POST"])
def relation_add(request: StaffRequest, pk: int) -> HttpResponse:
    customer = changeable_customer(request, pk)
    form = RelationForm(request.POST or None, customer=customer, viewer=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.add_relation(customer, by=request.user, **form.cleaned_data)
            return _done(request, customer, _("已建立关系，两边的档案都能看到"))
    return _form_page(request, customer, form, _("添加关系"))


@needs(VIEW, EDIT)
@require_POST
def relation_remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(found.visible_relations(request.user), pk=pk)
    mine = [end for end in (row.customer, row.other) if queries.may_edit(request.user, end)]
    customer = mine[0] if mine else changeable_customer(request, row.customer_id)
    services.remove_relation(row, by=request.user)
    return _done(request, customer, _("已删去关系"))


@needs(VIEW)
@require_safe
def consents(request: StaffRequest, pk: int) -> HttpResponse:
    """Every word given or taken back, with its proof."""
    customer = seen_customer(request, pk)
    context = {
        "customer": customer,
        "rows": found.consents_of(request.user, customer),
        "may_edit": queries.may_edit(request.user, customer),
    }
    return show(request, "customers/consents.html", context)


@needs(VIEW, EDIT)
@require_http_methods(["GET", "POST"])
def consent_add(request: StaffRequest, pk: int) -> HttpResponse:
    customer = changeable_customer(request, pk)
    form = ConsentForm(request.POST or None, customer=customer, initial={"on": today()})
    if form.is_valid():
        with refusals_on(form):
            services.add_consent(customer, by=request.user, **form.cleaned_data)
            return _done(request, customer, _("已记下，以最新的一句为准"))
    return _form_page(request, customer, form, _("记下同意或拒绝"))
