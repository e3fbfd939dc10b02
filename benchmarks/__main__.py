"""Fill a company, score it, serve it, and measure what people wait for.

    make bench                                      200,000 customers, about 2,000,000 order lines
    make bench HOLDFAST_BENCH_CUSTOMERS=20000       a tenth of it
    make bench HOLDFAST_BENCH_LINES=0               without `holdfast analyze` of 10,000,000 lines and the fits

Prints one line a figure. Times depend on the machine, so each page's time also stands as a ratio to a bare page (login)
measured in the same run.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CUSTOMERS = int(os.environ.get("HOLDFAST_BENCH_CUSTOMERS", "200000"))
LINES = int(os.environ.get("HOLDFAST_BENCH_LINES", "10000000"))
FOLDER = Path(os.environ.get("HOLDFAST_BENCH_FOLDER") or tempfile.mkdtemp(prefix="holdfast-bench-"))


def prepare() -> None:
    """A database of its own, so that nobody's data are touched."""
    os.environ |= {"HOLDFAST_DATA": str(FOLDER), "HOLDFAST_DEMO": "0", "HOLDFAST_LOG_LEVEL": "ERROR"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def say(name: str, value: str) -> None:
    print(f"{name:48} {value}", flush=True)


def timed(name: str, work: Callable[[], Any], count: int | None = None, unit: str = "rows") -> Any:
    """Run once and print seconds, rate and the process's peak memory so far."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    rate = f", {count / seconds:,.0f} {unit}/s" if count else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(name, f"{seconds:8.2f} s{rate}, peak {peak:,.0f} MB")
    return result


def main() -> int:
    say("machine", f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    prepare()
    from benchmarks import analyze, company, imports, pages, scoring

    people = company.fill(CUSTOMERS, timed)
    imports.measure(FOLDER, timed, people)
    scoring.measure(timed)
    figures = pages.measure(FOLDER, people, say)
    (FOLDER / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if LINES:
        analyze.measure(LINES, min(LINES // 10, 1_000_000), say)
        analyze.fits(say)
    if "HOLDFAST_BENCH_FOLDER" not in os.environ:
        shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
