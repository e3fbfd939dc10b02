"""Phone numbers and mail addresses in the journal."""

from __future__ import annotations

import re
from typing import Any

HIDDEN = "•••"
MASKED_WORDS = ("phone", "email", "wechat")


def mask_personal(field: str, value: Any) -> Any:
    """Phone numbers keep their ends, mail addresses their first letter and domain."""
    if not isinstance(value, str) or not value or not any(word in field for word in MASKED_WORDS):
        return value
    return mask_email(value) if "@" in value else mask_phone(value)


def mask_email(address: str) -> str:
    local, _at, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def mask_phone(number: str) -> str:
    digits = re.sub(r"\s", "", number)
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
