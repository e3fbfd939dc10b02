"""The search index's tokens: what is kept of a customer, and what typed text asks for.

Kept: each character and each pair of neighbours of a Chinese name, words of other scripts, pinyin and initials from
every place in a name, three-figure runs of numbers. Asked: the AND of such tokens (one character, pairs, three-figure
runs, or a beginning for Latin letters); then `verify` names the pieces that a hit's folded text must contain, because
pairs found apart do not prove that they stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from holdfast.common.searchkeys.folding import fold, normal, words
from holdfast.common.searchkeys.phones import digits_of
from holdfast.common.searchkeys.pinyin import HAN, syllables

MOST_CHARACTERS = 24
MOST_SYLLABLES = 6
# Numbers differ at their ends; every run of three of a long one would mean reading eight lists, most of them full.
LAST_GRAMS = 4
LONGEST_WORD = 40
MOST_QUERY_TOKENS = 40
RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W\u3400-\u9fff\U00020000-\U0003ffff]+")
PHONE_LIKE = re.compile(r"[+\d][\d\s\-()+.]{5,}\Z")


@dataclass(frozen=True)
class Entry:
    """`tokens` parted by single blanks, for the index; `text` folded, parted by |, to verify hits."""

    tokens: str
    text: str


@dataclass(frozen=True)
class Query:
    """`needed`: tokens that must be there; `starts`: beginnings of tokens; `verify`: pieces of the folded text.

    False when the typed text holds no letter or figure.
    """

    needed: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    verify: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.needed or self.starts)


def entry(
    *,
    companies: Iterable[str] = (),
    people: Iterable[str] = (),
    numbers: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> Entry:
    """What is kept of one customer: names, personal names, phone numbers, and codes such as e-mail or customer code."""
    found: list[str] = []
    text: list[str] = []
    for names, is_person in ((companies, False), (people, True)):
        for name in names:
            if name:
                _add_name(found, name, is_person)
                text.append(fold(name))
    for number in numbers:
        if number and (digits := digits_of(number)):
            found += (*grams(digits), digits[:LONGEST_WORD])
            text.append(digits)
    for code in codes:
        if code:
            found += _code_tokens(code)
            text.append(fold(code))
    return Entry(" ".join(filter(None, dict.fromkeys(found))), "|".join(filter(None, dict.fromkeys(text))))


def tokens(**kept: Iterable[str]) -> str:
    """Only the tokens of `entry`."""
    return entry(**kept).tokens


def grams(digits: str) -> list[str]:
    """Every run of three figures."""
    return [digits[start : start + 3] for start in range(len(digits) - 2)]


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def _add_name(found: list[str], name: str, is_person: bool) -> None:
    folded = fold(name)
    for run in HAN.findall(folded):
        found += run
        found += _pairs(run)
        _add_sounds(found, syllables(run[:MOST_CHARACTERS], is_person=is_person))
    if not HAN.fullmatch(folded):
        for word in _other_words(name):
            found.append(word[:LONGEST_WORD])
            if word.isdigit():
                found += grams(word)


def _other_words(name: str) -> Iterator[str]:
    for word in words(name):
        for run in RUN.findall(word):
            if not HAN.match(run):
                yield run


def _add_sounds(found: list[str], parts: tuple[str, ...]) -> None:
    """Pinyin and initials from every place on: whole from the start, a few syllables from elsewhere."""
    letters = "".join([part[0] for part in parts if part])
    found.append("".join(parts)[:LONGEST_WORD])
    found += [letters[start : start + 10] for start in range(len(letters) - 1)]
    found += ["".join(parts[start : start + MOST_SYLLABLES]) for start in range(1, len(parts))]


def _code_tokens(code: str) -> Iterator[str]:
    folded = fold(code)
    yield folded[:LONGEST_WORD]
    for word in words(code):
        yield word[:LONGEST_WORD]
    yield from grams(digits_of(code))


def query(text: str | None) -> Query:
    """What typed text asks for; every word must be found."""
    typed = normal(text or "").strip()[:200]
    if PHONE_LIKE.match(typed):
        typed = _national(typed)
    asked = Query()
    for word in words(typed):
        for run in RUN.findall(word):
            _ask(asked, run)
    del asked.needed[MOST_QUERY_TOKENS:]
    return asked


def _national(typed: str) -> str:
    """A typed phone number as it is kept: figures only, without +86."""
    digits = digits_of(typed)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            return digits[len(prefix) :]
    return digits


def _ask(asked: Query, run: str) -> None:
    if HAN.match(run):
        asked.needed.extend(_pairs(run) if len(run) > 1 else [run])
        if len(run) > 2:
            asked.verify.append(run)
    elif run.isdigit() and run.isascii() and len(run) > 2:
        asked.needed.extend(grams(run)[-LAST_GRAMS:])
        if len(run) > 3:
            asked.verify.append(run)
    else:
        asked.starts.append(run[:LONGEST_WORD])


def query_tokens(text: str | None) -> list[str]:
    """The plain tokens of a query, beginnings with a * behind."""
    asked = query(text)
    return [*asked.needed, *(f"{start}*" for start in asked.starts)]
