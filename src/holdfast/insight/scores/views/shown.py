"""Figures of the board in words, and as data for the charts; every one with the address of its customers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from holdfast.analysis.days import Window
from holdfast.common import formats
from holdfast.common.labels import BRIDGE_STEPS, MOVEMENTS, STAGES
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries import Board, Pareto

EARLY_STAGES = ("identified", "developing", "activated", "growing")
LATER_STAGES = {
    "growing": "star-4", "mature": "star-5", "declining": "declining", "at_risk": "lost", "silent": "slate",
    "lost": "grey", "won_back": "returned",
}  # fmt: skip


def set_url(run: Run, **asked: Any) -> str:
    """The address of the customers behind a figure."""
    return month_url(run.month, **asked)


def month_url(month: str, **asked: Any) -> str:
    """The same by the month's name."""
    named = {name: value for name, value in asked.items() if value not in (None, "", "month")}
    return f"{reverse('scores:customers')}?{urlencode({'month': month, **named}, safe=',')}"


def period(window: Window, *, with_year: bool = False) -> str:
    """「10 月」, or 「8 月–10 月」 for several months."""
    first, last = window.start, window.last_day
    style = "" if with_year else "short"
    if (first.year, first.month) == (last.year, last.month):
        return formats.month(last, style)
    return f"{formats.month(first, style)}–{formats.month(last, style)}"


def periods(previous: Window, current: Window) -> dict[str, str]:
    """Both windows in words, with the year where it differs."""
    with_year = previous.last_day.year != current.last_day.year
    return {
        "previous": period(previous, with_year=with_year),
        "current": period(current, with_year=with_year),
    }


def movement_word(code: str, compare: str = "month") -> str:
    """The class of the bridge: who bought nothing is 本月未购, not 流失."""
    if code == "irregular":
        return _("其他")
    if code == "lost":
        return str(BRIDGE_STEPS["not_bought"]) if compare == "month" else _("本期未购")
    return str(MOVEMENTS[code])


def _axis_word(code: str, compare: str) -> str:
    """The same where there is little room."""
    if code == "lost" and compare == "month":
        return pgettext("axis", "本月未购")
    return movement_word(code, compare)


def lead(run: Run, board: Board, compare: str) -> dict[str, Any]:
    """The sentence of the page, in pieces."""
    movement = board.movement
    gain, loss = movement.row("rising"), (movement.row("declining"), movement.row("lost"))
    lost_minor = -sum(row["delta_minor"] for row in loss)
    words = periods(movement.previous, movement.current)
    return {
        "period": words["current"],
        "previous": words["previous"],
        "revenue": formats.money(movement.total["current_minor"], "panel"),
        "delta": formats.money_delta(movement.total["delta_minor"]),
        "rising_n": gain["n"],
        "rising_url": set_url(run, movement="rising", compare=compare),
        "rising": formats.money(gain["delta_minor"], "panel"),
        "loss_n": sum(row["n"] for row in loss),
        "loss_url": set_url(run, movement="declining,lost", compare=compare),
        "loss": formats.money(lost_minor, "panel"),
    }


def figures(run: Run, board: Board, sees_profit: bool, compare: str) -> list[dict[str, Any]]:
    """The five figures above the panels; the margin only for those who may see it."""
    totals, total = board.totals, board.movement.total
    change = _ratio(total["delta_minor"], total["previous_minor"])
    margin = _ratio(totals["profit_minor"], totals["costed_minor"]) if totals["profit_minor"] is not None else None
    best = [row for row in board.stars if row["stars"] in (4, 5)]
    found: list[dict[str, Any]] = [
        {
            "label": _("收入"), "value": formats.money_parts(total["current_minor"]),
            "note": formats.percent(change, plus=True) if change is not None else "",
            "tone": "good" if (change or 0) >= 0 else "act",
            "href": set_url(run, current=1, compare=compare),
        }
    ]  # fmt: skip
    if sees_profit:
        found.append(
            {
                "label": _margin_word(run, compare),
                "value": formats.money_parts(totals["profit_minor"]) if margin is not None else ("—", ""),
                "note": _("毛利率 %(margin)s") % {"margin": formats.percent(margin)} if margin is not None else _("还没有成本"),
                "href": set_url(run, current=1),
            }
        )  # fmt: skip
    kept = totals["kept_share"]
    return [
        *found,
        {
            "label": _("保持率"), "value": (formats.percent(kept) if kept is not None else "—", ""),
            "note": _("本月流失 %(n)s 位") % {"n": formats.number(totals["left"])},
            "tone": "watch" if totals["left"] else "", "href": set_url(run, left=1),
        },
        {
            "label": _("五星与四星"), "value": (formats.number(sum(row["n"] for row in best)), pgettext("people", "位")),
            "note": _("其中暂定 %(n)s 位") % {"n": formats.number(sum(row["n_provisional"] for row in best))},
            "href": set_url(run, stars="5,4"),
        },
        {
            "label": _("处在风险中的钱"), "value": formats.money_parts(totals["at_stake_minor"]),
            "note": _("%(n)s 位风险高") % {"n": formats.number(totals["high_risk"])},
            "tone": "act" if totals["high_risk"] else "", "href": set_url(run, risk="high"),
        },
    ]  # fmt: skip


def _margin_word(run: Run, compare: str) -> str:
    """The margin is always that of the month; beside a longer period it says so."""
    if compare == "three_months":
        return _("%(month)s毛利") % {"month": formats.month(run.movement_month, "short")}
    return _("毛利")


def _ratio(part: int | None, whole: int) -> float | None:
    return part / whole if part is not None and whole else None


def bridge(run: Run, board: Board, compare: str) -> dict[str, Any]:
    """The waterfall from one period to the next."""
    movement = board.movement
    words = periods(movement.previous, movement.current)
    steps = [
        {
            "label": _axis_word(step["code"], compare),
            "value": step["delta_minor"],
            "tone": "not_bought" if step["code"] == "lost" else step["code"],
            "url": set_url(run, movement=step["code"], compare=compare),
            "note": _("%(n)s 位") % {"n": formats.number(step["n"])},
        }
        for step in movement.steps
    ]
    first = {
        "label": words["previous"],
        "value": movement.total["previous_minor"],
        "total": True,
        "tone": "total",
    }
    last = {"label": words["current"], "value": movement.total["current_minor"], "total": True, "tone": "now"}
    return {"format": "money", "steps": [first, *steps, last], "columns": [_("项目"), _("金额")]}


def flow(board: Board) -> dict[str, Any]:
    """Who came and who went, month by month; going down stands below the line."""
    shown = [("rising", 1), ("new", 1), ("returned", 1), ("declining", -1), ("lost", -1)]
    return {
        "labels": [formats.month(month, "short") for month, _counts, _run in board.flow],
        "absolute": True,
        "unit": pgettext("people", "位"),
        "series": [
            {
                "name": movement_word(code),
                "values": [sign * counts.get(code, 0) for _month, counts, _run in board.flow],
                "tone": "not_bought" if code == "lost" else code,
                "urls": [month_url(run, movement=code) for _month, _counts, run in board.flow],
            }
            for code, sign in shown
        ],
    }


def curve(run: Run, pareto: Pareto) -> dict[str, Any] | None:
    """The cumulated share, best customers first, with the measured 20 % and the peak."""
    if not pareto.points:
        return None
    word = pgettext("of it", "收入") if pareto.value == "revenue" else pgettext("of it", "利润")
    share = {"share": formats.percent(pareto.top20_share), "word": word}
    marks = [{"x": 20, "y": _hundred(pareto.top20_share), "label": _("前 20%% 客户\n占%(word)s %(share)s") % share}]
    if pareto.peak_share and pareto.peak_share > 1.001:
        peak = formats.percent(pareto.peak_share)
        marks.append({"x": _hundred(pareto.peak_at), "y": _hundred(pareto.peak_share), "place": "top",
                      "label": _("最高 %(share)s") % {"share": peak}})  # fmt: skip
    return {
        "points": [[_hundred(x), _hundred(y)] for x, y in pareto.points],
        "marks": marks,
        "level": 100,
        "x_name": _("客户累计 %"),
        "y_name": _("累计%(word)s") % {"word": word},
        "url": set_url(run, active=1),
        "columns": [_("客户累计 %"), _("累计%(word)s") % {"word": word}],
    }


def _hundred(share: float | None) -> float:
    return round((share or 0.0) * 100, 2)


def stages(run: Run, board: Board) -> list[dict[str, Any]]:
    """The way in: from the first trace to regular buying."""
    counts = {row["stage"]: row["n"] for row in board.funnel}
    most = max((counts[stage] for stage in EARLY_STAGES), default=0) or 1
    tones = ("star-3", "star-4", "star-4", "star-5")
    return [
        {
            "title": str(STAGES[stage]), "value": counts[stage], "maximum": most, "tone": tone,
            "url": set_url(run, stage=stage),
        }
        for stage, tone in zip(EARLY_STAGES, tones, strict=True)
    ]  # fmt: skip


def stage_parts(run: Run, board: Board) -> list[dict[str, Any]]:
    """Those who have bought, as shares of one bar."""
    counts = {row["stage"]: row["n"] for row in board.funnel}
    return [
        {"value": counts[stage], "label": str(STAGES[stage]), "tone": tone, "text": formats.number(counts[stage]),
         "url": set_url(run, stage=stage)}
        for stage, tone in LATER_STAGES.items()
    ]  # fmt: skip
