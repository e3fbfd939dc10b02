"""服务标准: how far the standards were kept, and what it took."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.actions.care import queries
from holdfast.actions.care.models import Duty
from holdfast.actions.care.views import shown
from holdfast.common import formats
from holdfast.common.months import Month, today
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission, Scope

PEOPLE_SHOWN = 12
TREND_STARS = (5, 4, 3)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def execution(request: StaffRequest) -> HttpResponse:
    """The execution of ?month= by star, person and department, hours and gifts by tier."""
    viewer, month = request.user, shown.month_of(request)
    found = queries.execution(month, viewer)
    everybody = request.GET.get("people") == "all"
    context = {
        "month": month,
        "beside": shown.months_beside(month),
        "months": shown.months_back(),
        "is_whole": viewer.scope == Scope.ALL,
        "found": found,
        "total": shown.line_row(month, found.total),
        "elapsed": shown.elapsed(month),
        "days_left": (month.last - today()).days + 1,
        "stars": [shown.line_row(month, line, stars=line.key) for line in found.stars],
        "owners": [shown.line_row(month, one, owner=one.key) for one in _some(found.owners, everybody)],
        "more_owners": 0 if everybody else max(0, len(found.owners) - PEOPLE_SHOWN),
        "departments": [shown.line_row(month, line, department=line.key) for line in found.departments],
        "trend_data": _trend(viewer, month),
        "is_begun": found.total.due > 0 or Duty.objects.visible_to(viewer).exists(),
        "unowned": sum(queries.unowned_by_star(viewer).values()),
        "is_one_for_all": queries.is_one_for_all(queries.table_on(month.last)),
        **_resources(viewer, month),
    }
    return show(request, "care/execution.html", context)


def _some(lines: list[queries.Line], everybody: bool) -> list[queries.Line]:
    return lines if everybody else lines[:PEOPLE_SHOWN]


def _trend(viewer: User, month: Month) -> dict[str, Any]:
    """Twelve months of the rate, all stars and the best ones."""
    points = queries.trend(viewer, month)
    while points and points[0]["rate"] is None:
        points = points[1:]
    series: list[dict[str, Any]] = [
        {"name": str(_("全部")), "values": [one["rate"] for one in points], "tone": "brand"}
    ]
    for stars in TREND_STARS:
        values = [one["stars"].get(stars) for one in points]
        if any(value is not None for value in values):
            name = _("%(stars)s 星") % {"stars": stars}
            series.append({"name": name, "values": values, "tone": f"star-{stars}", "dashed": True})
    return {
        "format": "percent",
        "labels": [formats.month(one["month"].first, "short") for one in points],
        "series": series,
        "urls": [f"{reverse('care:execution')}?month={one['month']}" for one in points],
    }


def _resources(viewer: User, month: Month) -> dict[str, Any]:
    """Hours of the month and gifts of the year, by tier."""
    lines = queries.resources(month, viewer)
    most = max([1, *(line.planned for line in lines), *(line.spent for line in lines)])
    budgets = queries.gift_budgets(viewer, month.year, min(month.last, today()))
    return {
        "resources": lines,
        "most_minutes": most,
        "planned": sum(line.planned for line in lines),
        "spent": sum(line.spent for line in lines),
        "budgets": [budget for budget in budgets if budget.customers or budget.gifts],
        "gift_budget": sum(budget.budget_minor for budget in budgets),
        "gift_given": sum(budget.given_minor for budget in budgets),
        "year": month.year,
    }
