"""The few shapes our printed charts are made of. Every text is escaped, every number is written the same way twice."""

from __future__ import annotations

import math
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

FONT = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
INK, INK2, INK3, LINE, AXIS = "#17242a", "#45535a", "#5f6d74", "#e3e7e1", "#c8cfc7"

# Fill of each code. On a black-and-white printer the words beside the bars carry the meaning.
TONES = {
    "brand": "#0f5c5e", "total": "#8a969c", "now": "#0f5c5e", "slate": "#8a969c", "gold": "#c2841c",
    "new": "#4a78b8", "returned": "#9067a8", "rising": "#3c9160", "stable": "#b4bdbb", "declining": "#c67e1a",
    "lost": "#c4472f", "irregular": "#cdd5d2", "not_bought": "#d08f5a", "not_due": "#d3dad6", "overdue": "#e0a652",
    "delight": "#3c9160", "acceptable": "#c67e1a", "angry": "#c4472f", "grey": "#dfe4e4",
    "star-5": "#0c4a4d", "star-4": "#2c7c7a", "star-3": "#6bada6", "star-2": "#a9cdc6", "star-1": "#d5e2dd",
}  # fmt: skip
INKS = {"delight": "#24683f", "acceptable": "#85530a", "angry": "#a5321f", "lost": "#a5321f", "declining": "#85530a"}
GROUNDS = {"delight": "#eaf4ed", "acceptable": "#fdf5e4", "angry": "#fbece8"}


def fill_of(tone: str, otherwise: str = "brand") -> str:
    return TONES.get(tone, TONES[otherwise])


def n(value: float) -> str:
    """A coordinate: at most two decimals, never -0, never an exponent; what is not a number stands at 0."""
    if not math.isfinite(value):
        return "0"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def tag(name: str, body: str = "", **attributes: object) -> str:
    """An element; `_` in a name becomes `-`, numbers are rounded, texts are escaped. The body is markup."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(n(value) if isinstance(value, int | float) else str(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def rect(x: float, y: float, width: float, height: float, fill: str, *, radius: float = 1.5, title: str = "") -> str:
    body = tag("title", escape(title)) if title else ""
    return tag("rect", body, x=x, y=y, width=max(width, 0), height=max(height, 0), rx=radius, fill=fill)


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1, dash: str = "") -> str:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash or None)


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 11,
    anchor: str = "start",
    fill: str = INK2,
    weight: int | None = None,
) -> str:
    """A line of text; line feeds make lines under it."""
    rows = words.split("\n")
    spans = [escape(rows[0])] + [tag("tspan", escape(row), x=x, dy=size * 1.35) for row in rows[1:]]
    return tag(
        "text", "".join(spans) or " ", x=x, y=y, font_size=size, text_anchor=None if anchor == "start" else anchor,
        fill=fill, font_weight=weight,
    )  # fmt: skip


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return tag("circle", cx=x, cy=y, r=radius, fill=fill, stroke="#ffffff", stroke_width=1.5)


def path(points: Iterable[tuple[float, float]], *, stroke: str, width: float = 2, dash: str = "") -> str:
    d = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
    return tag("path", d=d, fill="none", stroke=stroke, stroke_width=width, stroke_dasharray=dash or None)


def area(points: list[tuple[float, float]], base: float, fill: str) -> str:
    if not points:
        return ""
    d = (
        "M"
        + "L".join(f"{n(x)} {n(y)}" for x, y in points)
        + f"L{n(points[-1][0])} {n(base)}L{n(points[0][0])} {n(base)}Z"
    )
    return tag("path", d=d, fill=fill)


def hatch(name: str) -> str:
    """Diagonal hatching, the mark of the grey zone."""
    inner = '<rect width="4" height="4" fill="#dfe4e4"/><rect width="1.6" height="4" fill="#98a4a8"/>'
    pattern = tag(
        "pattern", inner, id=name, width=4, height=4, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return tag("defs", pattern)


def picture(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    """The whole drawing; it scales to the width of the column it stands in."""
    return tag(
        "svg", tag("title", escape(label) or " ") + "".join(parts), xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {n(width)} {n(height)}", width="100%", role="img", aria_label=label, font_family=FONT,
    )  # fmt: skip


def shortened(words: str, room: float, size: float = 11) -> str:
    """Words that fit `room`: a Chinese character takes the size, others about 0.56 of it; cut with …"""
    used = 0.0
    for place, letter in enumerate(words):
        used += size * (1.0 if ord(letter) > 0x2E7F else 0.56)
        if used > room:
            return words[: max(place - 1, 1)].rstrip() + "…"
    return words


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values that span low to high: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        high = low + 1 if math.isfinite(low) else 1.0
        low = low if math.isfinite(low) else 0.0
    raw = (high - low) / max(count, 1)
    power = 10 ** math.floor(math.log10(raw))
    step = next((m * power for m in (1, 2, 2.5, 5) if m * power >= raw * 0.999), 10 * power)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def plain(value: float, decimals: int = 0) -> str:
    """1,918.0 with − for a minus."""
    rounded = f"{abs(value):,.{decimals}f}"
    return ("−" if value < 0 and rounded.strip("0.,") else "") + rounded
