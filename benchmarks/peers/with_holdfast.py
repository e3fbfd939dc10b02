"""Holdfast's engine, called as an analyst would call it."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq

from benchmarks.peers.watch import HORIZON_DAYS, Watch
from holdfast.analysis import accounts, lifetime, rfm
from holdfast.analysis.days import customer_days


def main() -> None:
    watch = Watch.start("holdfast", "numpy", "duckdb")
    as_of = date.fromisoformat(watch.as_of)
    lines = watch.time("read", lambda: pq.read_table(watch.path))

    def summarise() -> object:
        return lifetime.summary(customer_days(lines, as_of=as_of), as_of=as_of)

    summary = watch.time("summary", summarise)
    bg = watch.time("bgnbd", lambda: lifetime.fit_bgnbd(summary))
    mbg = watch.time("mbgnbd", lambda: lifetime.fit_mbgnbd(summary))
    alive = watch.time("p_alive", lambda: bg.model.p_alive(lifetime.Seen.of(summary)))
    expected = watch.time("expected", lambda: bg.model.expected(lifetime.Seen.of(summary), HORIZON_DAYS / 7))
    spend = watch.time("gamma_gamma", lambda: lifetime.fit_gamma_gamma(summary))
    watch.time("rfm", lambda: rfm.rfm(customer_days(lines, as_of=as_of), as_of=as_of))
    watch.figures = {
        "bgnbd": bg.model.parameters,
        "mbgnbd": mbg.model.parameters,
        "gamma_gamma": spend.model.parameters,
        "p_alive": alive.mean(),
        "expected": expected.sum(),
        "customers": summary.num_rows,
        "purchases": int(summary["x"].to_numpy().sum()),
    }
    watch.time("everything", lambda: accounts.analyze(lines, as_of=as_of))
    watch.finish()


if __name__ == "__main__":
    main()
