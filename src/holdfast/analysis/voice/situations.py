"""What happened, told in more words than one: waiting, faults put right, irony. Patterns of the project's own."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from holdfast.analysis.voice.lexicon import Word

Event = tuple[int, int, Word]
_SHORT = {
    "~": "[^，。！？；：,!?;…\n]",
    "#": "[一二两三四五六七八九十几百半好多数\\d]+",
    "@": "(?:个?多?(?:分钟|半?小时|半?钟头|天|周|星期|礼拜|半?月|季度|半?年))",
}


_LATIN = re.compile("[a-z]{4}")


@cache
def situations() -> tuple[tuple[re.Pattern[str], Word, bool], ...]:
    """Each pattern, what it is worth, and whether it is English. One by one they are quicker than as one."""
    found = []
    for line in (files(__package__) / "words" / "situations.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        told, _, pattern = line.partition(" | ")
        value, *roles = told.split()
        latin = pattern.isascii()
        for sign, meant in _SHORT.items():
            pattern = pattern.replace(sign, meant)
        word = Word(value=float(value), roles=frozenset(["whole", *roles]))
        found.append((re.compile(rf"\b(?:{pattern})" if latin else pattern), word, latin))
    return tuple(found)


@cache
def _chinese() -> tuple[tuple[re.Pattern[str], Word, bool], ...]:
    return tuple(each for each in situations() if not each[2])


def with_situations(text: str, events: list[Event]) -> list[Event]:
    """The words found in a text; those that stand within a situation are replaced by what the situation is worth."""
    found = _found(text)
    if not found:
        return events
    outside, at = [], 0
    for event in events:
        while at < len(found) and found[at][1] <= event[0]:
            at += 1
        if at == len(found) or event[1] <= found[at][0]:
            outside.append(event)
        elif event[2].topic:
            outside.append((event[0], event[1], Word(topic=event[2].topic)))
    return sorted(outside + found, key=lambda event: event[:2])


def _found(text: str) -> list[Event]:
    """Situations of the text from left to right, without overlap."""
    patterns = situations() if _LATIN.search(text) is not None else _chinese()
    matches = [
        (match.start(), match.end(), word)
        for pattern, word, _ in patterns
        if pattern.search(text) is not None  # far cheaper than an iterator where there is nothing
        for match in pattern.finditer(text)
    ]
    if not matches:
        return []
    found: list[Event] = []
    for event in sorted(matches, key=lambda event: (event[0], -event[1])):
        if not found or event[0] >= found[-1][1]:
            found.append(event)
    return found
