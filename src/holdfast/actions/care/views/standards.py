"""标准: the table in force, its versions, and the switches."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from holdfast.actions.care import queries, services
from holdfast.actions.care.forms import StandardForm, SwitchesForm
from holdfast.actions.care.queries import Table
from holdfast.actions.care.rules import FESTIVALS
from holdfast.common import formats
from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models.customer import CHANNELS


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def standards(request: StaffRequest) -> HttpResponse:
    """What each star is owed now, what comes, what was."""
    table, switched = queries.table_on(today()), queries.switches()
    context = {
        "groups": groups(table),
        "version": table.version,
        "versions": queries.tables(),
        "today": today(),
        "is_one_for_all": queries.is_one_for_all(table),
        "switches": switched,
        "festivals": formats.listed(str(FESTIVALS[code].name) for code in switched.festivals if code in FESTIVALS),
        "may_edit": request.user.may(Permission.STANDARD_EDIT),
    }
    return show(request, "care/standards.html", context)


def groups(table: Table) -> list[dict[str, Any]]:
    """The table once for all, and once more for each channel with rows of its own."""
    return [{"word": CHANNELS.get(channel, ""), "rows": table.rows_of(channel)} for channel in table.channels]


@needs(Permission.STANDARD_EDIT)
@require_http_methods(["GET", "POST"])
def standard_new(request: StaffRequest) -> HttpResponse:
    """Change the table from a coming month on: a new version, never an edit."""
    table = queries.table_on(queries.tables()[0].starts_on) if queries.tables() else queries.table_on(today())
    form = StandardForm(request.POST or None, table=table)
    if form.is_valid():
        with refusals_on(form):
            data = form.cleaned_data
            rows = cast(list[services.StandardRow], form.rows())
            made = services.add_version(rows, starts_on=data["starts_on"], note=data["note"], by=request.user)
            told = {"number": made.number, "month": formats.month(made.starts_on)}
            messages.success(request, _("标准第 %(number)s 版从 %(month)s 起用。") % told)
            return go(request, "care:standards")
    context = {"form": form, "version": table.version}
    return show(request, "care/standard_new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.STANDARD_EDIT)
@require_http_methods(["GET", "POST"])
def switches(request: StaffRequest) -> HttpResponse:
    """What the house does by itself, and how long before."""
    form = SwitchesForm(request.POST or None, instance=queries.switches())
    if form.is_valid():
        services.change_switches(by=request.user, **form.cleaned_data)
        messages.success(request, _("已保存，今晚起照此安排。"))
        return go(request, "care:standards")
    return show(request, "care/switches.html", {"form": form}, status=422 if form.is_bound else 200)
