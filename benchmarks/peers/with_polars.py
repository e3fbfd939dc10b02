"""The same in polars, lazily where that helps."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from benchmarks.peers.watch import WINDOW_DAYS, Watch


def main() -> None:
    watch = Watch.start("polars")
    as_of = date.fromisoformat(watch.as_of)
    lines = watch.time("read", lambda: pl.read_parquet(watch.path))
    summary = watch.time("summary", lambda: summarise(lines, as_of))
    watch.time("rfm", lambda: rfm(lines, as_of))
    watch.figures = {"customers": summary.height, "purchases": int(summary["x"].sum())}
    watch.finish()


def merged(lines: pl.DataFrame) -> pl.LazyFrame:
    days = lines.lazy().group_by("customer_id", "day").agg(pl.col("amount_minor").sum())
    return days.filter(pl.col("amount_minor") >= 0)


def summarise(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    found = (
        merged(lines)
        .group_by("customer_id")
        .agg(
            first=pl.col("day").min(),
            last=pl.col("day").max(),
            x=pl.len() - 1,
            total=pl.col("amount_minor").sum(),
            opening=pl.col("amount_minor").get(pl.col("day").arg_min()),
        )
    )
    return found.select(
        "customer_id",
        "x",
        t_x=(pl.col("last") - pl.col("first")).dt.total_days() / 7,
        T=(pl.lit(as_of) - pl.col("first")).dt.total_days() / 7,
        m=pl.when(pl.col("x") > 0).then((pl.col("total") - pl.col("opening")) / pl.col("x") / 100),
    ).collect()


def rfm(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    inside = lines.lazy().filter(pl.col("day") > as_of - timedelta(days=WINDOW_DAYS))
    money = inside.group_by("customer_id").agg(monetary=pl.col("amount_minor").sum())
    found = (
        merged(lines)
        .group_by("customer_id")
        .agg(last=pl.col("day").max(), frequency=pl.len())
        .join(money, on="customer_id", how="left")
        .with_columns(
            recency=(pl.lit(as_of) - pl.col("last")).dt.total_days(), monetary=pl.col("monetary").fill_null(0)
        )
    )
    ranked = {"r": -pl.col("recency"), "f": pl.col("frequency"), "m": pl.col("monetary")}
    return found.with_columns(**{name: quintile(values) for name, values in ranked.items()}).collect()


def quintile(values: pl.Expr) -> pl.Expr:
    return (5 * (values.rank("average") - 0.5) / pl.len()).ceil().clip(1, 5).cast(pl.Int8)


if __name__ == "__main__":
    main()
