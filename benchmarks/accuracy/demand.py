"""Monthly demand of Online Retail: from every month with half a year of history, three months ahead."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow.compute as pc

from benchmarks.accuracy.figures import Say
from benchmarks.accuracy.logs import retail
from holdfast.analysis.demand import METHODS, demand

# The last whole month of the log is May 2011.
ORIGINS = [date(2010 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(5, 15)]
AHEAD = 3


def measure(say: Say) -> None:
    days = retail()
    months = days["day"].to_numpy().astype("datetime64[M]").astype(int)
    amount = days["amount_minor"].to_numpy()
    first = months.min()
    series = np.bincount(months - first, weights=amount)
    misses: dict[str, list[float]] = {"taken": [], "naive": [], "seasonal_naive": [], "damped_trend": []}
    held, flagged = [], 0
    for origin in ORIGINS:
        found = demand(days.filter(pc.less_equal(days["day"], origin)), as_of=origin)
        at = (origin.year - 1970) * 12 + origin.month - first
        truth = series[at : at + AHEAD]
        rows = found.total.to_pylist()
        misses["taken"] += [abs(row["minor"] - real) for row, real in zip(rows, truth, strict=True)]
        held += [row["p10_minor"] <= real <= row["p90_minor"] for row, real in zip(rows, truth, strict=True)]
        flagged += found.told["beats_naive"] is False
        for name in ("naive", "seasonal_naive", "damped_trend"):
            misses[name] += list(np.abs(METHODS[name](series[:at], AHEAD) - truth))
    say("Demand, Online Retail", f"{len(ORIGINS)} origins × {AHEAD} months")
    for name, found in misses.items():
        say(f"  mean absolute error, {name}", f"{np.mean(found) / series.mean():.4f} of a mean month")
    say("  P10–P90 of a month held", f"{np.mean(held):.2f} of {len(held)}")
    say("  origins that say they do not beat the naive", str(flagged))
