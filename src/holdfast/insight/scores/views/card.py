"""The panel of one customer's rhythm and five angles, and the page of how both came to be."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from holdfast.analysis.forecast.words import points
from holdfast.analysis.matrix import PolicyParams, policy_of
from holdfast.common import formats
from holdfast.common.charts.rhythm import Rhythm, rhythm
from holdfast.common.labels import ANGLES
from holdfast.common.web import needs, show, wants_fragment
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.forms import POLICY_NAMES
from holdfast.insight.scores.queries.cards import Card, card_of, months_of
from holdfast.insight.scores.rules.columns import PARTS
from holdfast.insight.scores.views import matrix, paid, word
from holdfast.records.customers.models import Customer

# What rests on cost, and so needs `see_profit`; with the score itself, from which it could be worked out.
PROFIT_PARTS = frozenset({"profit", "efficiency"})
LEAVE_WATCH, LEAVE_ACT = 0.5, 0.8
REASONS = ("pace", "silence", "compared")
SHOWN = 0.0005  # what moves the chance by less reads as 0.0 points and is left out
STRIP_DAYS = (120, 200, 400, 730)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def card(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    found = card_of(customer)
    context: dict[str, Any] = {"customer": customer, "card": found}
    if found is not None:
        context |= _context(found, request.user.sees_profit)
        context["may_override"] = request.user.may(Permission.STAR_OVERRIDE)
        if context["payment"] and not wants_fragment(request):  # the panel shows one section, the page all of them
            context["paid"] = paid.payments(customer)
        context["products"] = bought(found) if request.user.sees_profit else None
    return show(request, "scores/card.html", context)


def _context(found: Card, sees_profit: bool) -> dict[str, Any]:
    angles = [angle(found, part, sees_profit) for part in PARTS]
    weights = found.run.definition.params["grading"]["weights"]
    return {
        "row": found.row,
        "run": found.run,
        "rhythm": rhythm_words(found.row),
        "strip": strip(found),
        "angles": angles,
        "radar": radar(found, angles),
        "weights": " / ".join(f"{weights[part] * 100:g}" for part in PARTS),
        "sees_profit": sees_profit,
        "based_on": _("、").join(str(ANGLES[part]) for part in PARTS if found.row[f"s_{part}"] is not None),
        "ahead": ahead(found, sees_profit),
        "gate": word.gate_words(found) if found.row["gate"] else "",
        "payment": word.payment_section(found),
        "when": word.when_words(found.row["adbt_days"]) if found.row["adbt_days"] is not None else "",
        "next_star": next_star(found) if sees_profit else None,
        "change": change(found) if sees_profit else None,
    }


def bought(found: Card) -> dict[str, Any] | None:
    """The customer's class and what he buys of each product grade; None where the pairs of the month are not made."""
    if not services.has_pairs(found.run):
        return None
    rows = queries.grades_of_customer(found.run, found.row["customer_id"])
    whole = sum(max(row["revenue_minor"], 0) for row in rows)
    params, letter = queries.policies_in_force(), found.row["profit_class"]
    named = [
        {
            **row,
            "grade": matrix.grade_word(row["product_grade"]) if row["product_grade"] else _("没有级别的"),
            "share": max(row["revenue_minor"], 0) / whole if whole else None,
            "policy": policy_name(row["cell"], found, params) if row["cell"] else "",
            "url": matrix.cell_url(found.run, row["cell"] or "none", customer=found.row["customer_id"]),
        }
        for row in rows
    ]
    return {"class": matrix.class_word(letter) if letter else "", "rows": named} if named else None


def policy_name(cell: str, found: Card, params: PolicyParams) -> str:
    """The policy of a cell for this customer: good ones are never reviewed for exit unasked."""
    policy = policy_of(cell, stars=found.row["stars"], params=params)
    name = str(POLICY_NAMES[policy.policy])
    return name if policy.automatic else _("%(policy)s（由人决定）") % {"policy": name}


def rhythm_words(row: dict[str, Any]) -> dict[str, Any]:
    """The sentence of the rhythm in pieces: what is usual, how long it is now, how late."""
    usual, elapsed = round(row["typical_gap_days"] or 0), row["elapsed_days"]
    late = max((elapsed or 0) - usual, 0)
    kind = "none" if not row["purchase_days"] else "once" if row["purchase_days"] < 2 else "usual"
    if kind == "usual":
        kind = "late" if (row["p_gap"] or 0) >= 0.8 else "due" if late else "early"
    level = "act" if (row["p_gap"] or 0) >= 0.95 else "watch" if (row["p_gap"] or 0) >= 0.8 else ""
    return {
        "kind": kind,
        "usual": formats.days(usual),
        "elapsed": formats.days(elapsed),
        "late": formats.days(late),
        "left": formats.days(max(usual - (elapsed or 0), 0)),
        "level": level,
        "at_stake": row["money_at_stake_minor"],
        "chance": row["p_gap"],
    }


def strip(found: Card) -> Rhythm | None:
    """The marks of the last orders; the span grows with the customer's own interval."""
    row = found.row
    if not row["recent_days"]:
        return None
    wanted = max((row["typical_gap_days"] or 0) * 6, row["elapsed_days"] or 0)
    span = next((days for days in STRIP_DAYS if days >= wanted), STRIP_DAYS[-1])
    return rhythm(
        row["recent_days"], today=found.run.as_of, usual_days=row["typical_gap_days"], span_days=span,
        ahead_days=max(24, span // 8),
    )  # fmt: skip


def angle(found: Card, part: str, sees_profit: bool) -> dict[str, Any]:
    """One of the five angles: score, its points, what it rests on; nothing of it where the viewer may not see."""
    row = found.row
    hidden = part in PROFIT_PARTS and not sees_profit
    score = None if hidden else row[f"s_{part}"]
    return {
        "code": part,
        "name": str(ANGLES[part]),
        "is_hidden": hidden,
        "score": score,
        "median": None if hidden else found.median[part],
        "points": row[f"c_{part}"] if score is not None and sees_profit else None,
        "text": _("毛利只对有权限的人可见") if hidden else INPUTS[part](found),
        "how": "" if hidden else word.how_words(found, part),
        "tone": "" if score is None or score >= 50 else "a" if score < 35 else "w",
    }


def _revenue(found: Card) -> str:
    money = formats.money(found.row["revenue_12m_minor"], "panel")
    if found.rank is None:
        return _("12 个月 %(money)s") % {"money": money}
    return _("12 个月 %(money)s，全部客户第 %(rank)s 位") % {"money": money, "rank": formats.number(found.rank)}


def _profit(found: Card) -> str:
    row = found.row
    if row["profit_12m_minor"] is None:
        share = formats.percent(row["costed_share"] or 0, 0)
        return _("有成本的销售额只占 %(share)s，不足 80%%，不评") % {"share": share}
    margin = row["profit_12m_minor"] / row["revenue_12m_minor"] if row["revenue_12m_minor"] > 0 else None
    money = formats.money(row["profit_12m_minor"], "panel")
    return _("12 个月毛利 %(money)s，毛利率 %(margin)s") % {"money": money, "margin": formats.percent(margin)}


def _difficulty(found: Card) -> str:
    row = found.row
    if row["s_difficulty"] is None:
        return _("六项里还不足三项，不评")
    known = [words(row[name]) for name, words in DIFFICULTY_PARTS.items() if row[name] is not None]
    return _("，").join(known)


DIFFICULTY_PARTS = {
    "return_rate": lambda share: _("退货 %(share)s") % {"share": formats.percent(share)},
    "price_concession": lambda share: _("让价 %(share)s") % {"share": formats.percent(share)},
    "hours_per_10k": lambda hours: _("每万元收入用 %(hours)s 小时") % {"hours": formats.number(hours, 1)},
    "complaints_per_100": lambda many: _("每百单投诉 %(n)s 次") % {"n": formats.number(many, 1)},
}


INPUTS = {
    "revenue": _revenue,
    "profit": _profit,
    "efficiency": word.efficiency_words,
    "integrity": word.integrity_words,
    "difficulty": _difficulty,
}


def ahead(found: Card, sees_profit: bool) -> dict[str, Any] | None:
    """What the next months may bring; None before the first purchase, or in a month of an earlier version."""
    row, params = found.row, word.params_of(found)
    if row["p_alive"] is None:
        return None
    level = "act" if row["p_leave"] >= LEAVE_ACT else "watch" if row["p_leave"] >= LEAVE_WATCH else ""
    return {
        "horizon": formats.days(params.horizon_days),
        # After a single purchase the models cannot tell a pause from an end.
        "alive": row["p_alive"] if row["purchase_days"] > 1 else None,
        "leave": row["p_leave"],
        "level": level,
        "tone": level[:1],
        "purchases": row["expected_purchases"],
        "range": span(row["purchases_p10"], row["purchases_p90"]),
        "spend": row["expected_spend_minor"],
        "value": row["value_12m_minor"] if sees_profit else None,
        "value_range": money_span(row) if sees_profit else None,
        "why": why(row),
        "model": (found.run.summary.get("forecast") or {}),
        "params": forecast_words(found, params.horizon_days),
    }


def why(row: dict[str, Any]) -> dict[str, Any] | None:
    """The chance of leaving as a sum: the company's typical customer, then what each part adds; it adds up exactly."""
    if row["why_base"] is None:
        return None
    moved = points({name: row[f"why_{name}"] for name in ("base", *REASONS)})
    usual, elapsed = row["why_usual_days"], formats.days(row["elapsed_days"] or 0)
    words = {
        "pace": _("平均每 %(usual)s下一单") % {"usual": formats.days(round(usual))} if usual else _("只下过一单"),
        "silence": _("已经 %(elapsed)s没有下单") % {"elapsed": elapsed},
        "compared": _("与相似的客户比，近 91 天有 %(n)s 天下单") % {"n": formats.number(row["why_recent_days"] or 0)},
    }
    parts = sorted((name for name in REASONS if abs(moved[name]) >= SHOWN), key=lambda name: -abs(moved[name]))
    return {
        "base": moved["base"],
        "parts": [
            {"text": words[name], "points": moved[name] * 100, "tone": "a" if moved[name] > 0 else "g",
             "size": abs(moved[name])}
            for name in parts
        ],
        "total": sum(moved.values()),
        "largest": max([abs(one) for one in moved.values()] + [0.01]),
    }  # fmt: skip


def span(low: float | None, high: float | None) -> tuple[str, str] | None:
    """From how many purchases to how many; None in a month that does not know it."""
    return None if low is None or high is None else (formats.number(low), formats.number(high))


def money_span(row: dict[str, Any]) -> dict[str, Any] | None:
    """The value of the year with the ends between which eight of ten such customers lie, placed on one line."""
    low, value, high = (row[name] for name in ("value_12m_p10_minor", "value_12m_minor", "value_12m_p90_minor"))
    if low is None or high is None or value is None:
        return None
    top = max(high, value, 1)
    places = {name: round(312 * max(one, 0) / top, 1) for name, one in (("low", low), ("at", value), ("high", high))}
    wide = round(max(places["high"] - places["low"], 3), 1)
    return {"low": low, "high": high, "low_at": places["low"], "at": places["at"], "width": wide}


def forecast_words(found: Card, horizon_days: int) -> dict[str, str]:
    """The settings that the forecast of this month was made with, as the page tells them."""
    params = word.params_of(found).forecast
    return {
        "horizon": formats.days(horizon_days),
        "margin": formats.percent(params.margin, 0) if params.margin is not None else "",
        "discount": formats.percent(params.annual_discount, 0),
    }


def radar(found: Card, angles: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The five angles against the five-star median; an angle without a score says so on its axis."""
    if all(one["score"] is None for one in angles):
        return None
    names = [one["name"] if one["score"] is not None else _("%(name)s（缺）") % {"name": one["name"]} for one in angles]
    median = _("暂定五星中位") if found.median_is_hollow else _("五星中位")
    return {
        "axes": names,
        "series": [
            {"name": median, "values": [one["median"] for one in angles], "dashed": True},
            {"name": _("本客户"), "values": [one["score"] for one in angles]},
        ],
    }


def next_star(found: Card) -> str:
    """What would change the star, by the rule of two months or one clear jump."""
    row, grading = found.row, found.run.definition.params["grading"]
    held, starts, margin = row["held"], grading["thresholds"], grading["margin"]
    score = row["score_available"] if row["provisional"] else row["score"]
    if not held or score is None or row["gate"]:  # while a gate holds it, no score lifts it
        return ""
    if held < 5 and score >= starts[held - 1] + margin:
        return _("下月仍在 %(line)s 分以上，升为 %(stars)s 星") % {
            "line": f"{starts[held - 1] + margin:g}",
            "stars": held + 1,
        }
    if held > 1 and score < starts[held - 2] - margin:
        return _("下月仍在 %(line)s 分以下，降为 %(stars)s 星") % {
            "line": f"{starts[held - 2] - margin:g}",
            "stars": held - 1,
        }
    if held < 5:
        return _("连续两个月到 %(line)s 分，升为 %(stars)s 星") % {
            "line": f"{starts[held - 1] + margin:g}",
            "stars": held + 1,
        }
    return ""


def change(found: Card) -> dict[str, Any] | None:
    """The points gained and lost since last month, line by line; they add up."""
    if not found.change:
        return None
    words = {
        "score": _("%(part)s得分变化"), "weight": _("%(part)s权重变化"), "appeared": _("%(part)s新有依据"),
        "disappeared": _("%(part)s不再有依据"),
    }  # fmt: skip
    lines = [
        {"text": words[line["line"]] % {"part": ANGLES[line["part"]]}, "delta": line["delta"]} for line in found.change
    ]
    return {"lines": lines, "total": sum(line["delta"] for line in found.change)}


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """Stars, stage, risk and movement of one customer, month by month and change by change."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    context = {
        "customer": customer,
        "months": months_of(customer),
        "changes": queries.star_path(customer)[:200],
        "sees_profit": request.user.sees_profit,
    }
    return show(request, "scores/history.html", context)
