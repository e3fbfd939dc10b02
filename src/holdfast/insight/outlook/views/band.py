"""The months that were and those to come, drawn: bars, then the expected with the band in which it lies."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.charts import svg

WIDTH, HEIGHT, LEFT, TOP, FOOT = 960.0, 240.0, 62.0, 14.0, 26.0
SHOWN = 18
BAND = svg.TONES["star-1"]
Rows = list[list[Any]]


def picture(history: Rows, ahead: Rows, *, shown: int = SHOWN, width: float = WIDTH) -> SafeString:
    """[[month, minor]] that were, [[month, minor, p10, p90]] to come; every bar and point names its figures."""
    past = history[-shown:]
    top = max([1, *(row[1] for row in past), *(row[3] or row[1] for row in ahead)])
    slot = (width - LEFT) / (len(past) + len(ahead))
    parts = [*_axis(top, width)]
    parts += [_past(row, LEFT + at * slot, slot, top) for at, row in enumerate(past)]
    start = LEFT + len(past) * slot
    parts += _band(ahead, start, slot, top)
    parts += [_month(row[0], LEFT + at * slot + slot / 2) for at, row in _some([*past, *ahead], width)]
    told = _("近 %(past)s 个月的收入和未来 %(ahead)s 个月的预计") % {"past": len(past), "ahead": len(ahead)}
    drawn = svg.tag(
        "svg", "".join(parts), viewBox=f"0 0 {svg.n(width)} {svg.n(HEIGHT)}", width="100%", role="img",
        aria_label=told, font_family=svg.FONT,
    )  # fmt: skip
    return mark_safe(drawn)


def _some(rows: Rows, width: float) -> list[tuple[int, list[Any]]]:
    """The months with room for their names."""
    step = max(1, -(-len(rows) * 70 // int(width)))
    return [(at, row) for at, row in enumerate(rows) if (len(rows) - 1 - at) % step == 0]


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - FOOT) * (1 - max(value, 0) / (top * 1.04))


def _axis(top: float, width: float) -> list[str]:
    found = []
    for tick in svg.nice_ticks(0, top, 4):
        if tick <= top * 1.04:
            y = _y(tick, top)
            found += [
                svg.line(LEFT, y, width, y, stroke=svg.AXIS if tick == 0 else svg.LINE),
                svg.text(LEFT - 8, y + 4, formats.money(round(tick), "panel"), anchor="end", fill=svg.INK3),
            ]
    return found


def _month(month: str, x: float) -> str:
    word = formats.month(month, "short")
    return svg.text(x, HEIGHT - 8, word, anchor="middle", fill=svg.INK3)


def _past(row: list[Any], x: float, slot: float, top: float) -> str:
    title = f"{formats.month(row[0])} · {formats.money(row[1], 'panel')}"
    y = _y(row[1], top)
    return svg.rect(x + slot * 0.2, y, slot * 0.6, max(_y(0, top) - y, 1), svg.TONES["star-3"], title=title)


def _band(ahead: Rows, start: float, slot: float, top: float) -> list[str]:
    points = [(start + at * slot + slot / 2, row) for at, row in enumerate(ahead)]
    parts = []
    if all(row[2] is not None for row in ahead):
        high = [(x, _y(row[3], top)) for x, row in points]
        low = [(x, _y(row[2], top)) for x, row in reversed(points)]
        d = "M" + "L".join(f"{svg.n(x)} {svg.n(y)}" for x, y in [*high, *low]) + "Z"
        parts.append(svg.tag("path", d=d, fill=BAND))
    parts.append(svg.line(start, TOP, start, HEIGHT - FOOT, stroke=svg.AXIS, dash="3 3"))
    parts.append(svg.path([(x, _y(row[1], top)) for x, row in points], stroke=svg.TONES["brand"], width=2.5))
    parts += [_point(x, row, top) for x, row in points]
    return parts


def _point(x: float, row: list[Any], top: float) -> str:
    title = svg.tag("title", escape(words(row)))
    return svg.tag(
        "circle", title, cx=x, cy=_y(row[1], top), r=4.5, fill=svg.TONES["brand"], stroke="#ffffff", stroke_width=1.5
    )


def words(row: list[Any]) -> str:
    """2026 年 12 月 · 预计 ¥197 万（¥140 万–¥254 万）"""
    month, minor, low, high = row
    told = _("%(month)s · 预计 %(money)s") % {"month": formats.month(month), "money": formats.money(minor, "panel")}
    return f"{told} ({formats.money(low, 'panel')}–{formats.money(high, 'panel')})" if low is not None else told
