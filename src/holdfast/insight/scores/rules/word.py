"""What a snapshot says of money and time: who keeps his word, and how many hours went into whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import integrity

MINUTES = 60.0
TABLES = ("invoices", "payments", "promises", "effort")


@dataclass(frozen=True)
class Money:
    """Invoices, payments, promises and time spent as the snapshot has them; None where it does not."""

    invoices: pa.Table | None = None
    payments: pa.Table | None = None
    promises: pa.Table | None = None
    effort: pa.Table | None = None

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
    start, end = (pa.scalar(day, pa.date32()) for day in (as_of - timedelta(days=window_days), as_of))
    inside = effort.filter(pc.and_(pc.greater(effort["day"], start), pc.less_equal(effort["day"], end)))
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


def extra_of(year: pa.Table, kept: pa.Table | None, effort: pa.Table | None) -> pa.Table:
    """What the metrics of the stars take besides the orders, a row a customer.

    In: year (customer_id, revenue_12m_minor), `integrity` and `effort_of` where known. Out: customer_id, integrity
    (0–100), effort_hours, hours_per_10k (per 10,000 minor units × 100, where anything was sold; null where nobody
    noted an hour).
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
        }
    )


def _placed(ids: pa.Array, table: pa.Table | None, name: str) -> pa.Array:
    if table is None:
        return pa.nulls(len(ids), pa.float64())
    place = pc.index_in(ids, value_set=table["customer_id"].combine_chunks())
    return table[name].combine_chunks().take(place)
