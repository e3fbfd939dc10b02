"""Comments that say the same in almost the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from holdfast.analysis.voice.grams import character_grams, mixed
from holdfast.analysis.voice.text import plain

ALIKE = 0.75
BANDS, IN_BAND = 24, 3
_CHUNK = 20_000
_CROWD = 50


def near_duplicates(texts: Sequence[str | None], *, alike: float = ALIKE) -> pa.Table:
    """Comments that are the same but for a few characters; one row per comment that has a twin.

    In: texts; alike, the share of character pairs two comments must have in common (Jaccard, 0–1).
    Out: row (int64, place in texts from 0), group (int64, the first row of its group), by row. Blanks, punctuation,
    width, traditional characters and capitals make no difference; comments without a letter or number have no twin.
    Formula: candidates by MinHash (24 bands of 3), confirmed by Jaccard of character pairs; groups are closed under
    "is alike". Source: Broder 1997. The order of the texts changes no group's members.
    """
    keys = ["".join(letter for letter in plain(text).text if letter.isalnum()) for text in texts]
    first: dict[str, int] = {}
    parent = np.array([first.setdefault(key, at) if key else at for at, key in enumerate(keys)], dtype=np.int64)
    different = [at for key, at in first.items() if len(key) > 3]
    for left, right in _candidates([keys[at] for at in different]):
        one, other = different[left], different[right]
        if _root(parent, one) != _root(parent, other) and jaccard(keys[one], keys[other]) >= alike:
            low, high = sorted((_root(parent, one), _root(parent, other)))
            parent[high] = low
    groups = np.array([_root(parent, at) for at in range(len(keys))], dtype=np.int64)
    counts = np.bincount(groups, minlength=len(groups)) if len(groups) else np.empty(0, np.int64)
    rows = np.flatnonzero(counts[groups] > 1) if len(groups) else np.empty(0, np.int64)
    return pa.table({"row": pa.array(rows, pa.int64()), "group": pa.array(groups[rows], pa.int64())})


def jaccard(left: str, right: str) -> float:
    """Share of character pairs that two texts have in common."""
    one, other = ({text[at : at + 2] for at in range(len(text) - 1)} or {text} for text in (left, right))
    return len(one & other) / len(one | other)


def _root(parent: np.ndarray, at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = int(parent[at])
    return at


def _candidates(keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band of their MinHash; in a crowd everyone is compared with the first few."""
    marks = _marks(keys)
    for band in range(BANDS):
        part = marks[:, band * IN_BAND : (band + 1) * IN_BAND]
        code = mixed(part[:, 0] * np.uint64(3) + mixed(part[:, 1] + mixed(part[:, 2])))
        order = np.argsort(code, kind="stable")
        cuts = np.flatnonzero(np.diff(code[order])) + 1
        for members in np.split(order, cuts):
            if len(members) > 1:
                yield from _within(members.tolist())


def _within(members: list[int]) -> Iterator[tuple[int, int]]:
    for at, one in enumerate(members):
        for other in members[max(0, at - _CROWD) : at]:
            yield other, one


def _marks(keys: Sequence[str]) -> np.ndarray:
    """The MinHash of each key."""
    seeds = mixed(np.arange(1, BANDS * IN_BAND + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    marks = np.full((len(keys), len(seeds)), np.iinfo(np.uint64).max, dtype=np.uint64)
    for begin in range(0, len(keys), _CHUNK):
        owner, grams = character_grams(keys[begin : begin + _CHUNK], [2])
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        for at, seed in enumerate(seeds):
            if len(starts):
                marks[begin + owner[starts], at] = np.minimum.reduceat(mixed(grams ^ seed), starts)
    return marks
