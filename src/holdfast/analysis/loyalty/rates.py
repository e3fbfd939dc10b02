"""Retention, repeat purchase and referral, and the loyalty index of behaviour, attitude and advocacy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.days import Window
from holdfast.analysis.ledger import Array, Ledger, day_number, nullable
from holdfast.analysis.satisfaction.rates import Rate, rate_of
from holdfast.analysis.tables import Source, arrow

INDEX_PARTS = ("behaviour", "attitude", "advocacy")


def retention_rate(start: int, new: int, end: int) -> float | None:
    """Share (0–1) of the customers at the start who are there at the end; null without customers at the start.

    Formula: (end − new) ÷ start. Source: methods §9 (1,000 at the start, 80 new, 970 at the end → .890).
    """
    return (end - new) / start if start > 0 else None


@dataclass(frozen=True)
class Retention:
    """start: customers who bought in the earlier window. retained: of them, in the later one too. new: first purchase
    ever in the later one. returned: bought before, not in the earlier window (won back, not retained). end: all who
    bought in the later one. rate, gross_revenue, net_revenue (0–1 and more; null without a start)."""

    start: int
    retained: int
    new: int
    returned: int
    end: int
    rate: float | None
    gross_revenue: float | None
    net_revenue: float | None


def retention(days: Source, *, previous: Window, current: Window) -> Retention:
    """Who of the earlier window is still buying in the later one, by heads and by money.

    In: customer days; two windows. Out: Retention. Formula: rate = retained ÷ start; gross = Σ min(a, b) ÷ Σ a and net
    = Σ b ÷ Σ a over the customers of the start, a and b their amounts of at least 0. Source: methods §9 (CHU-06).
    """
    ledger = Ledger.of(days, as_of=current.last_day)
    bought = ledger.purchases
    before, after = (_in_window(ledger, window) for window in (previous, current))
    new = after & bought.has_any & (bought.first_day >= day_number(current.start))
    kept = before & after
    then, now = (np.maximum(_amount(ledger, window), 0)[before] for window in (previous, current))
    whole = int(then.sum())
    return Retention(
        start=int(before.sum()),
        retained=int(kept.sum()),
        new=int(new.sum()),
        returned=int((after & ~before & ~new).sum()),
        end=int(after.sum()),
        rate=float(kept.sum() / before.sum()) if before.any() else None,
        gross_revenue=float(np.minimum(then, now).sum() / whole) if whole else None,
        net_revenue=float(now.sum() / whole) if whole else None,
    )


def repeat_purchase_rate(days: Source, *, window: Window) -> Rate:
    """Of the customers who bought in the window, those who did on two days or more.

    In: customer days. Out: Rate, 0–1, with Wilson's interval. Source: methods §9 (LOY-04).
    """
    ledger = Ledger.of(days, as_of=window.last_day)
    inside = ledger.purchases.day >= day_number(window.start)
    count = ledger.purchases.counted(inside)
    return rate_of(int((count >= 2).sum()), int((count >= 1).sum()))


def time_to_second_purchase(days: Source, *, as_of: date) -> pa.Table:
    """How soon after the first purchase the second follows; one row per number of days at which one did.

    In: customer days. Out: days, at_risk, bought (customers), share (0–1, who have bought again by then); customers
    without a second purchase count for as long as they were seen. Formula: Kaplan & Meier 1958. Source: methods §9.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought = ledger.purchases
    first = bought.first_day[bought.has_any].astype(np.int64)
    again = bought.count[bought.has_any] >= 2
    second = np.where(again, bought.start[bought.has_any] + 1, 0)
    wait = np.where(again, bought.day[second] - first, ledger.today - first) if len(first) else first
    at = np.unique(wait[again])
    events = np.array([int((wait[again] == day).sum()) for day in at], dtype=np.int64)
    risk = len(wait) - np.searchsorted(np.sort(wait), at, side="left")
    left = np.cumprod(1 - events / np.maximum(risk, 1))
    return pa.table(
        {"days": at.astype(np.int32), "at_risk": risk.astype(np.int64), "bought": events, "share": 1 - left}
    )


def referral_rate(customers: Source, *, window: Window) -> Rate:
    """Of the customers won in the window, those who name a referrer.

    In: customer_id, first_on (first purchase), referrer_id (null = none). Out: Rate, 0–1, with Wilson's interval.
    Source: methods §9 (LOY-03, LOY-04).
    """
    table = arrow(customers)
    day = table["first_on"].cast(pa.date32())
    after = pc.greater_equal(day, pa.scalar(window.start, pa.date32()))
    new = table.filter(pc.fill_null(pc.and_(after, pc.less(day, pa.scalar(window.end, pa.date32()))), False))
    return rate_of(new.num_rows - new["referrer_id"].null_count, new.num_rows)


def loyalty_index(parts: Source) -> pa.Table:
    """Loyalty of each customer or group, with its parts; rows as given.

    In: any keys, behaviour (chance of staying, 0–1), attitude (share that wants to buy again, 0–1), nps (−100 … 100);
    nulls allowed. Out: the keys, behaviour, attitude, advocacy (all 0–1), parts (how many are known), loyalty (0–100;
    null with less than two parts). Formula: 100·geometric mean of the known parts, advocacy = (NPS + 100) ÷ 200.
    Source: methods §9 (LOY-06).
    """
    table = arrow(parts)
    keys = [name for name in table.column_names if name not in ("behaviour", "attitude", "nps")]
    advocacy = pc.divide(pc.add(table["nps"].cast(pa.float64()), 100.0), 200.0)
    given = [table["behaviour"], table["attitude"], advocacy]
    values = np.stack([_floats(column) for column in given])
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    held = np.clip(np.where(known, values, 1.0), 0.0, 1.0)
    mean = np.where((known & (held == 0)).any(axis=0), 0.0, held.prod(axis=0) ** (1 / np.maximum(count, 1)))
    columns = {name: nullable(one, sure) for name, one, sure in zip(INDEX_PARTS, held, known, strict=True)}
    return pa.table(
        {
            **{name: table[name] for name in keys},
            **columns,
            "parts": count.astype(np.int8),
            "loyalty": nullable(100.0 * mean, count >= 2),
        }
    )


def _in_window(ledger: Ledger, window: Window) -> Array:
    bought = ledger.purchases
    inside = (bought.day >= day_number(window.start)) & (bought.day < day_number(window.end))
    found: Array = bought.counted(inside) > 0
    return found


def _amount(ledger: Ledger, window: Window) -> Array:
    """Net amount of every customer in a window."""
    inside = ledger.within(day_number(window.start) - 1, day_number(window.end) - 1)
    return ledger.total(np.where(inside, ledger.amount, 0))


def _floats(column: pa.ChunkedArray) -> Array:
    found: Array = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return found
