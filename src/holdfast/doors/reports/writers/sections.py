"""A section of the report and its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ON_PAPER = 12


@dataclass(frozen=True)
class Column:
    """`kind`: text, name, money, change, int, percent, stars, move, step, day, reasons, pace, person, tick, result, late."""

    title: str
    kind: str = "text"


@dataclass
class Section:
    key: str
    title: str
    note: str = ""
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    total: list[Any] | None = None
    caption: str = ""
    chart: str = ""
    more: int = 0
    empty: str = ""

    @property
    def head(self) -> list[list[Any]]:
        """The rows that a meeting reads; the workbook has them all."""
        return self.rows[:ON_PAPER]
