"""统一社会信用代码 (GB 32100-2015) and e-mail addresses."""

from __future__ import annotations

import re
import unicodedata

# No I, O, S, V, Z: they look like figures.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
WEIGHTS = [pow(3, place, 31) for place in range(17)]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
BLANKS = re.compile(r"[\s\-]+")


def uscc_key(text: str | None) -> str:
    """The code in its one spelling: half width, capitals, no blanks; "" for nothing. Not checked."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text or "")).upper()


def uscc_check_character(first17: str) -> str:
    """The 18th character that GB 32100-2015 computes from the first 17; a KeyError names a forbidden one."""
    total = sum(VALUES[character] * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def uscc_is_valid(text: str | None) -> bool:
    """18 allowed characters, the 3rd to 8th figures (the region), and the right check character."""
    code = uscc_key(text)
    if len(code) != 18 or not set(code) <= VALUES.keys() or not code[2:8].isdigit():
        return False
    return uscc_check_character(code[:17]) == code[17]


def email_key(text: str | None) -> str:
    """The address in lower case and half width; "" when it is none."""
    address = unicodedata.normalize("NFKC", text or "").strip().lower()
    return address if EMAIL.match(address) and len(address) <= 254 else ""
