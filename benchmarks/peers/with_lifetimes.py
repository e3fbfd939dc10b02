"""The package `lifetimes`, in an environment old enough for it."""

from __future__ import annotations

import warnings

import lifetimes
import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data

from benchmarks.peers.watch import HORIZON_DAYS, Watch
from benchmarks.peers.with_pandas import read

warnings.simplefilter("ignore")


def main() -> None:
    watch = Watch.start("lifetimes", "pandas", "numpy", "scipy")
    lines = watch.time("read", lambda: read(watch.path))
    summary = watch.time("summary", lambda: summarise(lines, watch.as_of))
    seen = (summary["frequency"], summary["recency"], summary["T"])
    bg = watch.time("bgnbd", lambda: lifetimes.BetaGeoFitter().fit(*seen))
    mbg = watch.time("mbgnbd", lambda: lifetimes.ModifiedBetaGeoFitter().fit(*seen))
    alive = watch.time("p_alive", lambda: bg.conditional_probability_alive(*seen))
    weeks = HORIZON_DAYS / 7
    expected = watch.time("expected", lambda: bg.conditional_expected_number_of_purchases_up_to_time(weeks, *seen))
    again = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    spend = watch.time(
        "gamma_gamma", lambda: lifetimes.GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
    )
    watch.figures = {
        "bgnbd": dict(bg.params_),
        "mbgnbd": dict(mbg.params_),
        "gamma_gamma": dict(spend.params_),
        "p_alive": alive.mean(),
        "expected": expected.sum(),
        "customers": len(summary),
        "purchases": int(summary["frequency"].sum()),
    }
    watch.finish()


def summarise(lines: pd.DataFrame, as_of: str) -> pd.DataFrame:
    return summary_data_from_transaction_data(
        lines, "customer_id", "day", "amount", observation_period_end=as_of, freq="D", freq_multiplier=7
    )


if __name__ == "__main__":
    main()
