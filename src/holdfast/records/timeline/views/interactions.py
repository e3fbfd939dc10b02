"""Pages of contacts that have taken place."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from holdfast.common.months import today
from holdfast.common.web import needs, refusals_on
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.timeline import forms, services
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.views.pages import customer_asked_for, done, form_page


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def log(request: StaffRequest) -> HttpResponse:
    """Keep a contact that has taken place; with a next step, open its task."""
    customer = customer_asked_for(request)
    initial = {"on": today(), "kind": "call"}
    form = forms.ContactForm(request.POST or None, viewer=request.user, customer=customer, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            logged = _log(request, form.fields_for_service())
            return done(request, _("已记下与 %(name)s 的联系") % {"name": logged.customer.name}, logged.customer)
    return form_page(request, "timeline/log.html", form, customer=customer)


def _log(request: StaffRequest, given: dict[str, Any]) -> Task:
    next_title, next_on = given.pop("next_title"), given.pop("next_on")
    logged = services.log_contact(by=request.user, **given)
    if next_title:
        services.open_task(
            logged.customer, title=next_title, assignee=request.user, due_on=next_on, by=request.user, kind="other"
        )
    return logged
