"""Accuracy on what no fit has seen.

    python -m benchmarks.accuracy                  all parts
    python -m benchmarks.accuracy cdnow retail     some parts

Prints one line a figure: reached, its gate, and the plain baseline beside it. Needs the public data beside the code, or
named in HOLDFAST_SHARED_DATA.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import sys
import time

import numpy
import scipy

from benchmarks.accuracy.logs import folder

PARTS = ("cdnow", "retail", "origins", "churn", "contract", "demand", "telco", "credit", "voice")


def say(name: str, value: str) -> None:
    print(f"{name:52} {value}", flush=True)


def main(names: list[str]) -> int:
    if not folder().is_dir():
        print(f"The public data are missing at {folder()}: name them in HOLDFAST_SHARED_DATA.", file=sys.stderr)
        return 2
    say("versions", f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}")
    for part in names or PARTS:
        start = time.perf_counter()
        print(f"\n== {part}")
        if importlib.util.find_spec(f"benchmarks.accuracy.{part}") is None:
            print(f"There is no part {part}. Parts: {', '.join(PARTS)}.", file=sys.stderr)
            return 2
        importlib.import_module(f"benchmarks.accuracy.{part}").measure(say)
        say("seconds", f"{time.perf_counter() - start:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
