"""重点客户: the few with a plan of their own."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.actions.care import queries, services
from holdfast.actions.care.forms import FocusForm
from holdfast.actions.care.models import Focus
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer

FEW, SHOWN = 30, 200
REVIEW = timedelta(days=90)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def focus(request: StaffRequest) -> HttpResponse:
    """Plans in force, the next to be looked at first."""
    plans = list(queries.focus_plans(request.user)[:SHOWN])
    context = {
        "plans": plans,
        "late": sum(plan.review_on < today() for plan in plans),
        "is_many": len(plans) > FEW,
        "few": FEW,
        "today": today(),
        "may_edit": request.user.may(Permission.STANDARD_EDIT),
    }
    return show(request, "care/focus.html", context)


@needs(Permission.STANDARD_EDIT)
@require_http_methods(["GET", "POST"])
def focus_new(request: StaffRequest) -> HttpResponse:
    """Put ?customer= on the list."""
    asked = request.GET.get("customer", "")
    seen = Customer.objects.visible_to(request.user).select_related("standing")
    customer = get_object_or_404(seen, pk=asked if asked.isdecimal() and len(asked) < 18 else 0)
    initial = {"leader": customer.owner_id or request.user.pk, "review_on": today() + REVIEW}
    form = FocusForm(request.POST or None, viewer=request.user, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.add_focus(customer, **form.cleaned_data, by=request.user)
            messages.success(request, _("%(name)s 已列为重点客户") % {"name": customer.name})
            return go(request, "care:focus")
    return _form(request, form, customer)


@needs(Permission.STANDARD_EDIT)
@require_http_methods(["GET", "POST"])
def focus_edit(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(queries.focus_plans(request.user), pk=pk)
    initial = {"goal": plan.goal, "plan": plan.plan, "leader": plan.leader_id, "review_on": plan.review_on}
    form = FocusForm(request.POST or None, viewer=request.user, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.change_focus(plan, **form.cleaned_data, by=request.user)
            messages.success(request, _("计划已改好"))
            return go(request, "care:focus")
    return _form(request, form, plan.customer, plan)


def _form(request: StaffRequest, form: FocusForm, customer: Customer, plan: Focus | None = None) -> HttpResponse:
    context = {"form": form, "customer": customer, "plan": plan}
    return show(request, "care/focus_form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.STANDARD_EDIT)
@require_POST
def focus_end(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(queries.focus_plans(request.user), pk=pk)
    try:
        services.end_focus(plan, by=request.user)
        messages.success(request, _("%(name)s 不再列为重点客户，计划留档") % {"name": plan.customer.name})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "care:focus")
