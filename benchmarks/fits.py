"""How long fits and forecasts take, in processor time, beside what was promised: `python -m benchmarks.fits`.

CDNOW's 2,357 customers (or as many drawn ones where the public data are missing), and a million drawn customers over 39
weeks. Each figure is the least of several runs in one warm process; a ratio above 1 is slower than promised.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from holdfast.analysis.lifetime import (
    BgNbd,
    MbgNbd,
    ParetoNbd,
    Seen,
    Tuples,
    count_interval,
    fit_values,
    money_interval,
)

PEOPLE = int(os.environ.get("HOLDFAST_BENCH_CUSTOMERS", "1000000"))
RUNS = 3
WEEKS = 39.0


def drawn(people: int, seed: int = 7) -> Seen:
    """Customers of an MBG/NBD world with CDNOW's parameters, days rounded: joined over 12 weeks, seen up to week 39."""
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(0.52484, 1 / 6.18299, people), rng.beta(0.89136, 1.614, people)
    age = rng.integers(27 * 7, 39 * 7, people) / 7
    x, last, now = np.zeros(people), np.zeros(people), np.zeros(people)
    there = rng.random(people) > leaving
    while there.any():
        now[there] += np.maximum(rng.exponential(1 / rate[there]), 1 / 7)
        inside = there & (now <= age)
        x, last = x + inside, np.where(inside, np.rint(now * 7) / 7, last)
        there = inside & (rng.random(people) > leaving)
    return Seen(x, np.minimum(last, age), age)


def cdnow() -> Seen:
    from benchmarks.accuracy.logs import CDNOW_39, folder
    from holdfast.analysis.lifetime import summary

    if not folder().is_dir():
        return drawn(2_357)
    return Seen.of(summary(CDNOW_39.known, as_of=CDNOW_39.origin))


def timed(name: str, promised: float | None, work: Callable[[], Any]) -> Any:
    """The least processor time of several runs, and its ratio to the promise."""
    work()
    spent = []
    for _ in range(RUNS):
        start = time.process_time()
        found = work()
        spent.append(time.process_time() - start)
    least = min(spent)
    ratio = f"{least / promised:6.2f} of the promised {promised:g} s" if promised else ""
    print(f"{name:48} {least:8.4f} s  {ratio}", flush=True)
    return found


def main() -> int:
    small, large = cdnow(), drawn(PEOPLE)
    few = Tuples.of(small)
    print(f"{len(small):,} customers are {len(few.x):,} tuples")
    for kind in (BgNbd, MbgNbd, ParetoNbd):
        timed(f"{kind.__name__} fit", 0.020, lambda kind=kind: kind.fit(few))
    tuples = timed(f"collapse {len(large):,} customers", None, lambda: Tuples.of(fresh(large)))
    print(f"{len(large):,} customers are {len(tuples.x):,} tuples")
    model = timed("MBG/NBD fit", 0.5, lambda: MbgNbd.fit(Tuples.of(fresh(large)))).model
    alive = timed("P(alive)", 0.05, lambda: model.p_alive(large))
    pairs = large.pairs
    timed("expectation", 0.1, lambda: model.if_alive(pairs, WEEKS)[pairs.place] * alive)
    timed("expectation, pairs found anew", None, lambda: model.expected(fresh(large), WEEKS))
    expected, buys = model.expected(large, WEEKS), model.p_buys(large, WEEKS)
    timed("P10–P90 of purchases", None, lambda: count_interval(expected, 1 - buys, 0.1))
    flat = np.full(len(large), 30.0)
    timed("P10–P90 of value", None, lambda: money_interval(expected, 1 - buys, flat, flat / 100, 0.3, 0.1))
    value = np.random.default_rng(1).gamma(4, 10, len(large))
    timed("Gamma-Gamma fit, all purchase days", None, lambda: fit_values(large.x + 1, value))
    return 0


def fresh(seen: Seen) -> Seen:
    """The same customers, nothing about them kept from before."""
    return Seen(seen.x, seen.t_x, seen.age)


if __name__ == "__main__":
    sys.exit(main())
