"""What a customer said, what to ask next, and what is to be found right again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show, wants_fragment
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms.small import NeedForm, NewWordsForm
from holdfast.records.customers.models import Customer, Need
from holdfast.records.customers.queries.upkeep import upkeep_of
from holdfast.records.customers.rules.upkeep import PARTS

ENDED_SHOWN = 20


def seen_customer(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(queries.visible_customers(request.user), pk=pk)


def changeable_customer(request: StaffRequest, pk: int) -> Customer:
    customer = seen_customer(request, pk)
    if not queries.may_edit(request.user, customer):
        raise PermissionDenied(_("这位客户您只能查看。需要修改时，请找归属人。"))
    return customer


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def needs_panel(request: StaffRequest, pk: int) -> HttpResponse:
    return _panel(request, seen_customer(request, pk))


def _panel(request: StaffRequest, customer: Customer, form: NeedForm | None = None, status: int = 200) -> HttpResponse:
    state = upkeep_of(customer)
    is_page = not wants_fragment(request)
    context = {
        "customer": customer,
        "groups": queries.standing_needs(request.user, customer),
        "ended": queries.needs_of(request.user, customer).exclude(ended_on=None)[:ENDED_SHOWN] if is_page else [],
        "is_page": is_page,
        "form": form or NeedForm(customer=customer, initial={"said_on": today(), "kind": "need"}),
        "state": state,
        "questions": [] if customer.erased_on else state.questions,
        "stale": [(code, PARTS[code].title, day) for code, day in state.stale.items() if not customer.erased_on],
        "may_edit": queries.may_edit(request.user, customer),
    }
    return show(request, "customers/needs.html", context, status=status)


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_POST
def need_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep one statement; HTMX gets the panel as it stands afterwards."""
    customer = changeable_customer(request, pk)
    form = NeedForm(request.POST, customer=customer)
    if form.is_valid():
        with refusals_on(form):
            services.add_need(customer, by=request.user, **form.cleaned_data)
            if wants_fragment(request):
                return _panel(request, customer)
            messages.success(request, _("已记下"))
            return go(request, "customers:needs", customer.pk)
    return _panel(request, customer, form, status=422)


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_http_methods(["GET", "POST"])
def need(request: StaffRequest, pk: int) -> HttpResponse:
    """One statement: still so, no longer so, or what is so instead."""
    found = get_object_or_404(queries.visible_needs(request.user), pk=pk)
    customer = changeable_customer(request, found.customer_id)
    form = NewWordsForm(
        request.POST if "text" in request.POST else None, customer=customer, initial={"said_on": today()}
    )
    if request.method == "POST":
        answer = request.POST.get("answer")
        if answer or form.is_valid():
            with refusals_on(form):
                messages.success(request, _answered(request, found, answer or "", form))
                return go(request, customer.get_absolute_url())
    context = {"need": found, "customer": customer, "form": form}
    return show(request, "customers/need.html", context, status=422 if request.method == "POST" else 200)


def _answered(request: StaffRequest, found: Need, answer: str, form: NewWordsForm) -> str:
    if answer == "confirm":
        services.confirm_need(found, by=request.user)
        return _("已确认：仍然如此")
    if answer == "end":
        services.end_need(found, by=request.user)
        return _("已标为不再有效，原话还在历史里")
    if answer == "reopen":
        services.reopen_need(found, by=request.user)
        return _("已恢复为有效")
    if not form.is_valid():
        raise Refusal(_("请写下现在是怎样。"), field="text")
    services.supersede_need(found, by=request.user, **form.cleaned_data)
    return _("已记下新的说法，原话还在历史里")


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_POST
def parts_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """仍然正确, in one tap."""
    customer = changeable_customer(request, pk)
    try:
        services.confirm_parts(customer, request.POST.getlist("parts"), by=request.user)
        messages.success(request, _("已确认，今天起重新计时"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    if wants_fragment(request):
        return _panel(request, customer)
    return go(request, customer.get_absolute_url())


@needs(Permission.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def upkeep_rules(request: StaffRequest) -> HttpResponse:
    """What each part of a record weighs, and after how many days it is stale."""
    from holdfast.records.customers.queries.upkeep import weights

    known, problem = weights(), ""
    rows: list[dict[str, Any]] = [
        {"code": code, "title": part.title, "weight": known.weight[code], "days": known.stale_days[code]}
        for code, part in PARTS.items()
    ]
    if request.method == "POST":
        try:
            services.set_weights(_typed_weights(request), by=request.user)
            messages.success(request, _("已保存；列表里的完整度今夜重算"))
            return go(request, "customers:upkeep_rules")
        except Refusal as refusal:
            problem = refusal.message
            for row in rows:
                row["weight"] = request.POST.get(f"{row['code']}-weight", "")[:6]
                row["days"] = request.POST.get(f"{row['code']}-days", "")[:6]
    context = {"rows": rows, "problem": problem}
    return show(request, "customers/upkeep_rules.html", context, status=422 if problem else 200)


def _typed_weights(request: StaffRequest) -> dict[str, tuple[int, int]]:
    try:
        return {code: (int(request.POST[f"{code}-weight"]), int(request.POST[f"{code}-days"])) for code in PARTS}
    except (KeyError, ValueError):
        raise Refusal(_("权重填 0 到 100，天数填 0 到 3650。")) from None
