"""Cumulative curves: how much of the money the best customers bring (Pareto, Lorenz, the whale)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.common.charts import svg

Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Mark:
    """A named point: percent of customers, percent of the money, and its words (line feeds allowed)."""

    x: float
    y: float
    words: str
    tone: str = "brand"
    above: bool = False


def curve(
    points: Sequence[tuple[float, float]],
    *,
    label: str,
    marks: Sequence[Mark] = (),
    x_name: str = "",
    diagonal: bool = False,
    width: float = 330,
    height: float = 210,
) -> str:
    """A cumulative curve in percent over percent; may rise above 100 where some customers lose money."""
    top = max([y for _x, y in points] + [100.0])
    low = min([y for _x, y in points] + [0.0])
    ticks = svg.nice_ticks(low, top + (8 if top > 100.5 else 0), 5)
    left, right, ceiling, floor = 40.0, width - 12, 16.0, height - (34 if x_name else 22)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x / 100 * (right - left), floor - (y - ticks[0]) / (ticks[-1] - ticks[0]) * (floor - ceiling)

    parts = [_level(tick, at, left, right) for tick in ticks]
    parts += [
        svg.text(at(x, 0)[0], floor + 14, f"{x}", size=10, anchor="middle", fill=svg.INK3)
        for x in (0, 20, 40, 60, 80, 100)
    ]
    if x_name:
        parts.append(svg.text((left + right) / 2, height - 4, x_name, size=10, anchor="middle", fill=svg.INK3))
    if diagonal:
        parts.append(svg.path([at(0, 0), at(100, 100)], stroke="#8a969c", width=1, dash="3 3"))
    places = [at(x, y) for x, y in points]
    parts.append(svg.area(places, at(0, max(ticks[0], 0.0))[1], "#eef4f3"))
    if places:
        parts.append(svg.path(places, stroke=svg.fill_of("brand"), width=2))
    for mark in marks:
        parts += _mark(mark, at(mark.x, mark.y), right)
    return svg.picture(width, height, label, parts)


def _level(tick: float, at: Place, left: float, right: float) -> str:
    y = at(0, tick)[1]
    is_whole = tick == 100
    stroke = svg.INK3 if is_whole else svg.LINE
    return svg.line(left, y, right, y, stroke=stroke, width=0.8, dash="3 3" if is_whole else "") + svg.text(
        left - 5, y + 3.5, f"{svg.plain(tick)}%", size=10, anchor="end", fill=svg.INK3
    )


def _mark(mark: Mark, place: tuple[float, float], right: float) -> list[str]:
    x, y = place
    ink = svg.INKS.get(mark.tone, svg.INK)
    rows = mark.words.count("\n") + 1
    is_late = x > right * 0.72
    if mark.above:
        words = svg.text(x, y - 8 - (rows - 1) * 14, mark.words, size=10.5, anchor="middle", fill=ink, weight=500)
    else:
        words = svg.text(
            x + (4 if is_late else 8),
            y + 16,
            mark.words,
            size=10.5,
            anchor="end" if is_late else "start",
            fill=ink,
            weight=500,
        )
    return [svg.circle(x, y, 4, svg.fill_of(mark.tone)), words]
