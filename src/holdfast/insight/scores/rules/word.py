"""What a snapshot says beside the orders: who keeps his word, how many hours went into whom, who complained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import integrity

MINUTES = 60.0
TABLES = ("invoices", "payments", "promises", "effort", "complaints")


@dataclass(frozen=True)
class Money:
    """Invoices, payments, promises, time spent and complaints as the snapshot has them; None where it does not."""

    invoices: pa.Table | None = None
    payments: pa.Table | None = None
    promises: pa.Table | None = None
    effort: pa.Table | None = None
    complaints: pa.Table | None = None

    def integrity(self, as_of: date, params: integrity.IntegrityParams) -> pa.Table | None:
        """The engine's table at the end of a day; None where there is no invoice at all."""
        if self.invoices is None or not self.invoices.num_rows:
            return None
        return integrity.integrity(
            self.invoices, as_of=as_of, payments=self.payments, promises=self.promises, params=params
        )


def effort_of(effort: pa.Table | None, as_of: date, window_days: int) -> pa.Table | None:
    """Hours of the trailing window: customer_id, effort_hours, estimated_hours (of these, not noted by hand)."""
    if effort is None or not effort.num_rows:
        return None
    inside = _within(effort, as_of, window_days)
    guessed = pc.if_else(pc.fill_null(inside["is_estimated"], False), inside["minutes"], 0)
    summed = (
        pa.table({"customer_id": inside["customer_id"], "all": inside["minutes"], "guessed": guessed})
        .group_by("customer_id")
        .aggregate([("all", "sum"), ("guessed", "sum")])
        .sort_by("customer_id")
    )
    hours = {name: pc.divide(summed[f"{name}_sum"].cast(pa.float64()), MINUTES) for name in ("all", "guessed")}
    return pa.table(
        {"customer_id": summed["customer_id"], "effort_hours": hours["all"], "estimated_hours": hours["guessed"]}
    )


def complaints_of(complaints: pa.Table | None, as_of: date, window_days: int) -> pa.Table | None:
    """Complaints of the trailing window: customer_id, complaints; None where nobody's complaint was kept in it."""
    inside = _within(complaints, as_of, window_days) if complaints is not None else None
    if inside is None or not inside.num_rows:
        return None
    counted = inside.group_by("customer_id").aggregate([("day", "count")]).sort_by("customer_id")
    return counted.rename_columns({"day_count": "complaints"})


def _within(table: pa.Table, as_of: date, window_days: int) -> pa.Table:
    start, end = (pa.scalar(day, pa.date32()) for day in (as_of - timedelta(days=window_days), as_of))
    return table.filter(pc.and_(pc.greater(table["day"], start), pc.less_equal(table["day"], end)))


def extra_of(
    year: pa.Table, kept: pa.Table | None, effort: pa.Table | None, complaints: pa.Table | None = None
) -> pa.Table:
    """What the metrics of the stars take besides the orders, a row a customer.

    In: year (customer_id, revenue_12m_minor, orders_12m), `integrity`, `effort_of` and `complaints_of` where known.
    Out: customer_id, integrity (0–100), effort_hours, hours_per_10k (per 10,000 minor units × 100, where anything was
    sold; null where nobody noted an hour), complaints_per_100 (complaints for each 100 orders, where anything was
    ordered; null where the company keeps no complaints).
    """
    ids = year["customer_id"].combine_chunks()
    hours = _placed(ids, effort, "effort_hours")
    sold = year["revenue_12m_minor"].combine_chunks().cast(pa.float64())
    per = pc.divide(pc.multiply(hours, 1e6), pc.if_else(pc.greater(sold, 0.0), sold, np.nan))
    known = pc.and_(pc.is_valid(hours), pc.greater(sold, 0.0))
    return pa.table(
        {
            "customer_id": ids,
            "integrity": _placed(ids, kept, "integrity"),
            "effort_hours": hours,
            "hours_per_10k": pc.if_else(known, per, None),
            "complaints_per_100": _complaints_per_100(ids, year, complaints),
        }
    )


def _complaints_per_100(ids: pa.Array, year: pa.Table, complaints: pa.Table | None) -> pa.Array:
    if complaints is None:
        return pa.nulls(len(ids), pa.float64())
    many = pc.fill_null(_placed(ids, complaints, "complaints"), 0).cast(pa.float64())
    orders = year["orders_12m"].combine_chunks().cast(pa.float64())
    per = pc.divide(pc.multiply(many, 100.0), pc.if_else(pc.greater(orders, 0.0), orders, np.nan))
    return pc.if_else(pc.greater(orders, 0.0), per, None)


def _placed(ids: pa.Array, table: pa.Table | None, name: str) -> pa.Array:
    if table is None:
        return pa.nulls(len(ids), pa.float64())
    place = pc.index_in(ids, value_set=table["customer_id"].combine_chunks())
    return table[name].combine_chunks().take(place)
