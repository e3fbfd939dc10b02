"""Pages of a customer's history."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.rules import ENTRY_KINDS

LONGEST_SEARCH = 60
SHORTEST_SEARCH = 2
MOST_NOTES = 50


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything that happened with a customer, newest first; of one kind, or holding some words."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    asked = _asked(request)
    url = reverse("timeline:history", args=[pk])
    if "after" in asked:
        return show(request, "timeline/older.html", {"customer": customer, **_page(request, customer, asked, url)})
    services.collect_customer(customer)
    counts = queries.kinds_of(request.user, customer)
    context = {
        "customer": customer,
        "kind": asked.get("kind", ""),
        "q": asked.get("q", ""),
        "kinds": _kinds(counts, asked, url),
        "total": sum(counts.values()),
        "earliest": queries.earliest(request.user, customer),
        "may_log": request.user.may(Permission.TASK_EDIT),
        "url": url,
        **_page(request, customer, asked, url),
    }
    return show(request, "timeline/history.html", context)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def notes(request: StaffRequest) -> HttpResponse:
    """What was written about any visible customer: contacts, needs, files, hand-overs, by their words."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = queries.notes_with(request.user, text, MOST_NOTES) if len(text) >= SHORTEST_SEARCH else []
    context = {"q": text, "lines": found, "is_short": 0 < len(text) < SHORTEST_SEARCH, "most": MOST_NOTES}
    return show(request, "timeline/notes.html", context)


def _asked(request: StaffRequest) -> dict[str, str]:
    """What of the address is asked for: kind, q, after and the month that the page before ended in."""
    given = {name: request.GET.get(name, "").strip() for name in ("kind", "q", "after", "month")}
    given["q"] = given["q"][:LONGEST_SEARCH]
    if given["kind"] not in ENTRY_KINDS:
        given["kind"] = ""
    return {name: value for name, value in given.items() if value}


def _page(request: StaffRequest, customer: Customer, asked: dict[str, str], url: str) -> dict[str, Any]:
    page = queries.history_page(
        request.user, customer, kind=asked.get("kind", ""), text=asked.get("q", ""), after=asked.get("after", "")
    )
    return {
        "months": page.months,
        "month_before": asked.get("month", ""),
        "older": _older(asked, page, url) if page.after else "",
    }


def _older(asked: dict[str, str], page: queries.HistoryPage, url: str) -> str:
    """Where the next page stands; it is told the month that this one ends in."""
    rest: dict[str, str] = {name: asked[name] for name in ("kind", "q") if name in asked}
    rest |= {"after": page.after, "month": page.months[-1][0]}
    return f"{url}?{urlencode(rest)}"


def _kinds(counts: dict[str, int], asked: dict[str, str], url: str) -> list[dict[str, Any]]:
    """The filter by kind, with how many lines there are of each."""
    words = {"q": asked["q"]} if "q" in asked else {}
    codes: dict[str, str] = {"": _("全部"), **{kind: str(ENTRY_KINDS[kind]) for kind in counts}}
    return [
        {
            "title": title,
            "url": f"{url}?{urlencode({**words, 'kind': kind} if kind else words)}".removesuffix("?"),
            "count": counts.get(kind),
            "active": asked.get("kind", "") == kind,
        }
        for kind, title in codes.items()
    ]
