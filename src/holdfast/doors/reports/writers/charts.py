"""The pictures of a report: for the screen as data, for paper as SVG, from the same steps."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import charts, labels
from holdfast.common.formats import is_chinese, month, number, percent


def steps(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """From last month's revenue to this month's; who did not buy is split into not due and overdue. Minor units."""
    found = figures["movement"]["month"]
    total = next(row for row in found["rows"] if row["code"] == "total")
    order = list(labels.BRIDGE_STEPS)
    inner = sorted((s for s in found["steps"] if s["code"] != "lost"), key=lambda step: order.index(step["code"]))
    inner += [
        {"code": code, "n": found["not_bought"][code]["n"], "delta_minor": -found["not_bought"][code]["previous_minor"]}
        for code in ("not_due", "overdue")
    ]
    first = {"label": month(figures["previous_month"], "short"), "value": total["previous_minor"], "total": True}
    last = {"label": month(figures["month"], "short"), "value": total["current_minor"], "total": True}
    return [
        first | {"tone": "total"},
        *({"label": str(labels.BRIDGE_STEPS[s["code"]]), "value": s["delta_minor"], "tone": s["code"]} for s in inner),
        last | {"tone": "now"},
    ]


def screen_charts(figures: dict[str, Any]) -> dict[str, Any]:
    """Data for the charts of the page."""
    found: dict[str, Any] = {"bridge": {"format": "money", "steps": steps(figures)}}
    found["stars"] = {
        "horizontal": True,
        "unit": _("位"),
        "items": [
            {"label": str(labels.stars_label(row["stars"])), "value": row["n"], "tone": f"star-{row['stars']}"}
            for row in figures["stars"]
            if row["stars"]
        ],
    }
    found["life_cycle"] = {
        "horizontal": True,
        "unit": _("位"),
        "items": [
            {"label": str(labels.stage_label(row["stage"])), "value": row["n"], "tone": "brand"}
            for row in figures["funnel"]
        ],
    }
    if figures["pareto"]:
        found["pareto"] = _curve(figures["pareto"])
    return found


def _curve(curve: dict[str, Any]) -> dict[str, Any]:
    return {
        "points": [[round(x * 100, 2), round(y * 100, 2)] for x, y in curve["points"]],
        "marks": [{"x": 20, "y": round(curve["top20_share"] * 100, 1), "label": _top_words(curve), "place": "right"}],
        "diagonal": True,
        "x_name": _("客户，从多到少"),
        "y_name": _("累计收入"),
    }


def _top_words(curve: dict[str, Any]) -> str:
    return _("两成客户，%(share)s 收入") % {"share": percent(curve["top20_share"])}


def paper_charts(figures: dict[str, Any]) -> dict[str, SafeString]:
    """The pictures that say more than their table, as SVG for print."""
    drawn = {"bridge": _paper_bridge(figures)}
    if figures.get("pareto"):
        drawn["pareto"] = _paper_curve(figures["pareto"])
    return {name: mark_safe(picture) for name, picture in drawn.items()}


def unit() -> tuple[float, str]:
    """Minor units in one step of a printed axis, and its name."""
    return (1_000_000.0, _("万元")) if is_chinese() else (100_000.0, _("千元"))


def bridge_note(figures: dict[str, Any]) -> str:
    """Unit and where the axis is cut, as the title of a bridge must say."""
    _scale, name = unit()
    start = charts.axis_start(_paper_steps(figures))
    cut = _("，纵轴从 %(start)s 起") % {"start": number(start)} if start else ""
    return f"{name}{cut}"


def _paper_steps(figures: dict[str, Any]) -> list[charts.Step]:
    scale, _name = unit()
    return [
        charts.Step(step["label"], step["value"] / scale, tone=step["tone"], is_total=step.get("total", False))
        for step in steps(figures)
    ]


def _paper_bridge(figures: dict[str, Any]) -> str:
    return charts.bridge(_paper_steps(figures), label=_("收入从哪来，到哪去"))


def _paper_curve(curve: dict[str, Any]) -> str:
    points = [(x * 100, y * 100) for x, y in curve["points"]]
    mark = charts.Mark(20, curve["top20_share"] * 100, _top_words(curve))
    return charts.curve(points, label=_("真实的二八"), marks=[mark], x_name=_("客户，从多到少"), diagonal=True)
