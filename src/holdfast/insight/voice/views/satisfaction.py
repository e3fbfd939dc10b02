"""满意度: CSAT and NPS with what the number of answers lets one say."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common import formats, labels
from holdfast.common.months import Month, today
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.voice import queries, rules
from holdfast.insight.voice.forms import CommentFilters
from holdfast.insight.voice.queries.comments import SCORE_GROUP_WORDS
from holdfast.insight.voice.queries.satisfaction import Line, Scale
from holdfast.insight.voice.views.drivers import shown as shown_drivers
from holdfast.insight.voice.views.shown import tabs
from holdfast.insight.voice.views.topics import MONTHS, period
from holdfast.records.feedback.rules import CHANNELS

GROUP_TONES = {
    "promoters": "rising",
    "passives": "slate",
    "detractors": "declining",
    "top": "rising",
    "low": "declining",
}


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def satisfaction(request: StaffRequest) -> HttpResponse:
    """Both scales, over the last twelve months or the period asked for."""
    params = period(CommentFilters(request.GET).conditions())
    found = queries.satisfaction(request.user, params, until=today(), months=MONTHS)
    context = {
        "scales": [_scale(found.nps, params), _scale(found.csat, params)],
        "drivers": shown_drivers(queries.drivers(request.user, params), params),
        "params": params,
        "channels": CHANNELS,
        "tabs": tabs(request.user, "voice:satisfaction"),
        "fewest": rules.FEWEST_ANSWERS,
        "few": rules.FEW_ANSWERS,
        "may_add": request.user.may(Permission.FEEDBACK_EDIT),
    }
    return show(request, "voice/satisfaction.html", context)


def _list(params: dict[str, Any], **more: Any) -> str:
    given = {name: str(value) for name, value in {**params, **more}.items()}
    return f"{reverse('voice:comments')}?{urlencode(given)}"


def _scale(scale: Scale, params: dict[str, Any]) -> dict[str, Any]:
    is_nps = scale.code == "nps"
    return {
        "scale": scale,
        "code": scale.code,
        "title": _("推荐意愿（NPS）") if is_nps else _("满意率（CSAT）"),
        "value": figure(scale.code, scale.rate.value) if scale.rate else "",
        "span": span(scale.code, scale.rate) if scale.rate else "",
        "mean": formats.number(scale.rate.mean, 2) if scale.rate and scale.rate.mean is not None else "",
        "url": _list(params, scored=scale.code),
        "parts": _parts(scale, params),
        "months": [_month(scale.code, line, params) for line in scale.months],
        "stars": [_stars(scale.code, line, params) for line in scale.stars],
        "chart": _chart(scale, params) if sum(line.rate is not None for line in scale.months) > 1 else None,
        "needed": max(rules.FEWEST_ANSWERS - scale.counted, 0),
    }


def figure(code: str, value: float | None) -> str:
    """NPS in points with its sign, CSAT as a share."""
    if value is None:
        return ""
    if code == "csat":
        return formats.percent(value, 0)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):.0f}"


def span(code: str, rate: Any) -> str:
    """The interval in words: 「31 到 59」."""
    return _("%(low)s 到 %(high)s") % {"low": figure(code, rate.low), "high": figure(code, rate.high)}


def _parts(scale: Scale, params: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "value": n, "label": str(SCORE_GROUP_WORDS[f"{scale.code}-{name}"]), "tone": GROUP_TONES[name],
            "text": _("%(n)s 份") % {"n": n}, "url": _list(params, group=f"{scale.code}-{name}"),
        }
        for name, n in scale.groups.items()
    ]  # fmt: skip


def _month(code: str, line: Line, params: dict[str, Any]) -> dict[str, Any]:
    month = Month.parse(line.code)
    url = _list(params, scored=code, since=month.first, until=month.last)
    return {"month": line.code, "url": url, **_told(code, line)}


def _stars(code: str, line: Line, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "stars": int(line.code), "word": labels.stars_label(int(line.code)),
        "url": _list(params, scored=code, stars=line.code), **_told(code, line),
    }  # fmt: skip


def _told(code: str, line: Line) -> dict[str, Any]:
    return {
        "n": line.n, "value": figure(code, line.rate.value) if line.rate else "",
        "span": span(code, line.rate) if line.rate else "", "is_uncertain": line.is_uncertain,
    }  # fmt: skip


def _chart(scale: Scale, params: dict[str, Any]) -> dict[str, Any]:
    """The figure by month between the ends of its interval; months with too few answers are left out."""
    rates = [line.rate for line in scale.months]
    return {
        "labels": [formats.month(line.code, "short") for line in scale.months],
        "series": [
            {"name": _("上限"), "values": [rate and rate.high for rate in rates], "tone": "slate", "dashed": True},
            {"name": _("结果"), "values": [rate and rate.value for rate in rates], "tone": "brand"},
            {"name": _("下限"), "values": [rate and rate.low for rate in rates], "tone": "slate", "dashed": True},
        ],
        "urls": [_month(scale.code, line, params)["url"] for line in scale.months],
        "format": "percent" if scale.code == "csat" else "number",
    }
