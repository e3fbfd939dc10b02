"""What a higher room foresees of an invoice, shown beside it; without such a room nothing is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Foresight:
    """The chance (0–1) that an invoice is paid late, the day to expect the money if it is, and why, in a sentence."""

    p_late: float
    late_days: int
    late_on: date
    why: str

    @property
    def shown(self) -> float:
        """The chance as it is written: nothing is wholly sure."""
        return min(max(self.p_late, 0.01), 0.99)

    @property
    def is_high(self) -> bool:
        return self.p_late >= 0.5


Foresee = Callable[[list[int]], Mapping[int, Foresight]]
_foresee: list[Foresee] = []


def register_foresight(foresee: Foresee) -> None:
    """Say who foresees: `foresee(invoice keys)` gives what is known, by key."""
    _foresee[:] = [foresee]


def foresight(invoice_ids: Iterable[int]) -> Mapping[int, Foresight]:
    """What is foreseen of these invoices, by key; those of which nothing is are left out."""
    ids = list(invoice_ids)
    return _foresee[0](ids) if _foresee and ids else {}
