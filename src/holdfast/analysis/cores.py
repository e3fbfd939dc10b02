"""Work on all cores of one process: NumPy, Arrow and compiled loops let go of the interpreter's lock where it counts."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import pyarrow as pa

MOST_WORKERS = 4
Given = TypeVar("Given")
Made = TypeVar("Made")


def each(work: Callable[[Given], Made], items: Iterable[Given]) -> list[Made]:
    """The results in the order of the items, worked out side by side."""
    every = list(items)
    workers = min(len(every), os.cpu_count() or 1, MOST_WORKERS)
    if workers <= 1:
        return [work(item) for item in every]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, every))


def release() -> None:
    """Give freed memory back to the system: several threads with arrays of their own keep more of it than they use."""
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    """The C library's own way, where it has one."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
