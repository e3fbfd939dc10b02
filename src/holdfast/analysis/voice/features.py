"""Comments as rows of numbers: hashed runs of characters and words, weighed by how rare they are."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import rjieba
from scipy import sparse

from holdfast.analysis.voice.grams import character_grams, mixed

BITS = 19
SIZES = (1, 2, 3)
_WORD = re.compile(r"[a-z0-9']+|[^\W_]+")


def counts(
    texts: Sequence[str], *, bits: int = BITS, sizes: Sequence[int] = SIZES, words: bool = True
) -> sparse.csr_matrix:
    """Which runs stand in each plain text (1 or absent); one row per text, 2^bits columns."""
    owners, hashes = character_grams([f" {text} " for text in texts], sizes)
    if words:
        more_owners, more_hashes = _word_grams(texts)
        owners, hashes = np.concatenate([owners, more_owners]), np.concatenate([hashes, more_hashes])
    columns = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    cells = np.unique((owners.astype(np.int64) << bits) | columns)
    rows, columns = cells >> bits, cells & ((1 << bits) - 1)
    ends = np.searchsorted(rows, np.arange(len(texts) + 1))
    shape = (len(texts), 1 << bits)
    return sparse.csr_matrix(
        (np.ones(len(columns), np.float32), columns.astype(np.int32), ends.astype(np.int32)), shape
    )


def _word_grams(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Words and pairs of words."""
    marks: list[int] = []
    lengths = []
    for text in texts:
        words = [word for part in _WORD.findall(text) for word in (rjieba.cut(part) if not part.isascii() else [part])]
        marks.extend(zlib.crc32(word.encode()) for word in words)
        lengths.append(len(words))
    single = mixed(np.array(marks, dtype=np.uint64) + np.uint64(1 << 40))
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    together = owner[:-1] == owner[1:]
    pairs = mixed(single[:-1] * np.uint64(3) + single[1:])[together]
    return np.concatenate([owner, owner[:-1][together]]), np.concatenate([single, pairs])
