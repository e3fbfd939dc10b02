"""Work laid evenly over days, and evenly over what a person has to do on each of them."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import date


def spread(count: int, days: Sequence[date], load: MutableMapping[date, int]) -> list[date]:
    """`count` days out of `days` (in order, at least one), one from each equal stretch of them.

    In its stretch the day with the least load is taken, of several the one nearest to the middle. Counts what it takes
    into `load`. With more work than days, days are taken again.
    """
    if not days:
        raise ValueError("there is no day to put the work on")
    chosen = [_lightest(_stretch(number, count, days), load) for number in range(count)]
    return sorted(chosen)


def _stretch(number: int, count: int, days: Sequence[date]) -> Sequence[date]:
    size = len(days)
    if count >= size:
        return [days[number * size // count]]
    return days[number * size // count : (number + 1) * size // count]


def _lightest(days: Sequence[date], load: MutableMapping[date, int]) -> date:
    middle = (len(days) - 1) / 2
    place = min(range(len(days)), key=lambda one: (load.get(days[one], 0), abs(one - middle), one))
    day = days[place]
    load[day] = load.get(day, 0) + 1
    return day
