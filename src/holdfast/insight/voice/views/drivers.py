"""Importance × performance in words and as a picture: where to work first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from holdfast.common import formats
from holdfast.insight.voice.queries.drivers import Driver, Drivers
from holdfast.records.feedback.rules import FACTORS

QUADRANTS = {
    "concentrate_here": _("先改这里"), "keep_up": _("守住"), "low_priority": _("可以缓一缓"),
    "possible_overkill": _("可能用力过多"), "unclear": _("还分不清"),
}  # fmt: skip
CHIPS = {
    "concentrate_here": "act",
    "keep_up": "good",
    "low_priority": "",
    "possible_overkill": "watch",
    "unclear": "line",
}
INKS = {"concentrate_here": "lost", "keep_up": "rising", "low_priority": "slate", "possible_overkill": "gold"}
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 560.0, 320.0, 46.0, 18.0, 16.0, 40.0
ROOM = 0.18
Row = dict[str, Any]


def shown(found: Drivers, params: Row) -> Row:
    """What the template needs: rows by importance, points of the picture, what to do first."""
    rows = [_row(one, params) for one in sorted(found.rows, key=lambda one: -(one.share or 0))]
    return {
        "found": found,
        "rows": rows,
        "first": next((row for row in rows if row["code"] == "concentrate_here"), None),
        "explained": formats.percent(found.explained, 0),
        "url": _list(params, scored="parts"),
        "picture": picture(found) if found.rows and found.explained > 0 else None,
    }


def _list(params: Row, **more: Any) -> str:
    given = {name: str(value) for name, value in {**params, **more}.items()}
    return f"{reverse('voice:comments')}?{urlencode(given)}"


def _row(one: Driver, params: Row) -> Row:
    return {
        "name": FACTORS[one.code],
        "mean": formats.number(one.performance, 2),
        "span": f"{formats.number(one.performance - 1.96 * one.performance_error, 2)}–"
        f"{formats.number(one.performance + 1.96 * one.performance_error, 2)}",
        "share": formats.percent(one.share, 0) if one.share is not None else "—",
        "code": one.quadrant,
        "quadrant": QUADRANTS.get(one.quadrant or "", "—"),
        "chip": CHIPS.get(one.quadrant or "", "line"),
        "url": _list(params, scored="parts"),
        "low_url": _list(params, scored="parts", group=f"{one.code}-low"),
    }


def picture(found: Drivers) -> Row:
    """Points and cross-hairs in the coordinates of the drawing: right is better, up is weightier."""
    across = _scale([one.performance for one in found.rows], LEFT, WIDTH - RIGHT)
    up = _scale([one.importance or 0.0 for one in found.rows], HEIGHT - BOTTOM, TOP)
    middle = (across(found.performance_middle), up(found.importance_middle))
    places = {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM,
        "x": middle[0], "y": middle[1], "x_left": middle[0] - LEFT, "y_top": middle[1] - TOP,
    }  # fmt: skip
    points = [_point(one, across(one.performance), up(one.importance or 0.0)) for one in found.rows]
    return {**{name: f"{place:g}" for name, place in places.items()}, "points": points}


def _point(one: Driver, x: float, y: float) -> Row:
    is_right = x > WIDTH * 0.7
    return {
        "name": FACTORS[one.code], "x": f"{x:g}", "y": f"{y:g}", "tone": INKS.get(one.quadrant or "", "slate"),
        "label_x": f"{x - 10 if is_right else x + 10:g}", "label_y": f"{y + 4:g}",
        "anchor": "end" if is_right else "start",
    }  # fmt: skip


def _scale(values: list[float], low: float, high: float) -> Any:
    """A line from values to the drawing, with some room at both ends."""
    least, most = min(values), max(values)
    room = (most - least) * ROOM or 0.5
    span = most - least + 2 * room
    return lambda value: round(low + (value - least + room) / span * (high - low), 1)
