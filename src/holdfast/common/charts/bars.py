"""Bars: one value a category. Stars by level, stages of life, months with the margin inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.common.charts import svg


@dataclass(frozen=True)
class Bar:
    """One bar; `figure` is what stands at its end, the plain value when empty."""

    label: str
    value: float
    tone: str = "brand"
    figure: str = ""

    @property
    def words(self) -> str:
        return self.figure or svg.plain(self.value, 0 if float(self.value).is_integer() else 1)


def bars(items: Sequence[Bar], *, label: str, width: float = 330, row: float = 24, names: float = 74) -> str:
    """Lying bars from a common zero, figures at their ends; what is below zero is cinnabar and says so with its −."""
    top = max((abs(item.value) for item in items), default=0.0) or 1.0
    ends = max((len(item.words) for item in items), default=0) * 6.4 + 12
    room = max(width - names - ends, 20.0)
    parts = []
    for place, item in enumerate(items):
        y, long = place * row + 4, abs(item.value) / top * room
        tone = "lost" if item.value < 0 else item.tone
        parts += [
            svg.text(0, y + row * 0.56, svg.shortened(item.label, names - 6)),
            svg.rect(names, y, max(long, 1.0), row - 9, svg.fill_of(tone), title=f"{item.label} {item.words}"),
            svg.text(names + max(long, 1.0) + 6, y + row * 0.56, item.words, fill=svg.INK, weight=600),
        ]
    return svg.picture(width, max(len(items), 1) * row + 4, label, parts)


def star_bars(
    counts: dict[int, float], *, label: str, names: dict[int, str], figures: dict[int, str] | None = None
) -> str:
    """Customers by star, five first, in five depths of one hue."""
    levels = [level for level in (5, 4, 3, 2, 1) if level in counts]
    items = [Bar(names[level], counts[level], f"star-{level}", (figures or {}).get(level, "")) for level in levels]
    return bars(items, label=label)


STAGE_TONES = {
    "identified": "star-2", "developing": "star-3", "activated": "star-3", "growing": "star-4", "mature": "star-5",
    "declining": "declining", "at_risk": "lost", "silent": "overdue", "lost": "lost", "won_back": "returned",
}  # fmt: skip


def lifecycle_bars(counts: dict[str, float], *, label: str, names: dict[str, str], width: float = 330) -> str:
    """Customers by stage of life, in the order of life."""
    items = [Bar(names[stage], counts[stage], tone) for stage, tone in STAGE_TONES.items() if stage in counts]
    return bars(items, label=label, width=width)


def monthly(
    labels: Sequence[str],
    outer: Sequence[float],
    inner: Sequence[float | None] | None = None,
    *,
    label: str,
    names: tuple[str, str] = ("", ""),
    width: float = 680,
    height: float = 170,
) -> str:
    """A column a month, a second value (margin) inside the first; values in the unit of the axis."""
    values = [*outer, *(value for value in inner or () if value is not None)]
    ticks = svg.nice_ticks(min([*values, 0.0]), max([*values, 0.0]) or 1.0, 3)
    left, ceiling, floor = 38.0, 26.0, height - 20
    scale = (floor - ceiling) / (ticks[-1] - ticks[0])
    zero = floor + ticks[0] * scale
    parts = [svg.line(left, zero - tick * scale, width, zero - tick * scale) for tick in ticks]
    parts += [
        svg.text(left - 5, zero - tick * scale + 3.5, svg.plain(tick), size=10, anchor="end", fill=svg.INK3)
        for tick in ticks
    ]
    slot = (width - left) / max(len(labels), 1)
    for place, name in enumerate(labels):
        x = left + slot * place
        parts += _column(x, slot * 0.5, slot, outer[place], "brand", zero, scale, f"{name} {names[0]}")
        if inner is not None and inner[place] is not None:
            parts += _column(x, slot * 0.26, slot, float(inner[place] or 0), "gold", zero, scale, f"{name} {names[1]}")
        parts.append(svg.text(x + slot / 2, height - 6, name, size=10, anchor="middle", fill=svg.INK3))
    return svg.picture(width, height, label, parts + _legend(names, left))


def _column(
    x: float, wide: float, slot: float, value: float, tone: str, zero: float, scale: float, name: str
) -> list[str]:
    y = zero - max(value, 0) * scale
    title = f"{name} {svg.plain(value, 1)}".strip()
    return [svg.rect(x + (slot - wide) / 2, y, wide, abs(value) * scale, svg.fill_of(tone), title=title)]


def _legend(names: tuple[str, str], x: float) -> list[str]:
    parts = []
    for name, tone in zip(names, ("brand", "gold"), strict=True):
        if name:
            parts += [svg.rect(x, 3, 9, 9, svg.fill_of(tone)), svg.text(x + 13, 11, name, size=10.5)]
            x += 13 + 12 * len(name) + 14
    return parts
