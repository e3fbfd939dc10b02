"""价值看板: one month of the company, or of the viewer's own customers."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.analysis.days import Comparison
from holdfast.common.months import Month
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.foundation.jobs import services as jobs
from holdfast.insight.scores import queries
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.readers import FileMissing
from holdfast.insight.scores.rules.columns import COMPARISONS
from holdfast.insight.scores.views import shown, tables, word

COMPARISON_WORDS = {
    "month": lambda: _("比上月"),
    "three_months": lambda: _("比前三个月"),
    "year": lambda: _("比去年"),
}


@needs(Permission.VALUE_VIEW)
@require_GET
def value(request: StaffRequest) -> HttpResponse:
    """The board of ?month= (the newest scored without it), compared by ?compare=."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None and not queries.newest_run():
        return show(request, "scores/value_empty.html", {"may_score": request.user.may(Permission.SCORE_RUN)})
    if run is None:
        raise Http404(_("这个月还没有评分。"))
    compare = comparison_of(request)
    try:
        return show(request, "scores/value.html", _context(request, run, compare))
    except FileMissing as missing:
        return without_file(request, run, missing)


def comparison_of(request: StaffRequest) -> Comparison:
    """Which comparison the address asks for; the month when it asks for none we know."""
    asked = request.GET.get("compare", "month")
    return cast(Comparison, asked) if asked in COMPARISONS else "month"


def without_file(request: StaffRequest, run: Run, missing: FileMissing) -> HttpResponse:
    """The month's file is gone: say so, and how to get it back."""
    may_score = request.user.may(Permission.SCORE_RUN) and not run.is_signed
    context = {"run": run, "message": missing.message, "may_score": may_score}
    return show(request, "scores/value_empty.html", context, status=503)


def _context(request: StaffRequest, run: Run, compare: Comparison) -> dict[str, Any]:
    viewer = request.user
    board = queries.board(run, viewer, compare)
    sees_profit = viewer.sees_profit
    return {
        "run": run,
        "board": board,
        "compare": compare,
        "comparisons": _comparisons(run, compare),
        "months": months_beside(run),
        "is_whole": viewer.scope == Scope.ALL,
        "sees_profit": sees_profit,
        "may_score": viewer.may(Permission.SCORE_RUN) and not run.is_signed,
        "report_url": _report_url(viewer),
        "periods": shown.periods(board.movement.previous, board.movement.current),
        "lead": shown.lead(run, board, compare),
        "figures": shown.figures(run, board, sees_profit, compare),
        "star_rows": tables.star_rows(run, board, sees_profit),
        "star_finding": tables.star_finding(board, sees_profit),
        "star_matrix": tables.star_matrix(run, board),
        "movement_rows": tables.movement_rows(run, board, compare),
        "bridge_data": shown.bridge(run, board, compare),
        "flow_data": shown.flow(board),
        "curve_data": shown.curve(run, board.revenue),
        "whale_data": shown.curve(run, board.profit) if sees_profit and board.profit.points else None,
        "stage_steps": shown.stages(run, board),
        "stage_parts": shown.stage_parts(run, board),
        "trusted": word.trusted_rows(board.trusted, viewer),
        "params": run.definition.params,
    }


def _comparisons(run: Run, compare: str) -> list[dict[str, Any]]:
    base = f"{reverse('scores:value')}?month={run.month}"
    return [
        {"title": word(), "url": f"{base}&compare={code}", "active": code == compare}
        for code, word in COMPARISON_WORDS.items()
    ]


def months_beside(run: Run) -> dict[str, Any]:
    """The scored months for the picker, and those beside this one."""
    found = list(queries.runs().values_list("month", "state"))
    names = [month for month, _state in found]
    before, after = str(Month.parse(run.month).previous), str(Month.parse(run.month).next)
    return {
        "all": found[:36],
        "previous": before if before in names else "",
        "next": after if after in names else "",
    }


def _report_url(viewer: Any) -> str:
    if not viewer.may(Permission.REPORT_VIEW):
        return ""
    try:
        return reverse("reports:list")
    except NoReverseMatch:
        return ""


@needs(Permission.SCORE_RUN)
@require_POST
def score(request: StaffRequest) -> HttpResponse:
    """Start a scoring in the background and show how far it is."""
    month = request.POST.get("month", "")
    job = jobs.enqueue("scores.score", by=request.user, month=month, by_id=request.user.pk)
    try:
        return go(request, "jobs:job", job.pk)
    except NoReverseMatch:
        return redirect("scores:value")
