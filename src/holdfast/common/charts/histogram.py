"""How long things took, against what was promised: delight, acceptable, angry, and the hatched grey zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.common.charts import svg


@dataclass(frozen=True)
class Bin:
    """One bar of counts; `grey` of them for reasons outside our hands (hatched)."""

    label: str
    count: int
    grey: int = 0
    zone: str = "delight"


@dataclass(frozen=True)
class Line:
    """A named line at `at` in bins (1 is the middle of the first)."""

    at: float
    words: str
    tone: str = ""


@dataclass(frozen=True)
class Zone:
    """A ground from one place to another, in bins (0.5 is the left edge of the first)."""

    start: float
    end: float
    words: str
    tone: str


def histogram(
    bins: Sequence[Bin],
    *,
    label: str,
    zones: Sequence[Zone] = (),
    lines: Sequence[Line] = (),
    x_name: str = "",
    width: float = 680,
    height: float = 220,
    name: str = "grey",
) -> str:
    """The histogram as SVG; `name` must differ between two on one page (it names the hatching)."""
    ticks = svg.nice_ticks(0, max((one.count for one in bins), default=0) * 1.12 or 1, 4)
    left, ceiling, floor = 30.0, 34.0, height - (36 if x_name else 22)
    slot = (width - left) / max(len(bins), 1)
    scale = (floor - ceiling) / ticks[-1]
    pattern = f"hatch-{''.join(letter for letter in name if letter.isalnum())}"
    parts = [svg.hatch(pattern), *(_zone(zone, left, slot, ceiling, floor) for zone in zones)]
    for tick in ticks:
        y = floor - tick * scale
        parts += [
            svg.line(left, y, width, y),
            svg.text(left - 5, y + 3.5, svg.plain(tick), size=10, anchor="end", fill=svg.INK3),
        ]
    for place, one in enumerate(bins):
        parts += _bin(one, left + slot * place, slot, floor, scale, pattern)
    taken = 0.0  # to where the words of the lower row reach; what does not fit beside them goes above
    for place, mark in enumerate(sorted(lines, key=lambda mark: mark.at)):
        x = left + slot * (mark.at - 0.5)
        above = place > 0 and x < taken
        to_left = place == 0 or x + 3 + _long(mark.words) > width
        parts += _line(mark, x, ceiling, floor, to_left, above)
        taken = taken if above else x + 3 + (0 if to_left else _long(mark.words))
    if x_name:
        parts.append(svg.text((left + width) / 2, height - 4, x_name, size=10.5, anchor="middle", fill=svg.INK3))
    return svg.picture(width, height, label, parts)


def _zone(zone: Zone, left: float, slot: float, ceiling: float, floor: float) -> str:
    x, wide = left + slot * (zone.start - 0.5), slot * (zone.end - zone.start)
    ground = svg.rect(x, ceiling, wide, floor - ceiling, svg.GROUNDS.get(zone.tone, "#f5f6f3"), radius=0)
    words = svg.shortened(zone.words, wide - 8)
    return ground + svg.text(x + 6, ceiling + 15, words, size=11, fill=svg.INKS.get(zone.tone, svg.INK2), weight=600)


def _bin(one: Bin, x: float, slot: float, floor: float, scale: float, pattern: str) -> list[str]:
    wide, known = slot * 0.72, one.count - one.grey
    y = floor - known * scale
    parts = [
        svg.rect(x + slot * 0.14, y, wide, known * scale, svg.fill_of(one.zone), title=f"{one.label}: {one.count}")
    ]
    if one.grey:
        parts.append(
            svg.rect(x + slot * 0.14, floor - one.count * scale, wide, one.grey * scale, f"url(#{pattern})", radius=0)
        )
    parts.append(svg.text(x + slot / 2, floor + 14, one.label, size=10, anchor="middle", fill=svg.INK3))
    return parts


def _long(words: str) -> float:
    """About how wide a label is."""
    return sum(11.0 if ord(letter) > 0x2E7F else 6.0 for letter in words)


def _line(mark: Line, x: float, ceiling: float, floor: float, to_left: bool, above: bool = False) -> list[str]:
    ink, lift = svg.INKS.get(mark.tone, svg.INK), 14 if above else 0
    return [
        svg.line(x, ceiling - 6 - lift, x, floor, stroke=ink, width=1.3, dash="4 3" if mark.tone else ""),
        svg.text(
            x + (-3 if to_left else 3),
            ceiling - 9 - lift,
            mark.words,
            size=10.5,
            anchor="end" if to_left else "start",
            fill=ink,
            weight=600,
        ),
    ]
