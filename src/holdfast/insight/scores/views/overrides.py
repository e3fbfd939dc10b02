"""Stars set by hand: the list, the request, the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.forms import OverrideForm
from holdfast.records.customers.models import Customer

SHOWN = 200


@needs(Permission.VALUE_VIEW)
@require_GET
def overrides(request: StaffRequest) -> HttpResponse:
    """Requests waiting for an answer first, then those in force, then the past."""
    found = list(queries.overrides(request.user)[:SHOWN])
    context = {
        "groups": [
            (_("待批准"), [one for one in found if one.state == "pending"]),
            (_("生效中"), [one for one in found if one.state == "active"]),
            (_("已结束"), [one for one in found if one.state in ("rejected", "ended", "expired")]),
        ],
        "is_empty": not found,
        "may_approve": request.user.may(Permission.STAR_APPROVE),
        "me": request.user.pk,
    }
    return show(request, "scores/overrides.html", context)


@needs(Permission.STAR_OVERRIDE)
@require_http_methods(["GET", "POST"])
def override_new(request: StaffRequest) -> HttpResponse:
    """Ask for another star for ?customer=."""
    asked = request.GET.get("customer", "")
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("standing"), pk=asked if asked.isdigit() else 0
    )
    form = OverrideForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.request_override(customer, **form.cleaned_data, by=request.user)
            messages.success(request, _("已提出申请，批准后立即生效。"))
            return go(request, "scores:overrides")
    return show(request, "scores/override_new.html", {"form": form, "customer": customer})


@needs(Permission.STAR_APPROVE)
@require_POST
def override_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or reject a request."""
    override = get_object_or_404(queries.overrides(request.user), pk=pk)
    try:
        if request.POST.get("answer") == "approve":
            services.approve_override(override, by=request.user)
            messages.success(request, _("已批准，%(name)s 现在是 %(stars)s 星。") % {
                "name": override.customer, "stars": override.stars})  # fmt: skip
        else:
            services.reject_override(override, by=request.user, answer=request.POST.get("note", "")[:300])
            messages.success(request, _("已驳回，星级不变。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "scores:overrides")


@needs(Permission.STAR_OVERRIDE)
@require_POST
def override_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a request, or end one in force."""
    override = get_object_or_404(queries.overrides(request.user), pk=pk)
    try:
        services.end_override(override, by=request.user)
        messages.success(request, _("已撤销，回到评出的星级。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "scores:overrides")
