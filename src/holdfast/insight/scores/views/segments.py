"""价值与风险: which customers bring much and may leave, with the money in every cell."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from holdfast.common import formats, labels
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.scores import queries
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.segments import ALL, BANDS, FILTERS, NONE, PROFIT_BANDS, RISKS, Cell, Segments
from holdfast.insight.scores.readers import FileMissing
from holdfast.insight.scores.views import shown, word
from holdfast.insight.scores.views.value import months_beside, without_file

FIRST = 8
COLUMNS = ("high", "watch", "low", "lost", ALL)  # the most urgent first: a phone shows these
HEAT = (0.02, 0.06, 0.12, 0.24)  # from which share of the whole a cell is one shade darker
MEASURES = {
    "stake": "money_at_stake_minor",
    "revenue": "revenue_12m_minor",
    "spend": "expected_spend_minor",
    "value": "value_12m_minor",
}
Row = dict[str, Any]


@needs(Permission.VALUE_VIEW)
@require_GET
def segments(request: StaffRequest) -> HttpResponse:
    """The cells of ?month= by ?by= (revenue, value, profit, stars), with the money that ?show= asks for in them."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None and not queries.newest_run():
        return show(request, "scores/value_empty.html", {"may_score": request.user.may(Permission.SCORE_RUN)})
    if run is None:
        raise Http404(_("这个月还没有评分。"))
    try:
        return show(request, "scores/segments.html", _context(request, run))
    except FileMissing as missing:
        return without_file(request, run, missing)


def _context(request: StaffRequest, run: Run) -> Row:
    viewer = request.user
    by, measure = _asked(request, viewer.sees_profit)
    found = queries.kept_segments(run, viewer, by)
    first = queries.customer_set(run, viewer, _urgent(by))
    return {
        "run": run,
        "by": by,
        "found": found,
        "lead": lead(run, found),
        "lead_band": band_word(by, BANDS[by][0]),
        "figures": figures(run, found, viewer.sees_profit),
        "columns": [column_word(risk) for risk in COLUMNS],
        "rows": [_row(run, found, band, measure) for band in (*found.bands, ALL)],
        "measure_word": measure_word(measure),
        "choices": _choices(request, by, measure),
        "first": first.rows[:FIRST],
        "first_url": shown.set_url(run, **_urgent(by)),
        "first_total": first.total,
        "never_url": shown.set_url(run, never=1),
        "months": months_beside(run),
        "is_whole": viewer.scope == Scope.ALL,
        "sees_profit": viewer.sees_profit,
        "horizon": formats.days(word.settings_of(run).horizon_days),
        "edges": [formats.percent(edge / 1000, 0) for edge in _edges(run, by)],
    }


def _edges(run: Run, by: str) -> tuple[int, ...]:
    pareto = word.settings_of(run).pareto
    return pareto.abcd if by == "profit" else pareto.abc


def _asked(request: StaffRequest, sees_profit: bool) -> tuple[str, str]:
    by, measure = request.GET.get("by", ""), request.GET.get("show", "")
    by = by if by in BANDS and (sees_profit or by not in PROFIT_BANDS) else "revenue"
    measure = measure if measure in MEASURES and (sees_profit or measure != "value") else "stake"
    return by, measure


def _choices(request: StaffRequest, by: str, measure: str) -> dict[str, list[Row]]:
    sees = request.user.sees_profit
    bands = {"revenue": _("按收入"), "value": _("按未来价值"), "profit": _("按毛利"), "stars": _("按星级")}
    return {
        "bands": [
            {"title": title, "url": _with(request, by=code), "active": code == by}
            for code, title in bands.items()
            if sees or code not in PROFIT_BANDS
        ],
        "measures": [
            {"title": measure_word(code), "url": _with(request, show=code), "active": code == measure}
            for code in MEASURES
            if sees or code != "value"
        ],
    }


def _with(request: StaffRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def measure_word(code: str) -> str:
    return {
        "stake": _("会失去的钱"),
        "revenue": _("近 12 月收入"),
        "spend": _("预计会买"),
        "value": _("12 个月价值"),
    }[code]


def band_word(by: str, band: str) -> str:
    """The name of a row."""
    if band == ALL:
        return _("合计")
    if by == "stars":
        return labels.stars_label(int(band)) if band != NONE else _("未评星")
    if band == NONE:
        return _("毛利不明") if by == "profit" else _("说不准")
    return _("%(letter)s 类") % {"letter": band}


def column_word(risk: str) -> str:
    return _("合计") if risk == ALL else _("风险%(level)s") % {"level": labels.RISKS[risk]} if risk != "lost" else str(
        labels.STAGES["lost"]
    )  # fmt: skip


def cell_url(run: Run, by: str, band: str, risk: str) -> str:
    """The customers of a cell: the same filters that counted it."""
    named = {FILTERS[by]: band} if band != ALL else {}
    return shown.set_url(run, **named, risk=",".join(RISKS) if risk == ALL else risk)


def _row(run: Run, found: Segments, band: str, measure: str) -> Row:
    whole = getattr(found.total, MEASURES[measure])
    cells = [_cell(run, found, band, risk, measure, whole) for risk in COLUMNS]
    return {"title": band_word(found.by, band), "cells": cells, "is_total": band == ALL, "band": band}


def _cell(run: Run, found: Segments, band: str, risk: str, measure: str, whole: int) -> Row:
    cell = found.cell(band, risk)
    money = getattr(cell, MEASURES[measure])
    share = money / whole if whole > 0 else 0.0
    is_sum = ALL in (band, risk)
    return {
        "n": cell.n,
        "money": money,
        "share": share,
        "heat": "" if is_sum else f"q{sum(share >= line for line in HEAT)}",
        "url": cell_url(run, found.by, band, risk) if cell.n else "",
        "column": column_word(risk),
        "is_sum": is_sum,
        "is_gone": risk == "lost" and not money,
    }


def _urgent(by: str) -> dict[str, str]:
    """The cell to begin with: the best band at high risk."""
    return {FILTERS[by]: BANDS[by][0], "risk": "high"}


def lead(run: Run, found: Segments) -> Row:
    """The sentence of the page, in pieces."""
    best = found.bands[0]
    urgent, watched = found.cell(best, "high"), found.cell(best, "watch")
    whole = found.total.money_at_stake_minor
    return {
        "n": urgent.n,
        "stake": formats.money(urgent.money_at_stake_minor, "panel"),
        "share": formats.percent(urgent.money_at_stake_minor / whole, 0) if whole else "—",
        "url": cell_url(run, found.by, best, "high"),
        "watched": watched.n,
        "watched_stake": formats.money(watched.money_at_stake_minor, "panel"),
        "watched_url": cell_url(run, found.by, best, "watch"),
        "whole": formats.money(whole, "panel"),
    }


def figures(run: Run, found: Segments, sees_profit: bool) -> list[Row]:
    """Four figures over the cells, each opening its customers."""
    total, high = found.total, found.cell(ALL, "high")
    shares = [
        _figure(_("会失去的钱"), total.money_at_stake_minor, total, cell_url(run, found.by, ALL, ALL)),
        _figure(_("其中风险高"), high.money_at_stake_minor, high, cell_url(run, found.by, ALL, "high"), tone="act"),
        _figure(_("近 12 月收入"), total.revenue_12m_minor, total, cell_url(run, found.by, ALL, ALL)),
    ]
    if sees_profit:
        ahead, kept = total.value_12m_minor, high.value_12m_minor
        share = formats.percent(kept / ahead, 0) if ahead else "—"
        shares.append(
            {
                **_figure(_("12 个月价值"), ahead, total, cell_url(run, found.by, ALL, ALL)),
                "note": _("风险高的客户占 %(share)s") % {"share": share},
            }
        )
    return shares


def _figure(label: str, minor: int, cell: Cell, url: str, *, tone: str = "") -> Row:
    note = _("%(n)s 位") % {"n": formats.number(cell.n)}
    return {"label": label, "value": formats.money_parts(minor), "note": note, "href": url, "tone": tone}


def band_words(asked: dict[str, str], viewer: User) -> list[str]:
    """What a set of this page counted, in words, for the page of its customers."""
    found = []
    for by, name in FILTERS.items():
        if by != "stars" and asked.get(name) and (viewer.sees_profit or by not in PROFIT_BANDS):
            prefix = {
                "revenue": pgettext("class of", "收入"),
                "value": pgettext("class of", "未来价值"),
                "profit": pgettext("class of", "毛利"),
            }[by]
            found.append(f"{prefix} {_('、').join(band_word(by, band) for band in asked[name].split(','))}")
    return found
