"""Sentences for stored reasons: scores keep codes and numbers, here they become words in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def sentence_of(reason: Any) -> str:
    """["overdue", {"elapsed": 71, "usual": 36}], the same as JSON text, or a mapping with `code`, as a sentence."""
    if isinstance(reason, str):
        reason = json.loads(reason) if reason.startswith("[") else [reason, {}]
    if isinstance(reason, Mapping):
        return reason_sentence(str(reason.get("code", "")), dict(reason.get("numbers") or {}))
    code, numbers = (*list(reason or []), "", {})[:2]
    return reason_sentence(str(code), dict(numbers or {}))


def reason_sentence(code: str, numbers: Mapping[str, Any]) -> str:
    return code
