"""How two questions differ: what they ask for, numbers, refusals, order, and which word stands for which."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
import rjieba
from scipy import sparse

KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"为什么|为何|为啥|怎么(?:不|没|还|就|会|又)|咋(?:不|没|还)|原因|\bwhy\b|how come",
        r"怎么|怎样|如何|咋|办法|方法|流程|\bhow\b",
        r"什么时候|几号|多久|几天|何时|时间|哪天|几点|\bwhen\b|how long",
        r"多少|几次|几个|几期|多大|最高|最低|how (?:much|many)",
        r"吗|嘛|么$|能不能|可不可以|可以|能|是否|有没有|会不会|是不是|\b(?:can|could|may|is|are|do|does)\b",
        r"什么|啥|哪|\b(?:what|which)\b",
        r"在哪|哪里|哪儿|入口|\bwhere\b",
    )
)
_REFUSAL = re.compile(r"不(?!知道|好意思)|没|无法|未|别|\b(?:not|no|never|can't|cannot|don't|doesn't|didn't|won't)\b")
_NUMBER = re.compile(r"\d+|[一二两三四五六七八九十百千万]+(?=[个天月期次元块号年])")
_BITS = 20
_MOST = 8


def differences(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Figures of each pair, the same either way round; one row per pair."""
    return np.array([_figures(min(pair), max(pair)) for pair in zip(left, right, strict=True)], dtype=float)


def _figures(one: str, other: str) -> list[float]:
    asked = [[kind.search(text) is not None for kind in KINDS] for text in (one, other)]
    refusals = [len(_REFUSAL.findall(text)) for text in (one, other)]
    numbers = [frozenset(_NUMBER.findall(text)) for text in (one, other)]
    return [
        *(float(a != b) for a, b in zip(*asked, strict=True)),
        *(float(a and b) for a, b in zip(*asked, strict=True)),
        float(abs(refusals[0] - refusals[1])),
        float(bool(refusals[0]) != bool(refusals[1])),
        float(len(numbers[0] ^ numbers[1])),
        float(len(numbers[0] & numbers[1])),
        *_alignment(one, other),
    ]


def _alignment(one: str, other: str) -> list[float]:
    """Share in the same order, longest piece in common, pieces, common beginning and end."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    sizes = [block.size for block in blocks]
    short, long = sorted((len(one), len(other)))
    return [
        sum(sizes) / max(1, long),
        max(sizes) / max(1, short),
        float(len(sizes) - 1),
        float(_common(one, other)),
        float(_common(one[::-1], other[::-1])),
    ]


def _common(one: str, other: str) -> int:
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    return at


def exchanges(left: Sequence[str], right: Sequence[str]) -> sparse.csr_matrix:
    """Which word of one question stands against which of the other, hashed; one row per pair, 2^20 columns."""
    rows, columns = [], []
    for at, (one, other) in enumerate(zip(left, right, strict=True)):
        words = frozenset(rjieba.cut(one)), frozenset(rjieba.cut(other))
        mine, theirs = (sorted(side)[:_MOST] or [""] for side in (words[0] - words[1], words[1] - words[0]))
        marks = {zlib.crc32("|".join(sorted((a, b))).encode()) >> (32 - _BITS) for a in mine for b in theirs}
        rows.extend([at] * len(marks))
        columns.extend(sorted(marks))
    cells = (np.ones(len(rows), np.float32), (np.array(rows, np.int64), np.array(columns, np.int64)))
    return sparse.csr_matrix(cells, shape=(len(left), 1 << _BITS))


def commonness(one: sparse.csr_matrix, other: sparse.csr_matrix, rarity: np.ndarray) -> np.ndarray:
    """What both hold, weighed by how rare it is: of all, of the shorter, of the longer, and what only one holds."""
    both = np.asarray(one.multiply(other) @ rarity).ravel()
    sizes = np.stack([np.asarray(side @ rarity).ravel() for side in (one, other)])
    small, large = sizes.min(axis=0), sizes.max(axis=0)
    shares = [both / np.maximum(whole, 1e-9) for whole in (small + large - both, small, large)]
    return np.stack([*shares, both, large - small, large - both, small - both], axis=1)


def rarity_of(one: sparse.csr_matrix, other: sparse.csr_matrix) -> np.ndarray:
    """How rare each column is among the questions learnt from."""
    held = np.asarray(one.sum(axis=0) + other.sum(axis=0)).ravel()
    weights: np.ndarray = np.log((2 * one.shape[0] + 1) / (held + 1)) + 0.1
    return weights
