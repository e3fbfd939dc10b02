"""Something done to several customers at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms import AssignForm, TagForm
from holdfast.records.customers.models import Customer
from holdfast.records.customers.views.exports import send
from holdfast.records.customers.views.lists import known_tags

MOST = 500
WORD_OF = {
    "assign": Permission.CUSTOMER_ASSIGN,
    "tag": Permission.CUSTOMER_EDIT,
    "archive": Permission.CUSTOMER_EDIT,
    "export": Permission.CUSTOMER_EXPORT,
}


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """First which customers and what; then, where something has to be chosen, to whom or which tag."""
    action = request.POST.get("action", "")
    word = WORD_OF.get(action)
    if word is None or not request.user.may(word):
        raise PermissionDenied(_("您的角色没有这项权限，可向系统管理员申请。"))
    customers = _chosen(request, action)
    if not customers:
        messages.warning(request, _("没有选中客户。先在列表里勾选，再点一次。"))
        return go(request, _back(request))
    if action == "export":
        chosen = queries.visible_customers(request.user).filter(pk__in=[customer.pk for customer in customers])
        return send(request, chosen, "xlsx", {"chosen": len(customers)})
    return _ask_or_do(request, action, customers)


def _chosen(request: StaffRequest, action: str) -> list[Customer]:
    keys = [int(pk) for pk in request.POST.getlist("pk")[:MOST] if pk.isdecimal() and len(pk) < 19]
    seen: QuerySet[Customer] = (
        queries.visible_customers(request.user) if action == "export" else queries.editable_customers(request.user)
    )
    return list(seen.filter(pk__in=keys).order_by("pk"))


def _ask_or_do(request: StaffRequest, action: str, customers: list[Customer]) -> HttpResponse:
    data = request.POST if "is_asked" in request.POST else None
    form = _form(action, data, request.user)
    if form.is_valid():
        with refusals_on(form):
            messages.success(request, _do(request, action, customers, form.cleaned_data))
            return go(request, _back(request))
    context = {
        "form": form,
        "action": action,
        "customers": customers,
        "back": _back(request),
        "tags": known_tags(request.user),
    }
    return show(request, "customers/bulk.html", context, status=422 if form.errors else 200)


def _form(action: str, data: Any, viewer: User) -> forms.Form:
    if action == "assign":
        return AssignForm(data, viewer=viewer)
    return TagForm(data) if action == "tag" else forms.Form(data)


def _do(request: StaffRequest, action: str, customers: list[Customer], values: dict[str, Any]) -> str:
    """Do it; the sentence that says what was done."""
    if action == "assign":
        count = services.assign_customers(customers, to=values["to"], by=request.user, reason=values["reason"])
        return _("已转交 %(count)s 位客户给%(name)s") % {"count": count, "name": values["to"].name}
    if action == "tag":
        count = services.tag_customers(customers, tag=values["tag"], by=request.user)
        return _("已给 %(count)s 位客户打上「%(tag)s」") % {"count": count, "tag": values["tag"].strip()}
    count = services.archive_customers(customers, by=request.user)
    return _("已归档 %(count)s 位客户，资料都还在") % {"count": count}


def _back(request: StaffRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_ours and back.startswith("/") else reverse("customers:list")
