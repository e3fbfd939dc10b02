"""需求预测: what customers will order in the months to come, and how such forecasts did."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common import formats
from holdfast.common.months import Month
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import Department, StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.outlook.forms import DemandFilters
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.queries import demand
from holdfast.insight.outlook.queries.state import newest
from holdfast.insight.outlook.rules.demand import OTHERS
from holdfast.insight.outlook.views import band

PAGE_ROWS = 50
LEAST_MONTHS = 6
METHOD_WORDS = {
    "damped_trend": lambda: _("近来的水平和走势"),
    "year_and_damped_trend": lambda: _("去年同月加上近来走势"),
    "season_and_damped_trend": lambda: _("走势加上季节"),
    "naive": lambda: _("和上个月一样"),
    "seasonal_naive": lambda: _("和去年同月一样"),
}
PLAIN = ("naive", "seasonal_naive")
KIND_WORDS = {"department": lambda: _("按部门"), "owner": lambda: _("按归属人"), "category": lambda: _("按产品类别")}


@needs(Permission.VALUE_VIEW, Permission.CUSTOMER_VIEW)
@require_safe
def demand_page(request: StaffRequest) -> HttpResponse:
    """The company, the viewer's departments or his own customers."""
    outlook = newest()
    whole = demand.whole(request.user, outlook) if outlook else None
    context: dict[str, Any] = {
        "outlook": outlook,
        "whole": whole,
        "may_make": request.user.may(Permission.SCORE_RUN),
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
    }
    if outlook and whole:
        context |= _context(outlook, whole)
    return show(request, "outlook/demand.html", context)


def _context(outlook: Outlook, whole: demand.Whole) -> dict[str, Any]:
    now = str(Month.of(outlook.as_of))
    was = {row[0]: row[1] for row in whole.history}
    figures = outlook.demand
    return {
        "figures": figures,
        "rows": [_month_row(row, was, now) for row in whole.ahead],
        "picture": band.picture(whole.history, whole.ahead),
        "small_picture": band.picture(whole.history, whole.ahead, shown=6, width=400.0),
        "first": whole.ahead[0],
        "last_months": _last_months(whole),
        "method": METHOD_WORDS[figures["method"]](),
        "is_short": figures["history_months"] < LEAST_MONTHS,
        "errors": _errors(figures),
        "best_plain": _best_plain(figures),
        "checked": [_checked(row) for row in figures["checked"]] if whole.is_company else [],
        "groups": _columns([_group(kind, lines) for kind, lines in whole.lines.items()]),
    }


def _month_row(row: list[Any], was: dict[str, int], now: str) -> dict[str, Any]:
    """One month ahead beside the same month of last year, which opens its orders."""
    month = Month.parse(row[0])
    before = month.plus(-12)
    last_year = was.get(str(before))
    return {
        "month": row[0], "minor": row[1], "low": row[2], "high": row[3], "is_running": row[0] == now,
        "last_year": last_year, "change": row[1] / last_year - 1 if last_year and last_year > 0 else None,
        "url": f"{reverse('commerce:orders')}?{urlencode({'since': before.first, 'until': before.last})}",
    }  # fmt: skip


def _last_months(whole: demand.Whole) -> int | None:
    """What the last as many months came to; None where there are not so many."""
    count = len(whole.ahead)
    return sum(row[1] for row in whole.history[-count:]) if len(whole.history) >= count else None


def _errors(figures: dict[str, Any]) -> list[dict[str, Any]]:
    found = figures.get("error_minor") or {}
    ours = [name for name in found if name not in PLAIN]
    named = [*ours, *(name for name in PLAIN if name in found)]
    return [
        {"name": METHOD_WORDS[name](), "minor": found[name], "is_used": name == figures["method"], "most": max(found.values())}
        for name in named
    ]  # fmt: skip


def _best_plain(figures: dict[str, Any]) -> str:
    found = figures.get("error_minor") or {}
    plain = [name for name in PLAIN if name in found]
    return METHOD_WORDS[min(plain, key=lambda name: found[name])]() if plain else ""


def _checked(row: list[Any]) -> dict[str, Any]:
    month, said, low, high, came = row
    return {
        "month": month, "said": said, "low": low, "high": high, "came": came, "is_inside": low <= came <= high,
        "off": (came - said) / said if said else None,
        "url": f"{reverse('commerce:orders')}?{urlencode({'since': Month.parse(month).first, 'until': Month.parse(month).last})}",
    }  # fmt: skip


def _columns(groups: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Two columns of about the same height: people are many, departments and categories few."""
    right = [group for group in groups if group["kind"] == "owner"]
    return {"left": [group for group in groups if group not in right], "right": right}


def _group(kind: str, lines: list[demand.Line]) -> dict[str, Any]:
    most = max([1, *(line.total_minor for line in lines)])
    return {"kind": kind, "title": KIND_WORDS[kind](), "rows": [_line(line) for line in lines], "most": most}


def _line(line: demand.Line) -> dict[str, Any]:
    names = {"owner": _("没有归属人"), "department": _("没有部门"), "category": _("没有类别的产品")}
    name = _("其他类别") if line.key == OTHERS and line.kind == "category" else line.name or names[line.kind]
    query = urlencode({line.kind: line.key or "none"})
    url = f"{reverse('outlook:demand-customers')}?{query}" if line.kind != "category" else ""
    return {"name": name, "customers": line.customers, "total_minor": line.total_minor, "url": url}


@needs(Permission.VALUE_VIEW, Permission.CUSTOMER_VIEW)
@require_safe
def demand_customers(request: StaffRequest) -> HttpResponse:
    """The customers behind a figure, by the money expected of them or by who orders first."""
    outlook, params = newest(), DemandFilters(request.GET).params()
    context: dict[str, Any] = {"outlook": outlook, "params": params, "rows": [], **_asked(request, params)}
    if outlook:
        found = demand.listed(request.user, outlook, params)
        page = Paginator(found.ids, PAGE_ROWS).get_page(request.GET.get("page"))
        ids = [int(pk) for pk in page.object_list]
        context |= {
            "found": found, "page": page, "months": outlook.demand.get("months"),
            "rows": [customer_row(customer, row) for customer, row in demand.rows_of(outlook, ids)],
            "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        }  # fmt: skip
    return show(request, "outlook/customers.html", context)


def customer_row(customer: Any, row: dict[str, Any]) -> dict[str, Any]:
    """What is told of one customer, ready to be shown."""
    return {"customer": customer, **row, "is_silent": row["last_on"] is not None and row["next_on"] is None}


def _asked(request: StaffRequest, params: dict[str, Any]) -> dict[str, Any]:
    owner, department = params.get("owner", ""), params.get("department", "")
    tabs = [("", _("按预计金额")), ("next", _("按下次下单"))]
    query = request.GET.copy()
    query.pop("page", None)
    shown = []
    for code, title in tabs:
        query["sort"] = code
        shown.append({"title": title, "url": f"?{query.urlencode()}", "active": code == params.get("sort", "")})
    return {
        "tabs": shown,
        "owner_word": _word(owner, User, _("没有归属人")),
        "department_word": _word(department, Department, _("没有部门")),
    }


def _word(value: str, model: Any, nobody: str) -> str:
    if value == "none":
        return nobody
    if value == "me":
        return _("我的客户")
    found = model.objects.filter(pk=value).first() if value else None
    return str(found.name) if found else ""


def period(whole: demand.Whole) -> str:
    """2026 年 11 月–2027 年 4 月."""
    return f"{formats.month(whole.ahead[0][0])}–{formats.month(whole.ahead[-1][0])}"
