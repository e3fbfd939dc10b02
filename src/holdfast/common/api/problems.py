"""How an address of the API says no: a code with its facts; the door words it in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Problem(Exception):
    """`code` names the sentence in `doors.api.words`; `status` is the HTTP status; `facts` fill the sentence."""

    def __init__(self, code: str, status: int, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.field = field
        self.facts = facts


Teller = Callable[[Exception], tuple[int, dict[str, Any]]]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """The door says how an exception is told: its status, and code, message, field and details."""
    _tellers[:] = [teller]


def tell(problem: Exception) -> tuple[int, dict[str, Any]]:
    """Status and words of a problem."""
    return _tellers[0](problem)
