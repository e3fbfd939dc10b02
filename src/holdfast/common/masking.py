"""Masks of phone numbers, mail addresses and WeChat names: enough to recognise, not enough to use.

A mask always holds three stars in a row, and nothing that people enter may: so a mask that comes back in a form is
known, and is never written over the number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

PERSONAL = ("phone", "email", "wechat")
STARS = "***"
MOBILE = re.compile(r"(?:\+?86)?(1[0-9]{10})")
EMAIL_IN_TEXT = re.compile(r"[^\s@，。；、]+@[^\s@，。；、]+")
NUMBER_IN_TEXT = re.compile(r"(?<![0-9])(?![0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))\+?[0-9][0-9 ()\-]{5,}[0-9]")


def mask_phone(number: str | None) -> str:
    """13812341234 → 138****1234; another number keeps its last four digits, a short one less. Nothing → nothing."""
    text = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", number or ""))
    if not text:
        return ""
    if mobile := MOBILE.fullmatch(text):
        return f"{mobile[1][:3]}****{mobile[1][-4:]}"
    if len(text) <= 4:
        return "****"
    return "****" + text[-(4 if len(text) >= 8 else 2) :]


def mask_email(address: str | None) -> str:
    """abigail@example.com → ab***@example.com."""
    local, at, domain = (address or "").strip().rpartition("@")
    if not at:
        return mask_handle(domain)
    return f"{local[: 2 if len(local) > 3 else 1]}{STARS}@{domain}"


def mask_handle(name: str | None) -> str:
    """A WeChat name: wxid_8842 → w***2, a short one only stars."""
    text = (name or "").strip()
    if not text:
        return ""
    return f"{text[0]}{STARS}{text[-1]}" if len(text) > 4 else STARS


MASKS = {"phone": mask_phone, "email": mask_email, "wechat": mask_handle}


def mask(field: str, value: Any) -> Any:
    """The mask of a column's value by the column's name; other columns and values that are no text stay."""
    if not isinstance(value, str) or not value:
        return value
    kind = next((kind for kind in PERSONAL if kind in field), "")
    if not kind:
        return value
    return mask_email(value) if "@" in value and kind != "wechat" else MASKS[kind](value)


def is_mask(value: Any) -> bool:
    """Whether somebody sends back what a mask showed."""
    return isinstance(value, str) and STARS in value


def mask_text(text: str) -> str:
    """Free words with every number and address in them masked: for reasons that are kept where many read."""
    without = EMAIL_IN_TEXT.sub(lambda found: mask_email(found[0]), text)
    return NUMBER_IN_TEXT.sub(lambda found: mask_phone(found[0]), without)
