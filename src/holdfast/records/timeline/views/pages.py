"""What the pages of this room share: the customer asked for, forms, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from holdfast.common.web import go, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.records.customers.models import Customer


def customer_asked_for(request: StaffRequest) -> Customer | None:
    """The customer of the address; one out of scope is not found."""
    pk = request.GET.get("customer", "")
    if not pk.isdecimal():
        return None
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def form_page(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    given = {"form": form, "back": way_back(request), **context}
    return show(request, template, given, status=422 if form.is_bound else 200)


def way_back(request: StaffRequest) -> str:
    """Where the person came from, if it is a page of ours."""
    wanted = request.POST.get("back") or request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    path = wanted.removeprefix(f"{request.scheme}://{request.get_host()}")
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_ours and path != request.get_full_path() else ""


def done(request: StaffRequest, text: str, customer: Customer) -> HttpResponse:
    messages.success(request, text)
    is_seen = Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists()
    return go(request, way_back(request) or (f"/customers/{customer.pk}/" if is_seen else "timeline:tasks"))
