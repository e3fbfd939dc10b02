"""Bars of a histogram of times whose edges fall on the target and on the limit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.analysis.capability.settings import DEFAULTS, ZONES, CapabilityParams
from holdfast.analysis.capability.zones import zones_of
from holdfast.analysis.ledger import Array

# Widths of a bar in days: minutes, hours, days, weeks, months, and their round parts.
WIDTHS = (
    1 / 1440, 5 / 1440, 15 / 1440, 1 / 48, 1 / 24, 1 / 12, 1 / 8, 1 / 4, 0.5, 1, 2, 2.5, 3, 3.5, 5, 7, 10, 14, 15, 20, 30,
    50, 60, 90, 100, 180, 200, 365, 500, 730, 1000, 2000, 5000,
)  # fmt: skip
FEWEST, MOST = 10, 22


@dataclass(frozen=True)
class Bars:
    """Bars one beside the other; `edges` in days are one more than `counts`, and the last bar takes all that is longer.

    `grey` of the counts are for grey reasons; `zones` names the zone of each bar.
    """

    width: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    grey: tuple[int, ...]
    zones: tuple[str, ...]


def bars(days: Array, grey: Array, params: CapabilityParams = DEFAULTS) -> Bars:
    """Counts of finished jobs by how long they took; a bar holds what took more than its start, up to its end.

    In: days taken, which of them are grey. Rule: 10 to 22 bars of a round width, so that one ends at the target and one
    at the limit where such a width exists; they reach well beyond the limit. Source: methods §7 (the picture of zones).
    """
    width, edges = _edges(days, params.target_days, params.limit_days)
    place = np.clip(np.searchsorted(edges, days, side="left") - 1, 0, len(edges) - 2)
    size = len(edges) - 1
    middles = (np.asarray(edges[:-1]) + np.asarray(edges[1:])) / 2
    return Bars(
        width,
        tuple(edges),
        tuple(np.bincount(place, minlength=size).tolist()),
        tuple(np.bincount(place[grey], minlength=size).tolist()),
        tuple(ZONES[int(zone)] for zone in zones_of(middles, params)),
    )


def bar_width(target: float, limit: float, reach: float) -> float:
    """How many days one bar spans: round, so that bars end at the target and at the limit, 10 to 22 bars in all.

    In: days. Out: days. Source: methods §7 (one chart of all zones); the choice of round steps is ours.
    """
    usable = [width for width in WIDTHS if FEWEST <= reach / width <= MOST]
    roomy = [width for width in WIDTHS if FEWEST / 2 <= reach / width <= MOST * 1.5]
    even = [[width for width in some if _divides(width, target) and _divides(width, limit)] for some in (usable, roomy)]
    chosen = even[0] or even[1] or usable
    return chosen[-1] if chosen else reach / 15


def _divides(width: float, days: float) -> bool:
    return abs(days / width - round(days / width)) < 1e-9


def _edges(days: Array, target: float, limit: float) -> tuple[float, list[float]]:
    """Bars to well beyond the limit; the last one takes all that is longer."""
    longest = float(days.max()) if len(days) else 0.0
    usual = float(np.quantile(days, 0.99)) if len(days) else 0.0
    reach = min(max(limit * 1.4, min(longest, usual * 1.1)), limit * 2.2)
    width = bar_width(target, limit, reach)
    count = max(math.ceil(reach / width - 1e-9), math.floor(limit / width) + 2)
    return width, [place * width for place in range(count + 1)]
