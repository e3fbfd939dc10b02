"""应收预警: invoices that are not due yet, by the money that may come late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common import formats
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.outlook.forms import SORT_WORDS, RiskFilters
from holdfast.insight.outlook.queries import late
from holdfast.insight.outlook.queries.state import newest
from holdfast.insight.outlook.rules.late import Week
from holdfast.records.commerce.models import Invoice
from holdfast.records.commerce.queries import ageing
from holdfast.records.customers.models import Customer

PAGE_ROWS = 50
PRINTED = 500


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def receivables(request: StaffRequest) -> HttpResponse:
    """The list, by money × chance; ?week=, ?high=1, ?owner=, ?customer= and ?q= narrow it, ?print=1 on one page."""
    params = RiskFilters(request.GET).params()
    is_printed = bool(request.GET.get("print"))
    found = late.at_risk(request.user, params)
    page = Paginator(found, PRINTED if is_printed else PAGE_ROWS).get_page(request.GET.get("page"))
    board, outlook = late.board(request.user), newest()
    context = {
        "page": page,
        "rows": [_row(invoice) for invoice in late.whole(page.object_list)],
        "params": params,
        "whole": board.whole,
        "weeks": [_week(week, sums, board.whole.open_minor) for week, sums in board.weeks if sums.count],
        "ageing": ageing(request.user),
        "outlook": outlook,
        "tested": outlook.late if outlook else {},
        "is_filtered": bool(set(params) - {"sort"}),
        "is_printed": is_printed,
        "sorts": SORT_WORDS,
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        "may_make": request.user.may(Permission.SCORE_RUN),
        **_choices(request, params),
    }
    return show(request, "outlook/receivables.html", context)


def _choices(request: StaffRequest, params: Mapping[str, Any]) -> dict[str, Any]:
    """Words for the filters that are set."""
    owner = params.get("owner", "")
    week = next((one for one, _sums in _spans() if one == params.get("week")), "")
    return {
        "week_word": dict(_spans()).get(week, ""),
        "of_customer": Customer.objects.visible_to(request.user).filter(pk=params.get("customer", 0)).first(),
        "of_owner": User.objects.filter(pk=owner).first() if owner.isdecimal() else None,
    }


def _spans() -> list[tuple[str, str]]:
    from holdfast.common.months import today
    from holdfast.insight.outlook.rules.late import weeks

    return [(week.code, week_word(week)) for week in weeks(today())]


def week_word(week: Week) -> str:
    """11-23–11-29, or all later days."""
    first = formats.day(week.first, "plain")
    if week.last is None:
        return _("%(first)s 以后") % {"first": first}
    return f"{first}–{formats.day(week.last, 'plain')}" if week.last != week.first else first


def _week(week: Week, sums: late.Sums, most: int) -> dict[str, Any]:
    return {"code": week.code, "title": week_word(week), "sums": sums, "most": most}


def _row(invoice: Invoice) -> dict[str, Any]:
    """One invoice with what is told of it; nothing yet of one that is new since the night."""
    chance = getattr(invoice, "late_chance", None)
    if chance is not None:
        chance.invoice = invoice
    told = late.foresight_of(chance) if chance else None
    return {"invoice": invoice, "told": told, "risk_minor": round(invoice.risk) if told else None}  # type: ignore[attr-defined]
