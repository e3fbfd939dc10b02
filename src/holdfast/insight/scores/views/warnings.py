"""预警: who is leaving by his own rhythm, with the reason in a sentence and the money at stake."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.common import formats
from holdfast.common.charts.rhythm import rhythm
from holdfast.common.labels import STAGES
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores import queries
from holdfast.insight.scores.queries.people import LEAVING_STAGES, WARNED_STAGES
from holdfast.records.customers.models import Standing

PAGE = 50
PRINTED = 500
STARS = (5, 4, 3, 2, 1)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def warnings(request: StaffRequest) -> HttpResponse:
    """The list to call through; ?stage=, ?stars= (or more), ?mine=1 narrow it, ?print=1 puts it on one page."""
    everyone = queries.warnings(request.user)
    asked = {name: request.GET.get(name, "") for name in ("stage", "stars", "mine")}
    found = _narrowed(everyone, asked, request.user)
    is_printed = bool(request.GET.get("print"))
    page = Paginator(found, PRINTED if is_printed else PAGE).get_page(request.GET.get("page"))
    summed = found.aggregate(money=Sum("at_stake_minor"))
    run = queries.newest_run()
    chances = queries.leaving_chances(run, [standing.customer_id for standing in page.object_list])
    rows = [_row(standing, chances) for standing in page.object_list]
    context: dict[str, Any] = {
        "rows": rows,
        "page": page,
        "asked": asked,
        "tabs": _tabs(request, everyone, asked),
        "stars_word": _("%(stars)s 星以上") % {"stars": asked["stars"]} if asked["stars"] else "",
        "total": page.paginator.count,
        "at_stake_minor": summed["money"] or 0,
        "run": run,
        "horizon": formats.days(AnalyzeParams.from_dict(run.definition.params).horizon_days) if run else "",
        "is_printed": is_printed,
        "star_choices": STARS[:4],
    }
    return show(request, "scores/warnings.html", context)


def _narrowed(found: Any, asked: dict[str, str], viewer: Any) -> Any:
    found = _of_stage(found, asked["stage"])
    if asked["stars"].isdigit():
        wanted = range(int(asked["stars"]), 6)
        found = found.filter(stars__in=wanted) | found.filter(stars=None, stars_hint__in=wanted)
    return found.filter(customer__owner=viewer) if asked["mine"] else found


def _of_stage(found: Any, stage: str) -> Any:
    """One stage; without one, everybody who is leaving by his own rhythm."""
    if stage in WARNED_STAGES:
        return found.filter(stage=stage)
    return found.filter(Q(stage__in=LEAVING_STAGES) | Q(risk="high"))


def _tabs(request: StaffRequest, everyone: Any, asked: dict[str, str]) -> list[dict[str, Any]]:
    named = [("", _("将流失与沉默")), *((stage, str(STAGES[stage])) for stage in WARNED_STAGES)]
    return [
        {
            "title": title,
            "url": _with(request, stage=stage),
            "active": asked["stage"] == stage,
            "count": _of_stage(everyone, stage).count(),
        }
        for stage, title in named
    ]


def _with(request: StaffRequest, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _row(standing: Standing, chances: dict[int, float]) -> dict[str, Any]:
    usual = standing.typical_gap_days
    marks = rhythm([date.fromisoformat(day) for day in standing.recent_days], today=standing.as_of, usual_days=usual)
    return {
        "standing": standing,
        "customer": standing.customer,
        "leaves": chances.get(standing.customer_id),
        "shown": standing.stars or standing.stars_hint,
        "is_hollow": standing.stars is None,
        "marks": marks if standing.recent_days else None,
        "reason": standing.reasons[0] if standing.reasons else None,
        "more": standing.reasons[1:],
    }
