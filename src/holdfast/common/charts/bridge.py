"""The revenue bridge: from one month's revenue to the next, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.common.charts import svg


@dataclass(frozen=True)
class Step:
    """One bar. `value` in the unit of the axis; a total stands on the axis, a step hangs where the last one ended."""

    label: str
    value: float
    tone: str = "brand"
    is_total: bool = False


def spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Lower and upper end of each bar; a total begins at zero."""
    level, found = 0.0, []
    for step in steps:
        start = 0.0 if step.is_total else level
        level = step.value if step.is_total else level + step.value
        found.append((min(start, level), max(start, level)))
    return found


def axis_start(steps: Sequence[Step]) -> float:
    """Where the axis is cut: zero, unless all the change happens in the upper part of the totals."""
    ends = spans(steps)
    tops = [high for _low, high in ends]
    lows = [high if step.is_total else low for step, (low, high) in zip(steps, ends, strict=True)]
    top, bottom = max(tops, default=0.0), min(lows, default=0.0)
    if bottom <= 0 or (top - bottom) / top >= 0.6:
        return min(0.0, bottom)
    ticks = svg.nice_ticks(bottom - (top - bottom) * 0.25, top)
    return max(0.0, ticks[0])


def bridge(steps: Sequence[Step], *, label: str, width: float = 680, height: float = 168, decimals: int = 1) -> str:
    """The bridge as SVG. The caller's title names unit and, from `axis_start`, where the axis is cut."""
    if not steps:
        return svg.picture(width, height, label, [])
    start, ends = axis_start(steps), spans(steps)
    top = max((high for _low, high in ends), default=1.0)
    room, floor = height - 42, height - 24
    scale = room / ((top - start) or 1.0)
    slot = width / len(steps)
    wide = min(slot * 0.62, 58)
    parts = [svg.line(0, floor - max(0.0, -start) * scale, width, floor - max(0.0, -start) * scale, stroke=svg.AXIS)]
    for place, (step, (low, high)) in enumerate(zip(steps, ends, strict=True)):
        parts += _step(
            step, max(low, start), high, slot * place + (slot - wide) / 2, wide, floor + start * scale, scale, decimals
        )
        parts.append(svg.text(slot * (place + 0.5), height - 7, svg.shortened(step.label, slot - 4), anchor="middle"))
    parts += _links(steps, ends, slot, wide, floor + start * scale, scale)
    return svg.picture(width, height, label, parts)


def _step(
    step: Step, low: float, high: float, x: float, wide: float, zero: float, scale: float, decimals: int
) -> list[str]:
    y, tall = zero - high * scale, max((high - low) * scale, 1.2)
    sign = "" if step.is_total or step.value <= 0 else "+"
    figure = sign + svg.plain(step.value, decimals)
    return [
        svg.rect(x, y, wide, tall, svg.fill_of(step.tone), title=f"{step.label} {figure}"),
        svg.text(x + wide / 2, y - 5, figure, anchor="middle", fill=svg.INK, weight=600),
    ]


def _links(
    steps: Sequence[Step], ends: list[tuple[float, float]], slot: float, wide: float, zero: float, scale: float
) -> list[str]:
    parts, level = [], 0.0
    for place, step in enumerate(steps[:-1]):
        level = step.value if step.is_total else level + step.value
        x, y = slot * place + (slot + wide) / 2, zero - level * scale
        parts.append(svg.line(x, y, x + slot - wide, y, stroke="#9aa5a8", width=0.7, dash="2 2"))
    return parts
