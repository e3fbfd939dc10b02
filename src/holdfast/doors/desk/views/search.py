"""Search from anywhere: customers by name, phone, contact, pinyin; orders by number."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries as commerce
from holdfast.records.customers import queries as customers

SUGGESTED, FOUND, ORDERS = 8, 50, 5
LONGEST = 60
FRAGMENTS = {"suggest": "desk/_suggestions.html", "options": "desk/_options.html"}


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """The page, or with `part` the suggestions of the top bar or the options of a customer box."""
    text = (request.GET.get("q") or request.GET.get("customer") or "").replace("\0", "").strip()[:LONGEST]
    fragment = FRAGMENTS.get(request.GET.get("part", ""))
    limit = SUGGESTED if fragment else FOUND
    context = {
        "text": text,
        "search_text": text,
        "found": list(customers.search_customers(request.user, text, limit)) if text else [],
        "orders": list(commerce.orders_like(request.user, text)[:ORDERS]) if len(text) > 2 else [],
        "limit": limit,
    }
    if fragment:
        return render(request, fragment, context)
    return show(request, "desk/search.html", context)
