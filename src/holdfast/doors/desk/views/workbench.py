"""工作台, and tomorrow's call list on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from holdfast.common import labels
from holdfast.common.months import today
from holdfast.common.web import needs, show
from holdfast.doors.desk import queries, rules
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.timeline import queries as timeline

RISKS_SHOWN, TASKS_SHOWN, CHANGES_SHOWN, BIRTHDAYS_SHOWN = 6, 6, 6, 8
CHANGES_READ = 40
TASK_DAYS = timedelta(days=7)
CALLS_PRINTED = 60


def _whose(request: StaffRequest) -> str:
    """Mine or all that the scope opens; without a choice, mine for those who own customers."""
    if request.user.scope == Scope.OWN:
        return "mine"
    asked = request.GET.get("whose")
    if asked in ("mine", "team"):
        return str(asked)
    return "mine" if request.user.customers.filter(archived_at=None).exists() else "team"


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def workbench(request: StaffRequest) -> HttpResponse:
    whose, day = _whose(request), today()
    customers = queries.customers_of(request.user, whose)
    everyone = queries.sees_everyone(request.user, whose)
    totals = queries.standings(customers, everyone=everyone)
    context = {
        "greeting": rules.greeting(timezone.localtime().hour),
        "name": rules.given_name(request.user.name),
        "today": day,
        "as_of": totals.as_of,
        "has_customers": totals.has_customers,
        "whose": whose,
        "may_task": request.user.may(Permission.TASK_EDIT),
        "scopes": _scopes(request.user, whose),
        "totals": totals,
        "risks": _risks(customers, everyone),
        "more": max(totals.both - RISKS_SHOWN, 0),
        "money": queries.month_money(request.user, whose, day),
        "birthdays": queries.birthdays_soon(request.user, whose, day, BIRTHDAYS_SHOWN),
        "changes": _changes(customers, few=whose == "mine"),
        "warnings_url": _url("scores:warnings"),
        **_tasks(request.user),
        **_movements(totals.movements, whose),
    }
    return show(request, "desk/workbench.html", context)


def _scopes(viewer: User, whose: str) -> list[dict[str, Any]]:
    if viewer.scope == Scope.OWN:
        return []
    here, paper = reverse("desk:workbench"), reverse("desk:print_calls")
    return [
        {"title": word, "url": f"{here}?whose={code}", "print_url": f"{paper}?whose={code}", "active": code == whose}
        for code, word in rules.WHOSE.items()
    ]


def _risks(customers: Any, everyone: bool) -> list[dict[str, Any]]:
    day = today()
    return [
        {
            "customer": customer,
            "why": rules.why(customer.standing, day),
            "beat": rules.beat_of(customer.standing, day),
            "whom": _whom(customer),
        }
        for customer in queries.at_risk(customers, RISKS_SHOWN, everyone=everyone)
    ]


def _whom(customer: Any) -> Any:
    """Whose number to call: the first contact's that has one, else the customer's."""
    return next((contact for contact in customer.contacts.all() if contact.phone), customer)


def _tasks(viewer: User) -> dict[str, Any]:
    """One's own open tasks that are late or due within a week."""
    found = list(timeline.open_tasks(viewer, assignee=viewer, until=today() + TASK_DAYS)[: TASKS_SHOWN + 1])
    return {"tasks": found[:TASKS_SHOWN], "has_more_tasks": len(found) > TASKS_SHOWN}


def _changes(customers: Any, few: bool) -> list[dict[str, Any]]:
    """What changed since yesterday, in words, one entry a customer."""
    found: dict[int, dict[str, Any]] = {}
    for change in queries.recent_changes(customers, today() - timedelta(days=1), CHANGES_READ, few=few):
        entry = found.setdefault(change.customer_id, {"customer": change.customer, "parts": []})
        entry["parts"].append(
            {
                "field": rules.FIELD_WORDS.get(change.field, change.field),
                "ends": rules.change_words(change.field, change.before, change.after),
                "is_good": rules.is_good(change.field, change.before, change.after),
            }
        )
    return list(found.values())[:CHANGES_SHOWN]


def _movements(found: list[queries.Movement], whose: str) -> dict[str, Any]:
    list_url, mine = _url("customers:list"), "&owner=me" if whose == "mine" else ""
    parts = [
        {
            "value": one.customers,
            "label": labels.movement_label(one.code),
            "tone": one.code,
            "url": f"{list_url}?movement={one.code}{mine}" if list_url else "",
        }
        for one in found
    ]
    by_code = {one.code: one for one in found}
    return {
        "parts": parts,
        "falling": by_code.get("declining"),
        "rising": by_code.get("rising"),
    }


def _url(name: str) -> str:
    """The page's address, or nothing while its room has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def print_calls(request: StaffRequest) -> HttpResponse:
    """Tomorrow's call list, one page to take along: stars, stage, reason and number."""
    whose, tomorrow = _whose(request), today() + timedelta(days=1)
    customers = queries.customers_of(request.user, whose)
    calls = queries.call_list(request.user, customers, until=tomorrow, limit=CALLS_PRINTED)
    context = {
        "day": tomorrow,
        "calls": [_call(call) for call in calls],
        "urgent": sum(call.is_urgent for call in calls),
        "at_stake_minor": sum(call.standing.at_stake_minor for call in calls if call.standing),
        "as_of": queries.freshness(customers),
        "whose": whose,
        "scopes": _scopes(request.user, whose),
    }
    return render(request, "desk/print_calls.html", context)


def _call(call: queries.Call) -> dict[str, Any]:
    """With the stars as glyphs, which every printer has."""
    standing = call.standing
    stars = (standing.stars or standing.stars_hint or 0) if standing else 0
    word = labels.stars_label(stars, provisional=bool(standing and standing.is_provisional))
    why = rules.why(standing, today()) if standing else ""
    return {"call": call, "stars": "★" * stars, "missing": "★" * (5 - stars), "stars_word": word, "why": why}
