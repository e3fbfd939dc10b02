"""One whole number, for who says why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.common.web import needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms import RevealForm
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.queries.masks import SCHEMES, sees_raw, shown_value
from holdfast.records.customers.rules import reveals


@never_cache
@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def reveal(request: StaffRequest, pk: int, field: str) -> HttpResponse:
    """GET asks why, with the mask; POST answers with the number and notes it in the journal."""
    customer = get_object_or_404(queries.visible_customers(request.user), pk=pk)
    who = _who(request, customer)
    if field not in reveals.FIELDS or not getattr(who, field, ""):
        raise Http404
    form = RevealForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "customer": customer, "who": who, "form": form, "field_name": reveals.FIELDS[field], "status": 200,
        "masked": shown_value(request.user, who, field),
    }  # fmt: skip
    if sees_raw(request.user, customer):
        context |= {**_told(field, getattr(who, field)), "is_open": True}
    elif form.is_valid():
        _reveal(request, customer, who, field, context)
    context["left"] = services.reveals_left(request.user)
    status = 422 if form.errors and context["status"] == 200 else context["status"]
    return show(request, "customers/reveal.html", context, status=status)


def _who(request: StaffRequest, customer: Customer) -> Customer | Contact:
    person = request.GET.get("person", "")
    if not person:
        return customer
    key = int(person) if person.isascii() and person.isdecimal() and len(person) < 19 else 0
    return get_object_or_404(customer.contacts.select_related("customer"), pk=key)


def _reveal(
    request: StaffRequest, customer: Customer, who: Customer | Contact, field: str, context: dict[str, Any]
) -> None:
    form: RevealForm = context["form"]
    person = who.pk if isinstance(who, Contact) else None
    with refusals_on(form):
        try:
            number = services.reveal_number(customer, field=field, person=person, by=request.user, **form.cleaned_data)
            context |= _told(field, number)
        except services.QuotaUsedUp:
            context["status"] = 429
            raise


def _told(field: str, number: str) -> dict[str, Any]:
    return {"number": number, "href": f"{SCHEMES[field]}{number}" if field in SCHEMES else ""}
