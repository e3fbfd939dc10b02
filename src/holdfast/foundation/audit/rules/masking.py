"""Phone numbers and mail addresses in the journal: masked for everybody, whoever reads."""

from __future__ import annotations

from typing import Any

from holdfast.common.masking import mask, mask_email, mask_phone

HIDDEN = "•••"

__all__ = ["HIDDEN", "mask_email", "mask_personal", "mask_phone"]


def mask_personal(field: str, value: Any) -> Any:
    """Phone numbers keep their ends, mail addresses their first letters and domain."""
    return mask(field, value)
