"""The service level of all orders or of each group of them, and the measures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, ranked
from holdfast.analysis.satisfaction.rates import Rate, rate_of, wilson
from holdfast.analysis.service_level.orders import PARTS
from holdfast.analysis.tables import Source, arrow

RATES = ("stock_out", "fill_rate", *PARTS)
TIMES = ("median_days", "p90_days", "late_mean", "late_sd")
PERFECT = ("perfect", "perfect_low", "perfect_high", "least", "most", "independent")
SCHEMA = pa.schema(
    [("group", pa.string()), ("orders", pa.int64()), ("judged", pa.int64())]
    + [(name, pa.float64()) for name in (*RATES, *TIMES, *PERFECT)]
    + [("not_recorded", pa.list_(pa.string()))]
)


def service_level(orders: Source, *, by: str | None = None) -> pa.Table:
    """Availability, performance and reliability; one row for all orders, or one per value of the column `by`.

    In: a result of `order_service`, with the column to group by (stars, cell A1–D4, customer_id …) where wanted.
    Out: group (null = all), orders, judged (orders whose recorded parts are all known), stock_out (short lines ÷ lines),
    fill_rate (units of the first shipment ÷ ordered), on_time, complete, undamaged, documents (of the orders where
    known), median_days and p90_days from order to delivery, late_mean and late_sd of (actual − promised) days, perfect
    (joint count, of the judged) with Wilson's perfect_low and perfect_high, least and most (if every order not known
    were bad, or good), independent (product of the parts: only an estimate), not_recorded (parts that no order tells:
    left out of perfect). Rates 0–1, null where nothing is known. Source: methods §8 (SVC-15).
    """
    table = arrow(orders)
    if by is None:
        return pa.Table.from_pylist([{"group": None, **_level(table)}], schema=SCHEMA)
    table = table.filter(table[by].is_valid())
    groups, place = ranked(table[by])
    order = np.argsort(place, kind="stable")
    table, count = table.take(pa.array(order)), np.bincount(place, minlength=len(groups))
    start = np.cumsum(count) - count
    rows = [
        {"group": str(group), **_level(table.slice(int(first), int(size)))}
        for group, first, size in zip(groups.to_pylist(), start, count, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


@dataclass(frozen=True)
class PerfectEstimate:
    """independent: product of the rates. low, high: what the joint rate can be at all, whatever hangs together."""

    independent: float
    low: float
    high: float


def perfect_order_estimate(rates: Sequence[float]) -> PerfectEstimate:
    """The perfect order from rates alone, where no order tells all its parts.

    Formula: product under independence; max(0, Σp − (k − 1)) ≤ joint ≤ min p. Errors: ValueError without a rate.
    Source: methods §8 (.95·.97·.99·.98 = .8940; three lines at .95 → .8574).
    """
    if not rates:
        raise ValueError("a perfect order needs at least one rate")
    return PerfectEstimate(prod(rates), max(0.0, sum(rates) - len(rates) + 1), min(rates))


def stock_out_days(stock: Source) -> float | None:
    """SKU-days without stock ÷ SKU-days (0–1); null without any.

    In: one row a product and day: quantity (null left out). Source: methods §8.
    """
    quantity = arrow(stock)["quantity"].drop_null()
    return pc.sum(pc.less_equal(quantity, 0)).as_py() / len(quantity) if len(quantity) else None


def met_requests(requests: Source) -> Rate:
    """Flexibility: special requests that were accepted and met ÷ all whose outcome is known.

    In: accepted, met (flags; met may be null while open). Out: Rate, 0–1. Source: methods §8.
    """
    table = arrow(requests)
    refused = pc.equal(table["accepted"], False)
    known = pc.or_kleene(refused, pc.and_kleene(table["accepted"], table["met"].is_valid()))
    table = table.filter(pc.fill_null(known, False))
    met = int(pc.sum(pc.and_kleene(table["accepted"], table["met"])).as_py() or 0)
    return rate_of(met, table.num_rows)


@dataclass(frozen=True)
class Recovery:
    """within: share of failures fixed within the standard. median_hours: of those fixed; null without any."""

    within: Rate
    median_hours: float | None


def malfunction_recovery(failures: Source, *, standard_hours: float) -> Recovery:
    """How fast failures are made good.

    In: hours (to the fix; null = still open), open_hours where known (how long it has been open): an open failure past
    the standard counts as not fixed in time, a younger one not yet. Out: Recovery. Source: methods §8.
    """
    table = arrow(failures)
    hours = _floats(table["hours"])
    fixed = ~np.isnan(hours)
    waiting = _floats(table["open_hours"]) if "open_hours" in table.column_names else np.full(len(hours), np.nan)
    counted = fixed | (np.nan_to_num(waiting, nan=0.0) > standard_hours)
    within = int((hours[fixed] <= standard_hours).sum())
    return Recovery(rate_of(within, int(counted.sum())), float(np.median(hours[fixed])) if fixed.any() else None)


def _level(table: pa.Table) -> dict[str, Any]:
    flags = {name: _floats(table[name]) for name in PARTS}
    rates = {name: _mean(values) for name, values in flags.items()}
    told = [name for name in PARTS if rates[name] is not None]
    sums = {
        name: float(pc.sum(table[name]).as_py() or 0) for name in ("counted_lines", "short_lines", "ordered", "shipped")
    }
    days, late = _known(table["order_days"]), _known(table["late_days"])
    return {
        "orders": table.num_rows,
        "stock_out": _share(sums["short_lines"], sums["counted_lines"]),
        "fill_rate": _share(sums["shipped"], sums["ordered"]),
        **rates,
        "median_days": _quantile(days, 0.5),
        "p90_days": _quantile(days, 0.9),
        "late_mean": float(late.mean()) if len(late) else None,
        "late_sd": float(late.std(ddof=1)) if len(late) > 1 else None,
        **_joint([flags[name] for name in told], table.num_rows),
        "independent": prod(rates[name] or 0.0 for name in told) if told else None,
        "not_recorded": [name for name in PARTS if name not in told],
    }


def _joint(parts: list[Array], size: int) -> dict[str, Any]:
    """Of the parts that are recorded at all: all good, one bad, or not known."""
    if not parts:
        return {"judged": 0}
    stacked = np.stack(parts)
    judged = ~np.isnan(stacked).any(axis=0)
    bad = (stacked == 0).any(axis=0)
    good, known = int((judged & ~bad).sum()), int(judged.sum())
    low, high = wilson(good, known) or (None, None)
    return {
        "judged": known,
        "perfect": good / known if known else None,
        "perfect_low": low,
        "perfect_high": high,
        "least": good / size,
        "most": float((~bad).sum()) / size,
    }


def _floats(column: pa.ChunkedArray) -> Array:
    found: Array = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return found


def _known(column: pa.ChunkedArray) -> Array:
    values = _floats(column)
    found: Array = values[~np.isnan(values)]
    return found


def _mean(values: Array) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _quantile(values: Array, share: float) -> float | None:
    return float(np.quantile(values, share)) if len(values) else None
