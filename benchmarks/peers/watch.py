"""What every contender does alike: read its order, time its tasks, say what it used. Standard library only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

OFTEN = 5  # a task is repeated so often …
ENOUGH = 2.0  # … or, from the second time on, until it has taken so many seconds; the best time counts
LONG = 10.0  # what takes so long is done once
HORIZON_DAYS = 90
WINDOW_DAYS = 365
TASKS = ("read", "summary", "bgnbd", "mbgnbd", "p_alive", "expected", "gamma_gamma", "rfm")


@dataclass
class Watch:
    """Times of one contender on one file of lines (customer_id, day, amount_minor), evaluated at the end of `as_of`."""

    path: str
    as_of: str
    packages: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, *packages: str) -> Watch:
        """From the command line: the path and the day."""
        return cls(sys.argv[1], sys.argv[2], packages)

    def time(self, task: str, work: Callable[[], Any]) -> Any:
        """Do it, several times where it is quick, and keep the best time; gives what the work gave."""
        best, spent, result = float("inf"), 0.0, None
        for number in range(1, OFTEN + 1):
            start = time.perf_counter()
            result = work()
            took = time.perf_counter() - start
            best, spent = min(best, took), spent + took
            if took > LONG or (number > 1 and spent > ENOUGH):
                break
        self.seconds[task] = best
        return result

    def finish(self) -> None:
        """Say everything as one line of JSON."""
        told = {
            "versions": {name: version(name) for name in self.packages},
            "python": ".".join(map(str, sys.version_info[:3])),
            "seconds": self.seconds,
            "peak_mb": peak_mb(),
            "figures": self.figures,
        }
        print(json.dumps(told, default=float))


def peak_mb() -> float:
    """The most memory this process has held. (getrusage would also count what its parent held before it began.)"""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
