"""What a practised hand writes in pandas: the summary of the lifetime models, and RFM."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.peers.watch import WINDOW_DAYS, Watch


def main() -> None:
    watch = Watch.start("pandas", "numpy", "pyarrow")
    lines = watch.time("read", lambda: read(watch.path))
    as_of = pd.Timestamp(watch.as_of)
    summary = watch.time("summary", lambda: summarise(lines, as_of))
    watch.time("rfm", lambda: rfm(lines, as_of))
    watch.figures = {"customers": len(summary), "purchases": int(summary["x"].sum())}
    watch.finish()


def read(path: str) -> pd.DataFrame:
    """Lines with real dates and major units of money."""
    lines = pd.read_parquet(path)
    lines["day"] = pd.to_datetime(lines["day"])
    lines["amount"] = lines.pop("amount_minor") / 100
    return lines


def merged(lines: pd.DataFrame) -> pd.DataFrame:
    """Purchase days: a day of less than nothing is none."""
    days = lines.groupby(["customer_id", "day"], as_index=False, sort=True)["amount"].sum()
    return days[days["amount"] >= 0]


def summarise(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    days = merged(lines)
    grouped = days.groupby("customer_id")
    found = grouped.agg(first=("day", "min"), last=("day", "max"), n=("day", "size"), total=("amount", "sum"))
    found["x"] = found["n"] - 1
    found["t_x"] = (found["last"] - found["first"]).dt.days / 7
    found["T"] = (as_of - found["first"]).dt.days / 7
    opening = days.loc[~days["customer_id"].duplicated(), ["customer_id", "amount"]].set_index("customer_id")["amount"]
    found["m"] = ((found["total"] - opening) / found["x"]).where(found["x"] > 0)
    return found[["x", "t_x", "T", "m"]]


def rfm(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    days = merged(lines)
    found = days.groupby("customer_id").agg(last=("day", "max"), frequency=("day", "size"))
    inside = lines[lines["day"] > as_of - pd.Timedelta(days=WINDOW_DAYS)]
    money = inside.groupby("customer_id")["amount"].sum()
    found["recency"] = (as_of - found["last"]).dt.days
    found["monetary"] = money.reindex(found.index, fill_value=0)
    for name, values in (("r", -found["recency"]), ("f", found["frequency"]), ("m", found["monetary"])):
        rank = values.rank(method="average")
        found[name] = np.ceil(5 * (rank - 0.5) / len(found)).clip(1, 5).astype("int8")
    return found


if __name__ == "__main__":
    main()
