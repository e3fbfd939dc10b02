"""`holdfast analyze` timed: Parquet of order lines in, the full customers.parquet out, in a process of its own.

    python -m benchmarks.analyze                                     1,000,000 customers, 10,000,000 purchases
    python -m benchmarks.analyze --rows 100_000_000                  as many as do not fit into memory
    python -m benchmarks.analyze --growth                            10^5 … 10^8 rows, and the chart in docs/
    python -m benchmarks.analyze --fits                              the fits alone, in this process

The data are drawn before the clock starts: skewed, with returns, in no order. Prints seconds per stage, wall time,
processor time of all threads, and the largest memory of the process. A small run goes before, so that nothing is compiled
within the time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SPAN = 1_096  # days: three years
FIRST_DAY = 18_628  # 2021-01-01
CHUNK = 2_000_000
PROGRAM = "import sys; from holdfast.doors.cli.main import main; sys.exit(main(sys.argv[1:]))"
GROWTH = (100_000, 1_000_000, 10_000_000, 100_000_000)


@dataclass(frozen=True)
class Run:
    """What one run took: seconds of wall and processor time, megabytes at most, and seconds per stage."""

    rows: int
    customers: int
    wall: float
    cpu: float
    peak_mb: float
    stages: dict[str, float]


def draw(place: Path, rows: int, customers: int, *, text: bool = False, seed: int = 7) -> None:
    """Order lines of customers who differ much in pace, amount and stay: customer_id, date, amount, in no order.

    Every customer has one line at least; two in a hundred are returns. text: ids as text.
    """
    rng = np.random.default_rng(seed)
    share = np.cumsum(rng.gamma(0.6, 1.0, customers) + 0.02)
    share /= share[-1]
    birth = rng.integers(0, 900, customers)
    stay = np.minimum(rng.exponential(500.0, customers) + 1, SPAN - 1 - birth)
    level = rng.lognormal(8.5, 0.6, customers)
    everyone = rng.permutation(customers)
    kind = pa.string() if text else pa.int64()
    schema = pa.schema([("customer_id", kind), ("date", pa.date32()), ("amount", pa.float64())])
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        for begin in range(0, rows, CHUNK):
            size = min(CHUNK, rows - begin)
            # Each chunk brings its part of the customers once, and chance the rest.
            once = everyone[begin * customers // rows : (begin + size) * customers // rows]
            who = np.concatenate([once, np.searchsorted(share, rng.random(size - len(once)))])
            day = birth[who] + (rng.random(size) * stay[who]).astype(np.int64)
            amount = np.rint(level[who] * rng.lognormal(0, 0.4, size)) / 100
            amount[rng.random(size) < 0.02] *= -1
            order = rng.permutation(size)
            columns = [
                pa.array(who[order]).cast(kind),
                pa.array((FIRST_DAY + day[order]).astype(np.int32)).cast(pa.date32()),
                pa.array(amount[order]),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def run(source: Path, rows: int, customers: int, folder: Path) -> Run:
    """Analyse the file in a process of its own."""
    out = folder / "out"
    command = [sys.executable, "-c", PROGRAM, "analyze", str(source), "--out", str(out), "--tables-only"]
    quiet = subprocess.DEVNULL
    start = time.perf_counter()
    with subprocess.Popen(command, env=_installed(folder), stdout=quiet, stderr=quiet) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"holdfast analyze {source} ended with {process.returncode}")
    stages = json.loads((out / "summary.json").read_text(encoding="utf-8"))["seconds"]
    return Run(rows, customers, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, stages)


def _installed(folder: Path) -> dict[str, str]:
    """As after an installation, which leaves compiled modules behind; here they go to a folder of the run's own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def measure(rows: int, customers: int, say: Callable[[str, str], None], *, text: bool = False, times: int = 1) -> Run:
    """Draw, warm up, run; the best of so many times, each told."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        warm(folder)
        source = folder / "lines.parquet"
        draw(source, rows, customers, text=text)
        runs = [run(source, rows, customers, folder) for _ in range(times)]
    best = min(runs, key=lambda one: one.wall)
    say(
        f"analyze {rows:,} lines, {customers:,} customers",
        f"{best.wall:8.2f} s wall, {best.cpu:.2f} s processor, peak {best.peak_mb:,.0f} MB",
    )
    for stage, seconds in best.stages.items():
        say(f"  {stage}", f"{seconds:8.2f} s")
    return best


def warm(folder: Path) -> None:
    """A run large enough that everything compiled is in its cache afterwards."""
    source = folder / "warm.parquet"
    draw(source, 1_200_000, 100_000)
    run(source, 1_200_000, 100_000, folder)


def growth(say: Callable[[str, str], None], most: int) -> list[Run]:
    """One run for each size up to `most`, ten lines a customer and a million customers at most."""
    return [measure(rows, min(rows // 10, 1_000_000), say) for rows in GROWTH if rows <= most]


def fits(say: Callable[[str, str], None], customers: int = 1_000_000) -> None:
    """The models alone, warm, best of three: a small company's fit, and a million customers'."""
    from holdfast.analysis.lifetime import BgNbd, MbgNbd, Tuples

    for size in (2_357, customers):
        seen = _seen(size)
        tuples = _best(say, f"{size:,} customers collapsed to tuples", lambda seen=seen: Tuples.of(seen))
        for kind in (BgNbd, MbgNbd):
            model = _best(say, f"{kind.__name__} fit, {size:,} customers", lambda k=kind, t=tuples: k.fit(t)).model
        _best(say, f"MbgNbd P(alive), {size:,} customers", lambda m=model, s=seen: m.p_alive(s))
        _best(say, f"MbgNbd expected purchases, {size:,} customers", lambda m=model, s=seen: m.expected(s, 90 / 7))


def _seen(size: int) -> Any:
    """Customers as MBG/NBD would make them, known by day for three years."""
    from holdfast.analysis.lifetime import Seen

    rng = np.random.default_rng(size)
    age = rng.integers(1, SPAN, size)
    rate = rng.gamma(0.7, 1 / 60, size)
    leaves = rng.geometric(np.clip(rng.beta(0.8, 2.5, size), 1e-6, 1))
    x = np.minimum(rng.poisson(rate * age), leaves - 1)
    last = np.where(x > 0, np.rint(age * rng.beta(np.maximum(x, 1), 1)), 0)
    x = np.minimum(x, last)
    return Seen(x.astype(np.float64), last / 7, age / 7)


def _best(say: Callable[[str, str], None], name: str, work: Callable[[], Any]) -> Any:
    least = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        found = work()
        least = min(least, time.perf_counter() - start)
    say(name, f"{1000 * least:8.1f} ms")
    return found


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def _say(name: str, value: str) -> None:
    print(f"{name:48} {value}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analyze")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--customers", type=int, default=None, help="default: a tenth of the rows, a million at most")
    parser.add_argument("--text", action="store_true", help="customer ids as text")
    parser.add_argument("--times", type=int, default=1, help="the best of so many runs")
    parser.add_argument("--growth", action="store_true", help="10^5 rows up to --most, and the chart in docs/")
    parser.add_argument("--most", type=int, default=GROWTH[-1])
    parser.add_argument("--fits", action="store_true", help="the fits alone")
    given = parser.parse_args()
    _say("machine", machine())
    if given.fits:
        fits(_say)
    elif given.growth:
        from benchmarks import growth_chart

        growth_chart.keep([asdict(one) for one in growth(_say, given.most)], machine())
    else:
        customers = given.customers or min(given.rows // 10, 1_000_000)
        measure(given.rows, customers, _say, text=given.text, times=given.times)
    return 0


if __name__ == "__main__":
    sys.exit(main())
