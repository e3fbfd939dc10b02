"""Integrity and efficiency in words: what they rest on, the gate, and the credit limit that would follow."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.analysis import integrity as engine
from holdfast.analysis.accounts import AnalyzeParams
from holdfast.common import formats
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.cards import Card
from holdfast.records.customers.models import Customer

Row = dict[str, Any]
GATES = {
    "overdue_90": gettext_lazy("有款逾期超过 %(days)s，星级最高 2 星"),
    "write_off": gettext_lazy("近 24 个月有核销，星级最高 2 星"),
    "fraud": gettext_lazy("已标记欺诈，星级最高 1 星"),
}
BANDS = ((80, gettext_lazy("按期")), (50, gettext_lazy("时有拖延")), (0, gettext_lazy("经常拖欠")))


def params_of(found: Card) -> AnalyzeParams:
    """The settings that the month was scored by, with today's defaults for what its version did not know."""
    return settings_of(found.run)


def settings_of(run: Run) -> AnalyzeParams:
    """The same of a run."""
    return AnalyzeParams.from_dict(run.definition.params)


def gate_words(found: Card) -> str:
    """What holds the star down, whether or not it would stand higher."""
    gate = found.row["payment_gate"]
    days = formats.days(params_of(found).integrity.gate_days)
    return str(GATES[gate]) % {"days": days} if gate in GATES else ""


def integrity_words(found: Card) -> str:
    """What the integrity part rests on, or why it is not graded."""
    row, settings = found.row, params_of(found).integrity
    if not row["invoices"]:
        return _("还没有回款记录，不评")
    if row["integrity"] is None:
        return _("只有 %(n)s 张发票付清或到期，不足 %(needed)s 张，不评") % {
            "n": formats.number(row["judged"]), "needed": settings.min_invoices
        }  # fmt: skip
    pieces = [
        _("付款指数 %(index)s") % {"index": f"{row['payment_index']:.1f}".removesuffix(".0")},
        when_words(row["adbt_days"]),
    ]
    if row["promises"]:
        pieces.append(
            _("付款承诺 %(n)s 次兑现 %(kept)s 次")
            % {"n": formats.number(row["promises"]), "kept": formats.number(row["promises_kept"])}
        )
    if row["dispute_share"]:
        pieces.append(_("争议判负 %(share)s") % {"share": formats.percent(row["dispute_share"], 0)})
    if gate := gate_words(found):
        pieces.append(gate)
    return _("，").join(pieces)


def when_words(beyond: float) -> str:
    """How late or early the money comes on average, weighted by amount."""
    days = round(beyond)
    if days == 0:
        return _("大体按期付款")
    words = _("平均晚 %(days)s付款") if days > 0 else _("平均早 %(days)s付款")
    return words % {"days": formats.days(abs(days))}


def efficiency_words(found: Card) -> str:
    """Hours and what an hour brings, or why there is no grade. Shown only to those who see profit."""
    row, grading = found.row, params_of(found).grading
    hours = row["effort_hours"]
    if hours is None:
        return _("还没有工时记录，不评")
    spent = {"hours": formats.number(hours, 1)}
    if hours < grading.min_effort_hours:
        return _("近 12 个月只有 %(hours)s 小时，不足 %(least)s 小时，不评") % {
            **spent, "least": f"{grading.min_effort_hours:g}"
        }  # fmt: skip
    if row["efficiency_minor"] is None:
        return _("用了 %(hours)s 小时，毛利还不清楚，不评") % spent
    worth = formats.money(round(row["profit_12m_minor"] / hours), "panel")
    words = _("用了 %(hours)s 小时，每小时毛利 %(worth)s") % {**spent, "worth": worth}
    if row["estimated_hours"]:
        words += _("，其中 %(hours)s 小时按平常用时估计") % {"hours": formats.number(row["estimated_hours"], 1)}
    return words


def how_words(found: Card, part: str) -> str:
    """怎么算的, for the parts that need more than their inputs."""
    params = params_of(found)
    if part == "integrity":
        weights = params.integrity.weights
        whole = sum(weights.of(one) for one in engine.PARTS)
        shares = {one: formats.percent(weights.of(one) / whole, 0) for one in engine.PARTS}
        return _(
            "付款指数占 %(payment)s、兑现承诺 %(promises)s、争议 %(disputes)s、退货 %(returns)s，没有记录的一项不算，"
            "其余按比例补足。每张发票按晚付的天数得分：按期 80，早 30 天 100，晚 30 天 50，晚 120 天 20，"
            "再按金额平均；没付的按已拖的天数算。不足 %(full)s 张时向全体平均靠拢。最后与全体客户比，排在中间是 50 分。"
        ) % {**shares, "full": params.integrity.full_invoices}
    if part == "efficiency":
        return _(
            "近 12 个月毛利 ÷（花在他身上的小时 ÷ 全年标准 %(hours)s 小时）。没有填用时的联系按渠道的平常用时估计，"
            "估计的也算，但标明。不足 %(least)s 小时不评。最后与全体客户比，排在中间是 50 分。"
        ) % {
            "hours": formats.number(params.grading.standard_hours), "least": f"{params.grading.min_effort_hours:g}"
        }  # fmt: skip
    return ""


def payment_section(found: Card) -> Row | None:
    """Everything of 诚信与回款; None where no invoice is known."""
    row = found.row
    if not row["invoices"]:
        return None
    return {
        "summary": integrity_words(found),
        "gate": gate_words(found),
        "band": str(next(word for line, word in BANDS if (row["payment_index"] or 0) >= line)),
        "late": round((row["late_share"] or 0) * row["judged"]),
        "limit": limit(found),
        "how": how_words(found, "integrity"),
    }


def limit(found: Card) -> Row | None:
    """The credit limit that would follow from sales, usual terms and the index, line by line."""
    row, params = found.row, params_of(found).credit
    if row["payment_index"] is None or row["revenue_12m_minor"] <= 0:
        return None
    index, terms = round(row["payment_index"], 1), round(row["terms_days"])
    proposal = engine.credit_limit(row["revenue_12m_minor"], terms, index, params=params)
    return {
        "amount": proposal.limit_minor,
        "lines": [
            _limit_line(code, numbers) for code, numbers in proposal.lines if code in ("daily", "terms", "factor")
        ],
        "is_prepaid": proposal.limit_minor == 0,
        "used": row["open_minor"] / proposal.limit_minor if proposal.limit_minor else None,
    }


def _limit_line(code: str, numbers: Row) -> Row:
    words = {
        "daily": _("近 12 个月收入 %(sales)s ÷ %(days)s 天"),
        "terms": _("× 平均账期 %(terms)s 天"),
        "factor": _("× 付款指数 %(index)s 对应的 %(factor)s"),
    }
    shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in numbers.items()}
    if code == "daily":
        shown["sales"] = formats.money(numbers["sales"], "panel")
    result = numbers[{"daily": "daily", "terms": "need", "factor": "amount"}[code]]
    return {"text": words[code] % shown, "result": result}


def trusted_rows(rows: list[Row], viewer: User) -> list[Row]:
    """Who keeps his word best, with names; who has since gone out of sight is left out."""
    ids = [row["customer_id"] for row in rows]
    named = Customer.objects.visible_to(viewer).filter(pk__in=ids).in_bulk() if ids else {}
    return [
        {**row, "customer": named[row["customer_id"]], "when": when_words(row["adbt_days"])}
        for row in rows
        if row["customer_id"] in named
    ]
