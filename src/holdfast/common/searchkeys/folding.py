"""One spelling for full and half width, case, accents, blanks and punctuation."""

from __future__ import annotations

import re
import unicodedata

NOT_WORD = re.compile(r"[\W_]+")
ACCENTS = re.compile(r"[\u0300-\u036f]+")
PLAIN = re.compile(r"[0-9a-z\u4e00-\u9fff]*\Z")


def normal(text: str) -> str:
    """Compatibility form, lower case, accents off Latin letters; blanks and punctuation stay."""
    text = unicodedata.normalize("NFKC", text).lower()
    if text.isascii() or not _may_carry_accents(text):
        return text
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def _may_carry_accents(text: str) -> bool:
    return any("\u00c0" <= letter <= "\u1eff" for letter in text)


def fold(text: str | None) -> str:
    """Letters and figures only, in one spelling: 「ＡＢＣ（苏州） Ltd.」 → "abc苏州ltd"."""
    if not text or PLAIN.match(text):
        return text or ""
    return NOT_WORD.sub("", normal(text))


def words(text: str) -> list[str]:
    """Runs of letters and figures in one spelling."""
    return [word for word in NOT_WORD.split(normal(text)) if word]
