"""New and changed customers; who is one already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.common.masking import is_mask
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms import CustomerForm, contact_forms, contact_rows, focus_first_wrong
from holdfast.records.customers.models import Customer
from holdfast.records.customers.views.lists import known_tags


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    customer = _editable(request, pk)
    return _edit(request, customer)


def _editable(request: StaffRequest, pk: int) -> Customer:
    customer = get_object_or_404(queries.visible_customers(request.user), pk=pk)
    if not queries.may_edit(request.user, customer):
        raise PermissionDenied(_("这位客户您只能查看。需要修改时，请找归属人。"))
    return customer


def _edit(request: StaffRequest, customer: Customer | None) -> HttpResponse:
    """One page for both: GET shows, POST saves, adds an empty person, or asks about duplicates first."""
    data = request.POST or None
    is_adding = "add_person" in request.POST
    form = CustomerForm(data, viewer=request.user, customer=customer)
    people = contact_forms(data, viewer=request.user, customer=customer, add=int(is_adding))
    context: dict[str, Any] = {"form": form, "people": people, "customer": customer, "tags": known_tags(request.user)}
    if data is None or is_adding:
        return _show(request, {**context, "is_quiet": is_adding})
    if all([form.is_valid(), people.is_valid()]):
        row = {**form.row(), "contacts": contact_rows(people)}
        context["matches"] = [] if "is_confirmed" in request.POST else _matches(request, customer, row)
        if not context["matches"]:
            with refusals_on(form):
                return _saved(request, _save(request, customer, row, form.cleaned_data.get("version")))
            form.data = _with_newest_version(form.data, customer)
    focus_first_wrong(form, people)
    return _show(request, context, status=422)


def _show(request: StaffRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "customers/edit.html", context, status=status)


def _matches(request: StaffRequest, customer: Customer | None, row: dict[str, Any]) -> list[queries.ShownMatch]:
    """Duplicates of a row about to be saved; for a customer on file only those by keys that are new."""
    exclude = [customer.pk] if customer else []
    found = queries.find_duplicates([row], exclude=exclude).get(0, [])
    if customer is not None and found:
        before = {name: getattr(customer, name) for name in ("name", "kind", "uscc", "phone", "email")}
        people = [{"phone": person.phone, "email": person.email} for person in customer.contacts.all()]
        known = queries.find_duplicates([{**before, "contacts": people}], exclude=exclude).get(0, [])
        found = [match for match in found if match.customer_id not in {other.customer_id for other in known}]
    return queries.matches_for(request.user, found)


def _save(request: StaffRequest, customer: Customer | None, row: dict[str, Any], version: int | None) -> Customer:
    if customer is None:
        return services.add_customer(by=request.user, **{"owner": request.user, **row})
    return services.change_customer(customer, by=request.user, seen_version=version or 0, **row)


def _with_newest_version(data: Any, customer: Customer | None) -> Any:
    """After a refusal the next save is against what is there now; nothing typed is lost."""
    data = data.copy()
    if customer is not None:
        data["version"] = str(Customer.objects.values_list("version", flat=True).get(pk=customer.pk))
    return data


def _saved(request: StaffRequest, customer: Customer) -> HttpResponse:
    messages.success(request, _("已保存 %(name)s") % {"name": customer.name})
    return go(request, customer.get_absolute_url())


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_POST
def check(request: StaffRequest) -> HttpResponse:
    """While somebody types: is this a customer already? Counted; masked outside the scope."""
    names = ("name", "kind", "uscc", "phone", "email")
    row: dict[str, Any] = {name: _typed(request, name) for name in names}
    row["contacts"] = _typed_people(request)
    context: dict[str, Any] = {}
    pk = request.POST.get("customer", "")
    exclude = [int(pk)] if queries.may_see_customer(request.user, pk) else []
    try:
        context["matches"] = services.check_duplicates(request.user, row, exclude=exclude)
    except Refusal as refusal:
        context["refusal"] = refusal.message
    return render(request, "customers/_matches.html", context)


def _typed(request: StaffRequest, name: str) -> str:
    """A typed value before any form has looked at it; a mask says nothing."""
    text = request.POST.get(name, "").replace("\x00", "")[:300]
    return "" if is_mask(text) else text


def _typed_people(request: StaffRequest) -> list[dict[str, str]]:
    """Phones and addresses of the people's rows; of at most twenty."""
    return [
        {field: _typed(request, f"people-{number}-{field}") for field in ("phone", "email")} for number in range(20)
    ]


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT)
@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put away, or take out again."""
    customer = _editable(request, pk)
    if customer.is_archived:
        services.restore_customers([customer], by=request.user)
        messages.success(request, _("%(name)s 已恢复到列表") % {"name": customer.name})
    else:
        services.archive_customers([customer], by=request.user)
        messages.success(request, _("%(name)s 已归档，资料都还在") % {"name": customer.name})
    return go(request, customer.get_absolute_url())
