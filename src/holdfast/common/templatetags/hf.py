"""Filters and tags of every page (a template builtin: no load needed)."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString

from holdfast.common import formats, labels, marks, reasons

register = template.Library()

# --- figures and dates --------------------------------------------------------------------------------------------


@register.filter
def money(minor: Any, style: str = "exact") -> str:
    """{{ order.total_minor|money }} ¥124,000.00 · "panel" ¥12.4 万 / ¥124K · "whole" ¥124,000 · "table" 124,000."""
    return formats.money(minor, style)


@register.filter
def money_fig(minor: Any) -> SafeString:
    """The one big figure of a panel, its unit smaller: ¥312.6<small>万</small>."""
    digits, unit = formats.money_parts(minor)
    return marks.format_html("{}<small>{}</small>", digits, unit.strip()) if unit else marks.format_html("{}", digits)


@register.filter
def money_change(minor: Any, style: str = "panel") -> str:
    """+¥75.4 万 / −¥8.0 万."""
    return formats.money(minor, style, plus=True)


@register.filter
def money_delta(minor: Any) -> str:
    """多 ¥75.4 万 / ¥754K more."""
    return formats.money_delta(minor)


@register.filter
def number(value: Any, decimals: int = 0) -> str:
    return formats.number(value, int(decimals))


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """A share of one: {{ 0.312|percent }} 31.2%."""
    return formats.percent(value, int(decimals))


@register.filter
def percent_change(value: Any, decimals: int = 1) -> str:
    """+4.1% / −3.3%."""
    return formats.percent(value, int(decimals), plus=True)


@register.filter
def day(value: Any, style: str = "") -> str:
    """今天, 昨天, 11-23, 2025-11-23 / today, 23 Nov. "plain" has no 今天, "full" always the year."""
    return formats.day(value, style)


@register.filter
def moment(value: Any) -> str:
    """11-14 10:20 / 14 Nov 10:20."""
    return formats.moment(value)


@register.filter
def long_day(value: Any) -> str:
    return formats.long_day(value)


@register.filter
def weekday(value: Any) -> str:
    return formats.weekday(value)


@register.filter
def month(value: Any, style: str = "") -> str:
    return formats.month(value, style)


@register.filter
def days(value: Any) -> str:
    return formats.days(value)


@register.filter
def duration(minutes: Any) -> str:
    """Minutes as 18 分钟, 7.4 小时, 41 天."""
    return formats.length(minutes)


@register.filter
def phone_masked(value: str | None) -> str:
    return formats.phone_masked(value)


@register.filter
def initials(name: str | None) -> str:
    return formats.initials(name)


@register.filter
def file_size(size: int) -> str:
    return formats.file_size(size)


@register.filter
def dash(value: Any) -> Any:
    """Nothing is —."""
    return formats.DASH if value is None or value == "" else value


# --- our small graphics -------------------------------------------------------------------------------------------


@register.filter
def stars(value: int | None, style: str = "") -> SafeString:
    """{{ row.stars|stars }}; style words: lg, provisional."""
    words = style.split()
    return marks.stars(value, provisional="provisional" in words, size="lg" if "lg" in words else "")


@register.simple_tag(name="stars")
def stars_tag(value: int | None, provisional: bool = False, size: str = "") -> SafeString:
    """{% stars row.stars provisional=row.is_provisional size="lg" %}"""
    return marks.stars(value, provisional=bool(provisional), size=size)


@register.filter
def move(code: str | None) -> SafeString:
    return marks.move(code)


@register.filter
def stage(code: str | None, style: str = "") -> SafeString:
    """The stage as a chip; "line" puts its period before it."""
    return marks.stage(code, line=style == "line")


@register.filter
def stage_word(code: str | None) -> str:
    return labels.stage_label(code)


@register.filter
def move_word(code: str | None) -> str:
    return labels.movement_label(code)


@register.filter
def risk(code: str | None) -> SafeString:
    return marks.risk(code)


@register.filter
def angle_word(code: str | None) -> str:
    return labels.angle_label(code)


@register.filter
def five(scores: Any) -> SafeString:
    return marks.five(scores)


@register.filter
def rhythm(value: Any, text: str = "") -> SafeString:
    """A Rhythm, its dict or JSON; the argument is what a screen reader hears."""
    return marks.rhythm(value, text=text)


@register.simple_tag(name="rhythm")
def rhythm_tag(value: Any, text: str = "", big: bool = False) -> SafeString:
    return marks.rhythm(value, text=text, big=bool(big))


@register.simple_tag
def clock(promise: float, limit: float, value: float, stopped: bool = False, text: str = "") -> SafeString:
    return marks.clock(promise, limit, value, stopped=bool(stopped), text=text)


@register.simple_tag
def bar(value: float | None, maximum: float = 100, tone: str = "", thick: bool = False, text: str = "") -> SafeString:
    return marks.bar(value, maximum, tone=tone, thick=bool(thick), text=text)


@register.simple_tag
def funnel_bar(value: float, maximum: float, tone: str = "", text: str = "", note: str = "") -> SafeString:
    return marks.funnel_bar(value, maximum, tone=tone, text=text or formats.number(value), note=note)


@register.simple_tag
def seg(parts: Any, thick: bool = False) -> SafeString:
    return marks.seg(parts, thick=bool(thick))


@register.simple_tag
def seg_legend(parts: Any) -> SafeString:
    return marks.seg_legend(parts)


@register.filter
def avatar(name: str | None, size: str = "") -> SafeString:
    return marks.avatar(name, size=size)


@register.simple_tag
def icon(name: str, text: str = "") -> SafeString:
    return marks.icon(name, text)


@register.filter
def in_words(reason: Any) -> str:
    """A stored reason, ["overdue", {...}], as a sentence in the reader's language."""
    return reasons.sentence_of(reason)


# --- addresses ----------------------------------------------------------------------------------------------------


def _query_of(context: template.Context) -> QueryDict:
    request: HttpRequest | None = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


@register.simple_tag(takes_context=True)
def qs(context: template.Context, **changes: Any) -> str:
    """This page's query string with some parameters changed: {% qs sort="name" page=None %} -> ?sort=name.

    None or "" takes a parameter away, a list sets several. Keys stand in a fixed order.
    """
    query = _query_of(context)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(part) for part in value])
        else:
            query[name] = str(value)
    return "?" + query.urlencode(safe="/:,")


@register.simple_tag(takes_context=True)
def url_with(context: template.Context, **changes: Any) -> str:
    """The address of this page with some parameters changed."""
    request: HttpRequest | None = context.get("request")
    return (request.path if request is not None else "") + qs(context, **changes)


@register.simple_tag(takes_context=True)
def qs_without(context: template.Context, name: str, value: Any = None) -> str:
    """The query string without one parameter, or without one of its values: for the ✕ of a filter chip."""
    query = _query_of(context)
    kept = [part for part in query.getlist(name) if value is not None and part != str(value)]
    query.setlist(name, kept) if kept else query.pop(name, None)
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    return "?" + query.urlencode(safe="/:,")


@register.inclusion_tag("holdfast/_hidden_query.html", takes_context=True)
def hidden_query(context: template.Context, *names: str) -> dict[str, Any]:
    """Hidden inputs that carry this page's other parameters through a GET form; names are left out."""
    query = _query_of(context)
    return {"pairs": [(name, value) for name, values in query.lists() if name not in names for value in values]}
