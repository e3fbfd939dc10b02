"""The rhythm of orders: where each mark stands on the line, in percent, and the same line drawn for print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from holdfast.common.charts import svg


@dataclass(frozen=True)
class Rhythm:
    """Places on a line from 0 to 100.

    `window` is where the next order is due, `late` runs from its end to today; `level` is g on time, w late,
    a late by more than twice the tolerance.
    """

    orders: list[float] = field(default_factory=list)
    window: tuple[float, float] | None = None
    late: tuple[float, float] | None = None
    now: float | None = None
    level: str = "g"

    def as_dict(self) -> dict[str, Any]:
        """Plain lists and numbers, to be kept or sent as JSON."""
        return {
            "orders": self.orders,
            "window": list(self.window) if self.window else None,
            "late": list(self.late) if self.late else None,
            "now": self.now,
            "level": self.level,
        }

    @classmethod
    def from_dict(cls, marks: dict[str, Any]) -> Rhythm:
        window, late = marks.get("window"), marks.get("late")
        return cls(
            orders=[float(place) for place in marks.get("orders") or []],
            window=(float(window[0]), float(window[1])) if window else None,
            late=(float(late[0]), float(late[1])) if late else None,
            now=None if marks.get("now") is None else float(marks["now"]),
            level=str(marks.get("level") or "g"),
        )


def rhythm(
    ordered_on: Iterable[dt.date],
    *,
    today: dt.date,
    usual_days: float | None = None,
    tolerance_days: float | None = None,
    span_days: int = 200,
    ahead_days: int = 24,
) -> Rhythm:
    """The marks of one customer: orders of the last `span_days`, the window of the next, and today.

    `usual_days` is his own usual interval, `tolerance_days` how much it normally varies (a fifth of it when not
    given). No window before three orders.
    """
    days = sorted({day for day in ordered_on if day <= today})
    start, whole = today - dt.timedelta(days=span_days), span_days + ahead_days

    def place(days_from_start: float) -> float:
        return round(min(max(days_from_start / whole * 100, 0.0), 100.0), 2)

    now = place(span_days)
    marks = [place((day - start).days) for day in days if day >= start]
    if len(days) < 3 or not usual_days or usual_days <= 0:
        return Rhythm(orders=marks, now=now)
    tolerance = usual_days / 5 if tolerance_days is None else max(tolerance_days, 0.0)
    due = (days[-1] - start).days + usual_days
    opens, closes = due - tolerance, due + tolerance
    window = (place(opens), place(closes))
    if closes >= span_days:
        return Rhythm(orders=marks, window=window, now=now)
    level = "a" if span_days - due > 2 * tolerance else "w"
    return Rhythm(orders=marks, window=window, late=(place(closes), now), now=now, level=level)


def rhythm_strip(marks: Rhythm, *, label: str, width: float = 240, height: float = 18) -> str:
    """The line as SVG for print: a mark an order, the window as an outlined box, the late part thick, today a line."""

    def at(place: float) -> float:
        return place / 100 * width

    middle = height / 2
    parts = [svg.line(0, middle, width, middle, stroke=svg.AXIS)]
    if marks.window:
        start, end = map(at, marks.window)
        parts.append(
            svg.tag(
                "rect",
                x=start,
                y=2,
                width=max(end - start, 2),
                height=height - 4,
                rx=2,
                fill="#e5f2e9",
                stroke="#3c9160",
            )
        )
    if marks.late:
        start, end = map(at, marks.late)
        parts.append(
            svg.rect(start, middle - 1.5, end - start, 3, svg.fill_of("lost" if marks.level == "a" else "declining"))
        )
    parts += [svg.rect(at(place) - 1.5, 3, 3, height - 6, svg.fill_of("brand")) for place in marks.orders]
    if marks.now is not None:
        parts.append(svg.line(at(marks.now), 0, at(marks.now), height, stroke=svg.INK, width=1.5))
    return svg.picture(width, height, label, parts)
