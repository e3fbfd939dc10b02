"""Parameters that can be kept as JSON beside the results they made."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Self, get_type_hints


class Params:
    """Base of the frozen parameter classes: every threshold is a field, and the whole is plain JSON.

    Errors: `from_dict` raises ValueError for a field the class does not know.
    """

    def to_dict(self) -> dict[str, Any]:
        """All fields, nested ones too, as plain values."""
        return dict(dataclasses.asdict(self))  # type: ignore[call-overload]

    def to_json(self) -> str:
        """The same as text with sorted keys, so that equal parameters give equal text."""
        return json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`; fields left out take their defaults."""
        hints = get_type_hints(cls)
        unknown = sorted(set(values) - set(hints))
        if unknown:
            raise ValueError(f"{cls.__name__} has no field {', '.join(unknown)}")
        return cls(**{name: _restored(hints[name], value) for name, value in values.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `to_json`."""
        return cls.from_dict(json.loads(text))


def _restored(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Params) and isinstance(value, dict):
        return kind.from_dict(value)
    return tuple(_restored(None, one) for one in value) if isinstance(value, list) else value
