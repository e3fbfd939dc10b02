"""The package `pymc-marketing`, fitted by maximum a posteriori, which is its quick way."""

from __future__ import annotations

import logging
import warnings

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402
from pymc_marketing import clv  # noqa: E402

from benchmarks.peers.watch import HORIZON_DAYS, Watch  # noqa: E402
from benchmarks.peers.with_pandas import read  # noqa: E402

logging.getLogger("pymc").setLevel(logging.ERROR)


def main() -> None:
    watch = Watch.start("pymc-marketing", "pymc", "pandas", "numpy")
    lines = watch.time("read", lambda: read(watch.path))
    summary = watch.time("summary", lambda: summarise(lines, watch.as_of))
    bg = watch.time("bgnbd", lambda: fitted(clv.BetaGeoModel, summary))
    mbg = watch.time("mbgnbd", lambda: fitted(clv.ModifiedBetaGeoModel, summary))
    alive = watch.time("p_alive", lambda: bg.expected_probability_alive(summary))
    expected = watch.time("expected", lambda: bg.expected_purchases(summary, future_t=HORIZON_DAYS / 7))
    again = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    spend = watch.time("gamma_gamma", lambda: fitted(clv.GammaGammaModel, again))
    watch.time("rfm", lambda: segments(lines, watch.as_of))
    watch.figures = {
        "bgnbd": values(bg, "r", "alpha", "a", "b"),
        "mbgnbd": values(mbg, "r", "alpha", "a", "b"),
        "gamma_gamma": values(spend, "p", "q", "v"),
        "p_alive": float(alive.mean()),
        "expected": float(expected.sum()),
        "customers": len(summary),
        "purchases": int(summary["frequency"].sum()),
    }
    watch.finish()


def summarise(lines: pd.DataFrame, as_of: str) -> pd.DataFrame:
    found = clv.utils.rfm_summary(
        lines, "customer_id", "day", "amount", observation_period_end=as_of, time_unit="D", time_scaler=7
    )
    return found if "customer_id" in found else found.reset_index()


def fitted(kind: type, table: pd.DataFrame) -> object:
    model = kind(data=table)
    model.fit(method="map", progressbar=False)
    return model


def values(model: object, *names: str) -> dict[str, float]:
    return {name: float(model.fit_result[name].mean()) for name in names}


def segments(lines: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Its own RFM: quartiles of the whole time, not quintiles of a year."""
    return clv.utils.rfm_segments(lines, "customer_id", "day", "amount", observation_period_end=as_of)


if __name__ == "__main__":
    main()
