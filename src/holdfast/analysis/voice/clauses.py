"""What a comment praises and blames: opinions turned, strengthened and framed by the words around them.

A comment is cut into clauses; in each, opinions take their sign and strength from negation ("不", "not"), degree
("很", "slightly"), frame (hearsay, wish, question) and from what they are said of ("噪音大" blames, "空间大" praises).
A contrast ("但是", "but") weighs what follows more than what went before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.analysis.voice.frames import weigh
from holdfast.analysis.voice.lexicon import Word, lexicon
from holdfast.analysis.voice.said import Clause, Opinion
from holdfast.analysis.voice.situations import with_situations

BREAKS = re.compile(
    r"[，。！？；：、,!?;\n…~～()（）\"#*【】]+|(?<![0-9a-z])\.|\.(?![0-9a-z])|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])(?=但是|但|不过|可是|可惜|然而|而且|并且|只不过)|(?<= )(?=but |however |although |though )"
)
SENTENCE_ENDS = frozenset("。！？!?.\n；;")
REACH = 5  # characters over which a negation or degree still holds in Chinese
REACH_LATIN = 14
# What may stand behind a word of one character that judges something.
_AFTER = frozenset("的了啊呀哦哟吧呢哈啦嘛滴得,，。！!？?；;、. ~…)")
_BEFORE = frozenset("很太挺蛮好真超最更较偏略稍够不也都又多还且而是得特极忒贼死有点个非常")


def clauses_of(text: str) -> list[Clause]:
    """The clauses of a plain text with everything found in them, contrasts weighed."""
    found = _cut(text)
    events = with_situations(text, list(lexicon().find(text)))
    at = 0
    for clause in found:
        mine: list[tuple[int, int, Word]] = []
        while at < len(events) and events[at][0] < clause.end:
            if events[at][0] >= clause.start:
                mine.append(events[at])
            at += 1
        if mine:
            _read(clause, mine, text)
    weigh(found, text)
    return found


def _cut(text: str) -> list[Clause]:
    clauses, start, sentence = [], 0, 0
    for mark in BREAKS.finditer(text):
        ends = not SENTENCE_ENDS.isdisjoint(mark.group())
        if mark.start() > start:
            clauses.append(_clause(start, mark.start(), sentence, "?" in mark.group() or "？" in mark.group()))
        elif clauses and ("?" in mark.group() or "？" in mark.group()):
            clauses[-1].roles.add("asked")
        start, sentence = mark.end(), sentence + ends
    if start < len(text):
        clauses.append(_clause(start, len(text), sentence, False))
    return clauses


def _clause(start: int, end: int, sentence: int, asked: bool) -> Clause:
    return Clause(start, end, sentence, roles={"asked"} if asked else set())


@dataclass(slots=True)
class _Pending:
    """Words of negation and degree that wait for an opinion."""

    start: int = -1
    end: int = -1
    turns: int = 0
    factor: float = 1.0
    faint: bool = False

    def add(self, start: int, end: int, word: Word) -> None:
        if self.start < 0:
            self.start = start
        self.end = end
        if "negation" in word.roles:
            self.turns += 1
        if "degree" in word.roles:
            self.faint = self.faint or ("strong" in word.roles and self.turns > 0)
            self.factor *= word.factor


def _read(clause: Clause, events: Sequence[tuple[int, int, Word]], text: str) -> None:
    pending, size = _Pending(), len(events)
    for at, (start, end, word) in enumerate(events):
        if word.topic:
            clause.aspects.append((start, end, word.topic))
        if "mask" in word.roles:
            continue
        clause.roles |= word.roles
        clause.complaints += "complaint" in word.roles
        if "whole" in word.roles:
            if word.value:
                clause.opinions.append(Opinion(start, min(end, clause.end), word.value, word))
            pending = _Pending()
            continue
        if pending.end >= 0 and start - pending.end > (REACH_LATIN if text[start].isascii() else REACH):
            pending = _Pending()
        following = events[at + 1] if at + 1 < size else None
        if _is_degree(word, end, following):
            pending.add(start, end, word)
        elif word.value and _stands(start, end, word, text, clause, events, at):
            clause.opinions.append(_opinion(start, end, word, pending, clause, text))
            pending = _Pending()
        elif "negation" in word.roles:
            pending.add(start, end, word)


def _is_degree(word: Word, end: int, following: tuple[int, int, Word] | None) -> bool:
    """Whether it turns or strengthens what follows rather than judging itself ("好吵", "太", "不")."""
    if "degree" not in word.roles:
        return False
    return not word.value or (following is not None and following[0] - end <= 1 and bool(following[2].value))


def _stands(
    start: int, end: int, word: Word, text: str, clause: Clause, events: Sequence[tuple[int, int, Word]], at: int
) -> bool:
    """Whether a word of one Chinese character judges something here, and is not part of another word."""
    if end - start > 1 or text[start].isascii() or "sign" in word.roles:
        return True
    before = text[start - 1] if start > clause.start else ""
    after = text[end] if end < clause.end else ""
    touching = at > 0 and events[at - 1][1] == start
    held = touching and bool(events[at - 1][2].roles & {"degree", "negation"} or events[at - 1][2].topic)
    open_end = not after or after in _AFTER
    if word.dimension is not None:
        return (
            bool(before) and (held or before in _BEFORE) and (open_end or (held and after not in "人次家种个的些年天"))
        )
    return held or open_end or before in _BEFORE


def _opinion(start: int, end: int, word: Word, pending: _Pending, clause: Clause, text: str) -> Opinion:
    value, begin = _worth(word, start, clause, text, pending), start + word.head
    if pending.end >= 0:
        begin = pending.start if not word.head else begin
        value = _turned(value, pending)
    aspect = (start, start + word.head) if word.head else None
    return Opinion(begin, end, max(-4.0, min(4.0, value)), word, aspect)


def _worth(word: Word, start: int, clause: Clause, text: str, pending: _Pending) -> float:
    if word.dimension is None:
        return word.value
    before = text[max(clause.start, start - 10) : start]
    known = [
        (len(thing), -at, worth)
        for at, (worth, things) in enumerate(word.dimension)
        for thing in things
        if thing in before
    ]
    if known:
        return max(known)[2]
    if (
        pending.end >= 0
        and not pending.turns
        and word.value > -1
        and any(cue in before[-3:] for cue in ("点", "些", "太", "偏", "过", "略"))
    ):
        return -1.0
    return word.value


def _turned(value: float, pending: _Pending) -> float:
    value *= pending.factor
    if pending.turns % 2 == 0:
        return value
    if pending.faint:  # "不是很好": weaker than "不好"
        return -0.7 if value > 0 else 0.5
    return -0.8 * value if value > 0 else -0.5 * value
