"""Decides once per column: the order of day and month, the decimal comma, the `.0` behind ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.common import sheets
from holdfast.doors.intake.rules.cells import Settled
from holdfast.doors.intake.rules.kinds import KINDS

NUMBERS = ("quantity", "price", "percent", "rate")


class Settling:
    """Looks at every cell of the columns that need a decision, in one pass over the file."""

    def __init__(self, kind: str, columns: Mapping[str, str], date_order: str = "") -> None:
        self._given = date_order or None
        self._dates: dict[str, tuple[str, sheets.DateOrder]] = {}
        self._numbers: dict[str, tuple[str, sheets.NumberStyle]] = {}
        self._ids: dict[str, tuple[str, sheets.IdShape]] = {}
        for known in KINDS[kind].fields:
            if known.name not in columns:
                continue
            heading = columns[known.name]
            if known.reads in ("date", "moment"):
                self._dates[known.name] = (heading, sheets.DateOrder())
            elif known.reads in NUMBERS:
                self._numbers[known.name] = (heading, sheets.NumberStyle())
            elif known.reads == "id":
                self._ids[known.name] = (heading, sheets.IdShape())
        self._watched: list[tuple[str, Any]] = [*self._dates.values(), *self._numbers.values(), *self._ids.values()]
        self._last: dict[str, Any] = {}

    def add(self, values: Mapping[str, Any]) -> None:
        """Look at one row; a cell that repeats the one above says nothing new."""
        last = self._last
        for heading, watcher in self._watched:
            value = values.get(heading)
            if value is not None and value.__class__ is str and value != last.get(heading):
                watcher.add(value)
                last[heading] = value

    def result(self) -> dict[str, Settled]:
        """What was settled for each field."""
        settled = {name: Settled(order=self._order(seen)) for name, (_h, seen) in self._dates.items()}
        settled |= {name: Settled(decimal_comma=seen.decimal_comma) for name, (_h, seen) in self._numbers.items()}
        settled |= {name: Settled(drop_point_zero=seen.drop_point_zero) for name, (_h, seen) in self._ids.items()}
        return settled

    def unclear(self) -> dict[str, list[str]]:
        """Headings of date columns whose order nobody but the importer can tell, with examples."""
        if self._given or self._told:
            return {}
        return {heading: seen.examples for heading, seen in self._dates.values() if seen.ambiguous}

    def _order(self, seen: sheets.DateOrder) -> str:
        return self._given or (self._told if self._told and seen.ambiguous else seen.order)

    @property
    def _told(self) -> str:
        """The order that the file's other columns leave no doubt about."""
        clear = {seen.order for _h, seen in self._dates.values() if seen.seen and not seen.ambiguous}
        return clear.pop() if len(clear) == 1 else ""
