"""How a rule says no."""

from __future__ import annotations


class Refusal(Exception):
    """A rule refuses: what happened and what to do next, in the user's words.

    `field` names the form field it belongs to; pages show it there, the API answers 422 with both.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
