"""One cell on screen or paper, by its kind; everything that came from people is escaped."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import labels, marks
from holdfast.common.formats import DASH, day, money, number, percent
from holdfast.common.reasons import sentence_of

RIGHT = {"money", "change", "int", "percent"}


def results() -> dict[str, str]:
    return {
        "bought_again": _("又买了"),
        "not_yet": _("还没买"),
        "rose": _("回升"),
        "fell_less": _("降得慢了"),
        "fell_further": _("继续下降"),
        "no_data": _("看不出"),
    }


def late_words() -> dict[str, str]:
    return {
        "written": _("签发后写入"),
        "changed": _("签发后改动"),
        "voided": _("签发后作废"),
        "deleted": _("签发后撤销"),
    }


NOT_ON_PHONES = {"reasons", "pace", "note"}


def plain(kind: str, value: Any) -> str:
    """A cell as text, for workbooks and titles."""
    if kind == "reasons":
        return " ".join(sentence_of(reason) for reason in value or [])
    if kind == "pace":
        return pace(*value)
    if kind == "move":
        return str(labels.MOVEMENTS.get(value, value))
    if kind == "step":
        return str(labels.BRIDGE_STEPS.get("not_bought" if value == "lost" else value, value))
    if kind == "result":
        return results().get(value, "")
    if kind == "late":
        return late_words().get(value, str(value))
    if kind == "name":
        return value["text"]
    return "" if value is None else str(value)


def pace(orders_before: int, orders_now: int, before_minor: int, now_minor: int) -> str:
    """Whether it was fewer orders or smaller ones: 订单 3 → 1，每单 ¥4.0 万 → ¥3.1 万."""
    return _("订单 %(a)s → %(b)s，每单 %(x)s → %(y)s") % {
        "a": number(orders_before),
        "b": number(orders_now),
        "x": money(before_minor // orders_before, "panel") if orders_before else DASH,
        "y": money(now_minor // orders_now, "panel") if orders_now else DASH,
    }


def shown(kind: str, value: Any, *, paper: bool = False) -> SafeString:
    """A cell as HTML."""
    if kind in SPECIAL:
        return SPECIAL[kind](value, paper)
    if value is None or value == "":
        return mark_safe(DASH)
    return format_html("{}", plain(kind, value))


def _money(value: Any, _paper: bool) -> SafeString:
    return format_html("{}", money(value, "panel") if value is not None else DASH)


def _change(value: Any, _paper: bool) -> SafeString:
    tone = "act" if value < 0 else ""
    return format_html('<span class="{}">{}</span>', tone and f"{tone} t-{tone}", money(value, "panel", plus=True))


def _stars(value: Any, paper: bool) -> SafeString:
    if value is None:
        return format_html("{}", _("未评"))
    found = value if isinstance(value, dict) else {"stars": value, "provisional": False}
    if not found["stars"]:
        return mark_safe(DASH)
    return _paper_stars(found) if paper else marks.stars(found["stars"], provisional=found["provisional"])


def _paper_stars(found: dict[str, Any]) -> SafeString:
    full, glyph = found["stars"], "☆" if found["provisional"] else "★"
    return format_html('<span class="st">{}<s>{}</s></span>', glyph * full, "·" * (5 - full))


def _name(value: Any, paper: bool) -> SafeString:
    if paper or not value["customer"]:
        return format_html("<b>{}</b>", value["text"] or DASH)
    return format_html('<a class="plain name" href="/customers/{}/">{}</a>', value["customer"], value["text"])


def _move(value: Any, paper: bool) -> SafeString:
    if value in labels.MOVEMENTS and not paper:
        return marks.move(value)
    return format_html("{}", plain("move", value))


def _tick(value: Any, paper: bool) -> SafeString:
    text = _("完成") if value else _("未完成")
    if paper:
        return format_html('<span class="tick">{}</span>', "✓" if value else "")
    return format_html(
        '<i class="ti ti-{}" title="{}"></i><span class="sr">{}</span>',
        "square-check" if value else "square",
        text,
        text,
    )


def _reasons(value: Any, _paper: bool) -> SafeString:
    """The most telling reason; the workbook has them all."""
    return format_html("{}", sentence_of(value[0]) if value else DASH)


SPECIAL = {
    "reasons": _reasons,
    "person": lambda value, paper: format_html('<span class="nowrap nw">{}</span>', value or DASH),
    "money": _money,
    "change": _change,
    "int": lambda value, paper: format_html("{}", number(value)),
    "percent": lambda value, paper: format_html("{}", percent(value)),
    "stars": _stars,
    "name": _name,
    "move": _move,
    "day": lambda value, paper: format_html(
        '<span class="nowrap nw">{}</span>', day(value, "plain") if value else DASH
    ),
    "tick": _tick,
}
