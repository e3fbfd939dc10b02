"""Work on all cores of one process: NumPy, Arrow and compiled loops let go of the interpreter's lock where it counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
