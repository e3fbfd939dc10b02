"""Texts as numbers: runs of characters and words, hashed, so that a model keeps no text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def character_grams(texts: Sequence[str], sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Every run of so many characters: the number of its text, and its hash (uint64)."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    owners, hashes = [], []
    for size in sizes:
        if len(codes) < size:
            continue
        many = len(codes) - size + 1
        value = np.full(many, size, dtype=np.uint64)
        for at in range(size):
            value = mixed(value * _STEP + codes[at : at + many])
        whole = owner[:many] == owner[size - 1 :]
        owners.append(owner[:many][whole])
        hashes.append(value[whole])
    if not owners:
        return np.empty(0, np.int32), np.empty(0, np.uint64)
    return np.concatenate(owners), np.concatenate(hashes)


def mixed(values: np.ndarray) -> np.ndarray:
    """Hashes spread evenly over 64 bits."""
    values = (values ^ (values >> np.uint64(31))) * _MIX
    return values ^ (values >> np.uint64(29))
