"""Due, done, missing: how far a duty is on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.actions.care.rules.windows import Window

SOON_DAYS = 7


@dataclass(frozen=True)
class Progress:
    """`missing` never counts more than was due; `state` is done, open, soon (a week left) or missed."""

    due: int
    done: int
    missing: int
    days_left: int
    state: str

    @property
    def kept(self) -> int:
        """What counts towards the rate: doing more for one customer makes up for no other."""
        return self.due - self.missing


def progress_of(due: int, done: int, window: Window, today: date) -> Progress:
    missing, left = max(0, due - done), window.days_left(today)
    return Progress(due, done, missing, left, _state(missing, left))


def _state(missing: int, days_left: int) -> str:
    if not missing:
        return "done"
    if not days_left:
        return "missed"
    return "soon" if days_left <= SOON_DAYS else "open"
