"""Pages of contacts that have taken place."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import services as customers
from holdfast.records.timeline import forms, queries, services
from holdfast.records.timeline.models import Interaction
from holdfast.records.timeline.views.pages import customer_asked_for, done, form_page


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def log(request: StaffRequest) -> HttpResponse:
    """Keep a contact that has taken place; with a need overheard, keep that; with a next step, open its task."""
    customer = customer_asked_for(request)
    initial = {"channel": "call", "direction": "out", "on": today(), "need_kind": "need"}
    form = forms.LogForm(request.POST or None, viewer=request.user, customer=customer, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            logged = _log(request, form)
            return done(request, _("已记下与 %(name)s 的联系") % {"name": logged.customer.name}, logged.customer)
    return form_page(request, "timeline/log.html", form, customer=customer)


@transaction.atomic
def _log(request: StaffRequest, form: forms.LogForm) -> Interaction:
    viewer, data, customer = request.user, form.cleaned_data, form.the_customer
    logged = services.add_interaction(customer, by=viewer, **form.fields_for_service())
    if data["need"]:
        customers.add_need(
            customer, kind=data["need_kind"] or "need", text=data["need"], said_on=logged.on, by=viewer,
            contact=logged.contact, source=logged.channel,
        )  # fmt: skip
    if data["next_on"]:
        title = data["next_title"] or _("再联系一次")
        services.open_task(
            customer, title=title, assignee=viewer, due_on=data["next_on"], by=viewer,
            kind=logged.channel if logged.channel in ("call", "visit") else "other",
            source=f"{queries.INTERACTION}:{logged.pk}",
        )  # fmt: skip
    return logged


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def interaction(request: StaffRequest, pk: int) -> HttpResponse:
    """One contact with all that was noted."""
    found = _visible(request, pk)
    context = {
        "interaction": found,
        "people": [seat.user for seat in found.participants.all()],
        "may_change": queries.may_change(request.user, found),
        "usual": queries.usual_minutes()[found.channel],
    }
    return show(request, "timeline/interaction.html", context)


def _visible(request: StaffRequest, pk: int) -> Interaction:
    return get_object_or_404(queries.visible_interactions(request.user), pk=pk)


def _own(request: StaffRequest, pk: int) -> Interaction:
    """One's own contact, while it may still be corrected."""
    found = _visible(request, pk)
    if not queries.may_change(request.user, found):
        raise PermissionDenied(_("联系记录只有记下的人能改，而且只在 %(n)s 天之内。") % {"n": queries.CHANGE_DAYS})
    return found


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def interaction_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = forms.ChangeForm(request.POST or None, viewer=request.user, interaction=found)
    if form.is_valid():
        with refusals_on(form):
            services.change_interaction(found, by=request.user, **form.fields_for_service())
            return done(request, _("已改好这次联系"), found.customer)
    return form_page(request, "timeline/interaction_edit.html", form, interaction=found, customer=found.customer)


@needs(Permission.TASK_EDIT)
@require_POST
def interaction_remove(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    services.remove_interaction(found, by=request.user)
    return done(request, _("已删去这次联系；变更日志里还留着原文"), found.customer)


@needs(Permission.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def usual_minutes(request: StaffRequest) -> HttpResponse:
    """How long a contact takes where nobody noted it; counts in 人均效能."""
    form = forms.UsualMinutesForm(request.POST or None)
    if form.is_valid():
        services.set_usual_minutes(form.cleaned_data, by=request.user)
        return go(request, "timeline:usual_minutes")
    context: dict[str, Any] = {"form": form, "estimated": queries.share_estimated()}
    return show(request, "timeline/usual_minutes.html", context, status=422 if form.is_bound else 200)
