"""The company's own fields: made, changed, put in order, put away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common import formats
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.forms import FieldForm
from holdfast.records.customers.models import CustomField
from holdfast.records.customers.services import fields as services


@require_safe
@needs(Permission.FIELD_ADMIN)
def fields(request: StaffRequest) -> HttpResponse:
    """All of them, in their order; those put away below."""
    known = list(CustomField.objects.all())
    roles = {role.code: str(role) for role in accounts.roles()}
    for field in known:
        field.seen_by = formats.listed(roles.get(code, code) for code in field.view_roles)  # type: ignore[attr-defined]
        field.filled_by = formats.listed(roles.get(code, code) for code in field.edit_roles)  # type: ignore[attr-defined]
    context = {
        "fields": [field for field in known if not field.is_archived],
        "archived": [field for field in known if field.is_archived],
    }
    return show(request, "customers/fields.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.FIELD_ADMIN)
def field_new(request: StaffRequest) -> HttpResponse:
    form = FieldForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            field = services.add_field(by=request.user, **form.cleaned_data)
            messages.success(request, _("已添加字段「%(label)s」") % {"label": field.title})
            return go(request, "customers:fields")
    return _show(request, form, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.FIELD_ADMIN)
def field_edit(request: StaffRequest, field: int) -> HttpResponse:
    kept = get_object_or_404(CustomField, pk=field)
    form = FieldForm(request.POST or None, field=kept)
    if form.is_valid():
        with refusals_on(form):
            services.change_field(kept, by=request.user, **form.cleaned_data)
            messages.success(request, _("已保存"))
            return go(request, "customers:fields")
    return _show(request, form, kept)


def _show(request: StaffRequest, form: FieldForm, field: CustomField | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "field": field,
        "groups": list(CustomField.objects.exclude(group="").order_by().values_list("group", flat=True).distinct()),
        "filled": services.holders(field.code).count() if field else 0,
    }
    return show(request, "customers/field.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.FIELD_ADMIN)
def field_archive(request: StaffRequest, field: int) -> HttpResponse:
    """Put away, or take out again; the values stay either way."""
    kept = get_object_or_404(CustomField, pk=field)
    try:
        if kept.is_archived:
            services.restore_field(kept, by=request.user)
            messages.success(request, _("字段「%(label)s」已恢复，原来的内容还在") % {"label": kept.title})
        else:
            services.archive_field(kept, by=request.user)
            messages.success(request, _("字段「%(label)s」已归档，已填的内容都留着") % {"label": kept.title})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "customers:fields")


@require_POST
@needs(Permission.FIELD_ADMIN)
def field_move(request: StaffRequest, field: int) -> HttpResponse:
    kept = get_object_or_404(CustomField, pk=field)
    services.move_field(kept, up=request.POST.get("to") != "down", by=request.user)
    return go(request, "customers:fields")
