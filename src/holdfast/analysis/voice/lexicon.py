"""The words the project owns, read from `words/` once: what each is worth, what it turns, what it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_RUN = re.compile("[a-z]+")


class Word(NamedTuple):
    """What one word can be; most are only one of these.

    value: opinion, −3 to 3 (0 for none); factor: strengthens or weakens; topic: it names an aspect of this topic;
    implied: the topic an opinion speaks of without naming it; dimension: its value hangs on what it is said of;
    head: how many characters at its beginning name an aspect ("物流慢").
    """

    value: float = 0.0
    roles: frozenset[str] = frozenset()
    factor: float = 1.0
    topic: str | None = None
    implied: str | None = None
    dimension: tuple[tuple[float, tuple[str, ...]], ...] | None = None
    head: int = 0


@dataclass(frozen=True)
class Lexicon:
    """Words by their plain text; which lengths to try at a first English word, or at two first characters."""

    words: dict[str, Word]
    latin: dict[str, tuple[int, ...]]
    pairs: dict[str, tuple[int, ...]]

    def find(self, text: str) -> Iterator[tuple[int, int, Word]]:
        """The longest words of the text from left to right, without overlap: start, end, word."""
        words, pairs, start, size = self.words, self.pairs, 0, len(text)
        while start < size:
            first = text[start]
            if "a" <= first <= "z":
                stop = self._english(text, start)
                if stop < 0:
                    start = -stop
                    continue
                yield start, stop, words[text[start:stop]]
                start = stop
                continue
            for length in pairs.get(text[start : start + 2], ()):
                stop = start + length
                word = words.get(text[start:stop]) if stop <= size else None
                if word is not None:
                    yield start, stop, word
                    start = stop
                    break
            else:
                word = words.get(first)
                start += 1
                if word is not None:
                    yield start - 1, start, word

    def _english(self, text: str, start: int) -> int:
        """Where the longest word that begins here ends; less than 0: the end of what is no word, with a minus."""
        run = _RUN.match(text, start)
        assert run is not None
        for length in self.latin.get(run.group(), ()):
            stop = start + length
            inside = stop < len(text) and "a" <= text[stop] <= "z"
            if stop <= len(text) and not inside and text[start:stop] in self.words:
                return stop
        return -run.end()


@cache
def lexicon() -> Lexicon:
    """All words of the project."""
    words: dict[str, Word] = {}
    _add_opinions(words)
    _add_aspects(words)
    _add_implied(words)
    _add_dimensions(words)
    _add_grammar(words)
    _mark_heads(words)
    return _indexed(words)


def _mark_heads(words: dict[str, Word]) -> None:
    """Opinions that begin with the aspect they are about."""
    for text, word in words.items():
        if not word.value or word.topic or len(text) < 3 or text[0].isascii():
            continue
        for length in range(len(text) - 1, 1, -1):
            head = words.get(text[:length])
            if head is not None and head.topic and not head.value:
                words[text] = word._replace(head=length, implied=word.implied or head.topic)
                break


@cache
def parts() -> dict[str, frozenset[str]]:
    """Words that help to tell what an opinion is about, by section of `parts.txt`."""
    found: dict[str, set[str]] = {}
    for section, line in _lines("parts.txt"):
        found.setdefault(section, set()).update(line.split())
    return {section: frozenset(words) for section, words in found.items()}


def _indexed(words: dict[str, Word]) -> Lexicon:
    latin: dict[str, set[int]] = {}
    pairs: dict[str, set[int]] = {}
    for word in words:
        run = _RUN.match(word)
        if run is not None:
            latin.setdefault(run.group(), set()).add(len(word))
        elif len(word) > 1:
            pairs.setdefault(word[:2], set()).add(len(word))
    return Lexicon(
        words,
        *({first: tuple(sorted(sizes, reverse=True)) for first, sizes in index.items()} for index in (latin, pairs)),
    )


def _lines(name: str) -> Iterator[tuple[str, str]]:
    """Section and line of a word file, without remarks."""
    section = ""
    for line in (files(__package__) / "words" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line.strip() and not line.startswith("#"):
            yield section, line


def _split(name: str, line: str) -> list[str]:
    parts = line.split() if name.startswith("zh") else line.split(",")
    return [part.strip().lower() for part in parts if part.strip()]


def _add_opinions(words: dict[str, Word]) -> None:
    worth = {"3": 2.6, "2": 1.6, "1": 0.8, "0": 0.4, "hint": 0.6}
    for name, sign in (
        ("zh_positive.txt", 1),
        ("zh_negative.txt", -1),
        ("en_positive.txt", 1),
        ("en_negative.txt", -1),
    ):
        for section, line in _lines(name):
            for word in _split(name, line):
                if word not in words:
                    roles = frozenset({"hint"} if section == "hint" else ())
                    words[word] = Word(value=sign * worth[section], roles=roles)


def _add_aspects(words: dict[str, Word]) -> None:
    for topic, line in _lines("aspects.txt"):
        for word in _split("aspects", line):
            words[word] = words.get(word, Word())._replace(topic=topic)


def _add_implied(words: dict[str, Word]) -> None:
    for _, line in _lines("implied.txt"):
        topic, _, listed = line.partition("]")
        for text in listed.split():
            if text in words and not words[text].topic:
                words[text] = words[text]._replace(implied=topic.strip("["))


def _add_dimensions(words: dict[str, Word]) -> None:
    for _, line in _lines("dimensions.txt"):
        head, *cases = (part.strip() for part in line.split("|"))
        text, value = head.split()
        table = []
        for case in filter(None, cases):
            worth, _, things = case.partition(":")
            table.append((float(worth), tuple(things.split())))
        words[text] = words.get(text, Word())._replace(value=float(value), dimension=tuple(table))


def _add_grammar(words: dict[str, Word]) -> None:
    for section, line in _lines("grammar.txt"):
        role, factor = section, 1.0
        if section.startswith(("strong", "weak")):
            role, factor = section.split()[0], float(section.split()[1])
        for text in _split("grammar", line):
            words[text] = _with_role(words.get(text, Word()), role, factor)


def _with_role(word: Word, role: str, factor: float) -> Word:
    if role == "mask":
        return Word(roles=frozenset({"mask"}), topic=word.topic)
    if role in ("positive signs", "negative signs"):
        return Word(value=1.6 if role.startswith("positive") else -1.2, roles=frozenset({"sign"}))
    if role in ("strong", "weak"):
        return word._replace(roles=word.roles | {"degree", role}, factor=factor)
    if role in ("negation", "hearsay", "wish", "concession", "question"):
        word = word._replace(value=0.0) if word.dimension is None else word
    return word._replace(roles=word.roles | {role})
