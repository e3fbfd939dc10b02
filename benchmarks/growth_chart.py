"""Cost against size as a picture in docs/, drawn from the figures kept beside it."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURES, PICTURE, PAGE = DOCS / "pictures" / "growth.json", DOCS / "pictures" / "growth.svg", DOCS / "speed.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
SHARED = " Much other work went on beside it: the wall times say little, and the processor times are more than on a quiet machine."
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 30, 64, 74
INK, QUIET, LINE = "#1f2a37", "#6b7280", "#e5e7eb"
WALL, CPU, STRAIGHT = "#0f766e", "#b45309", "#9ca3af"


def keep(runs: list[dict[str, Any]], machine: str) -> None:
    """Write the figures, the picture of them, and their table in docs/speed.md."""
    told = {"machine": machine, "measured_on": date.today().isoformat(), "runs": runs}
    FIGURES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    draw(told)


def draw(told: dict[str, Any]) -> None:
    """Picture and table of figures kept before."""
    PICTURE.write_text(picture(told), encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + table(told) + END + after, encoding="utf-8")


def table(told: dict[str, Any]) -> str:
    """One line a run, in Markdown."""
    head = "| Order lines | Customers | Wall | Processor, all threads | a line | Most memory |\n|" + "---:|" * 6
    lines = [
        f"| {one['rows']:,} | {one['customers']:,} | {one['wall']:.1f} s | {one['cpu']:.1f} s"
        f" | {1e6 * one['cpu'] / one['rows']:.2f} µs | {one['peak_mb'] / 1024:.2f} GB |"
        for one in told["runs"]
    ]
    # shared: other work went on beside it, so that waiting is in the wall time.
    note = f"\nMeasured {told['measured_on']} on {told['machine']}.{SHARED if told.get('shared') else ''}\n"
    return "\n".join([head, *lines]) + "\n" + note


class Axes:
    """Logarithmic places: rows across, seconds upwards."""

    def __init__(self, rows: list[int], seconds: list[float]) -> None:
        self.rows = (math.log10(min(rows)), math.log10(max(rows)))
        self.seconds = (math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds))))

    def x(self, rows: float) -> float:
        low, high = self.rows
        return LEFT + (math.log10(rows) - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    def y(self, seconds: float) -> float:
        low, high = self.seconds
        return HEIGHT - BOTTOM - (math.log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def picture(told: dict[str, Any]) -> str:
    """The figures as SVG: both axes logarithmic, so cost in proportion to size is a straight line of slope one."""
    runs = told["runs"]
    kinds = ("cpu",) if told.get("shared") else ("wall", "cpu")
    axes = Axes([one["rows"] for one in runs], [one[kind] for one in runs for kind in kinds])
    parts = [*_grid(axes, runs), *_proportion(axes, runs)]
    shared = told.get("shared", False)
    parts += _curve(axes, runs, "cpu", CPU) + ([] if shared else _curve(axes, runs, "wall", WALL))
    title = "holdfast analyze --tables-only: time against order lines"
    legend = [("processor time, all threads", CPU), ("in proportion to the lines", STRAIGHT)]
    legend += [] if shared else [("wall time", WALL)]
    for place, (name, colour) in enumerate(legend):
        parts.append(f'<rect x="{LEFT + place * 190}" y="40" width="12" height="4" fill="{colour}"/>')
        parts.append(_text(LEFT + 18 + place * 190, 46, name, QUIET, "start"))
    foot = f"Measured {told['measured_on']}: {told['machine']}. Memory: " + ", ".join(
        f"{_short(one['rows'])} {one['peak_mb'] / 1024:.1f} GB" for one in runs
    )
    parts += [_text(LEFT, 24, title, INK, "start", 15), _text(LEFT, HEIGHT - 14, foot, QUIET, "start")]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">'
    )
    body = "\n".join(parts)
    return f'{head}\n<title>{title}</title>\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'


def _grid(axes: Axes, runs: list[dict[str, Any]]) -> list[str]:
    parts = []
    for power in range(axes.seconds[0], axes.seconds[1] + 1):
        y = axes.y(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{10**power:g} s", QUIET, "end"))
    for one in runs:
        x = axes.x(one["rows"])
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{LINE}"/>')
        anchor = "end" if one is runs[-1] and len(runs) > 1 else "middle"
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{one['rows']:,}", INK, anchor))
        parts.append(_text(x, HEIGHT - BOTTOM + 33, f"{one['customers']:,} customers", QUIET, anchor))
    return parts


def _proportion(axes: Axes, runs: list[dict[str, Any]]) -> list[str]:
    """A line of slope one through the largest run's processor time."""
    last = runs[-1]
    least = max(10.0 ** axes.seconds[0], last["cpu"] * runs[0]["rows"] / last["rows"])
    begin = least / last["cpu"] * last["rows"]
    d = f"M{axes.x(begin):.1f} {axes.y(least):.1f}L{axes.x(last['rows']):.1f} {axes.y(last['cpu']):.1f}"
    return [f'<path d="{d}" stroke="{STRAIGHT}" stroke-dasharray="5 4" fill="none"/>']


def _curve(axes: Axes, runs: list[dict[str, Any]], kind: str, colour: str) -> list[str]:
    places = [(axes.x(one["rows"]), axes.y(one[kind])) for one in runs]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    parts = [f'<path d="M{line}" stroke="{colour}" stroke-width="2" fill="none"/>']
    away = 18 if kind == "wall" else -10
    for (x, y), one in zip(places, runs, strict=True):
        anchor = "start" if one is runs[0] else "end" if one is runs[-1] else "middle"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')
        parts.append(_text(x, y + away, f"{one[kind]:.1f}", colour, anchor))
    return parts


def _text(x: float, y: float, words: str, colour: str, anchor: str, size: int = 11) -> str:
    safe = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-size="{size}">{safe}</text>'


def _short(rows: int) -> str:
    return f"10^{round(math.log10(rows))}"


if __name__ == "__main__":  # the picture and the table anew, from the figures as they are
    draw(json.loads(FIGURES.read_text(encoding="utf-8")))
