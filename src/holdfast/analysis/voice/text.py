"""A comment made plain: one way of writing each character, without losing where each stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_SPACED = re.compile(rf"(?<=[{CJK}，。！？、；：…,!?;:.]) (?=[{CJK}])|(?<=[{CJK}]) (?=[{CJK}，。！？、；：…,!?;:.])")
_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
_BLANKS = re.compile(r"\s{2,}")
_HAN = re.compile(rf"[{CJK}]")
# What a machine wrote: tags, entities, addresses.
_MARKUP = re.compile(
    r"</?[a-z!][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,6});|(?:https?://|www\.)[^\s\u3000-\u9fff，。]+|[\w.+-]+@[\w-]+\.[a-z.]+"
)
_ONCE = frozenset("好慢差贵烂赞棒香臭脏吵爽坑")


@dataclass(frozen=True)
class Plain:
    """The plain text and, where characters were dropped, the place of each in the original."""

    text: str
    original: str
    places: tuple[int, ...] | None = None

    def quote(self, start: int, end: int) -> str:
        """The words of the customer between two places of the plain text."""
        if start >= end:
            return ""
        if self.places is None:
            return self.original[start:end]
        return self.original[self.places[start] : self.places[end - 1] + 1]


def plain(original: str | None) -> Plain:
    """Half width, simplified, lower case; blanks between Chinese characters and long repetitions taken out."""
    given = original or ""
    text = given.translate(_characters())
    if "<" in text or "&" in text or "@" in text or "http" in text or "www." in text:
        text = _MARKUP.sub(lambda found: " " * len(found.group()), text)
    if not _needs_dropping(text):
        return Plain(text, given)
    kept = _kept(text)
    return Plain("".join(text[at] for at in kept), given, tuple(kept))


def _needs_dropping(text: str) -> bool:
    return "  " in text or _SPACED.search(text) is not None or _RUN.search(text) is not None


def _kept(text: str) -> list[int]:
    """Places of the characters that stay."""
    dropped: set[int] = set()
    gaps = [found.start() for found in _SPACED.finditer(text)]
    if len(gaps) > 0.4 * len(_HAN.findall(text)):  # every character apart, as tokenised texts have it
        dropped.update(gaps)
    for found in _RUN.finditer(text):
        if not found.group(1).isdigit():
            kept = 2 if found.group(1).isalpha() and found.group(1) not in _ONCE else 1
            dropped.update(range(found.start() + kept, found.end()))
    for found in _BLANKS.finditer(text):
        dropped.update(range(found.start() + 1, found.end()))
    return [at for at in range(len(text)) if at not in dropped]


@cache
def _characters() -> dict[int, str]:
    """One character for one: full width to half, traditional to simplified, capitals to small, odd blanks to blanks."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；："}
    table |= {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    table |= {0xFF21 + at: chr(97 + at) for at in range(26)}
    table |= dict.fromkeys([0x3000, 0xA0, 0x09, 0x0A, 0x0D, 0x200B, 0xFEFF, 0x2028, 0], " ")
    table |= {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}
    lines = (files(__package__) / "words" / "characters.txt").read_text(encoding="utf-8").splitlines()
    traditional, simplified = [line for line in lines if not line.startswith("#")]
    return table | {ord(old): new for old, new in zip(traditional, simplified, strict=True)}
