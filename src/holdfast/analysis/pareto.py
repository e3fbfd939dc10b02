"""How unequal customers are: Lorenz, Gini, the measured 80/20, ABC and A–D classes, the whale curve (methods §2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source, arrow

MILLE = 1000


@dataclass(frozen=True)
class ParetoParams(Params):
    """Cumulated shares before the customer at which a class ends, in thousandths, so that they compare exactly."""

    abc: tuple[int, ...] = (800, 950)
    abcd: tuple[int, ...] = (500, 800, 950)


DEFAULTS = ParetoParams()


def gini(values: Array) -> float | None:
    """Gini coefficient of values ≥ 0 (negative ones count as 0); 0 = all equal, (n − 1)/n = one has everything.

    Formula: 2·Σ i·v_i ÷ (n·Σv) − (n + 1)/n, v ascending. None without values or with nothing to share.
    Source: methods §2.
    """
    ordered = np.sort(np.maximum(values, 0)).astype(np.float64)
    size, total = len(ordered), float(ordered.sum())
    if not total:
        return None
    place = np.arange(1, size + 1)
    return float(2 * (place * ordered).sum() / (size * total) - (size + 1) / size)


def top_share(values: Array, share: float = 0.2) -> float | None:
    """Part of the total (0–1) that the best `share` of customers bring; negative values count as 0.

    Where the share is no whole number of customers, the last one counts in part. None with nothing to share.
    Source: methods §2.
    """
    cumulated = _cumulated(values)
    if not len(cumulated) or not cumulated[-1]:
        return None
    found = np.interp(share * len(cumulated), np.arange(len(cumulated) + 1), np.append(0, cumulated))
    return float(found / cumulated[-1])


def customers_for_share(values: Array, share: float = 0.8) -> float | None:
    """Smallest part of the customers (0–1, whole customers) that brings at least `share` of the total.

    Negative values count as 0; None with nothing to share. Source: methods §2.
    """
    cumulated = _cumulated(values)
    if not len(cumulated) or not cumulated[-1]:
        return None
    needed = int(np.searchsorted(cumulated, share * cumulated[-1] - 1e-9, side="left")) + 1
    return needed / len(cumulated)


def _cumulated(values: Array) -> Array:
    return np.cumsum(np.sort(np.maximum(np.asarray(values, dtype=np.int64), 0))[::-1])


def lorenz(values: Array, points: int = 101) -> pa.Table:
    """The Pareto curve, best customers first; one row a point.

    In: values (minor units; negative ones count as 0). Out: share_customers, share_value (both 0–1, from 0 to 1,
    at most `points` rows). Empty where there is nothing to share. Source: methods §2.
    """
    cumulated = _cumulated(values)
    if not len(cumulated) or not cumulated[-1]:
        return pa.table({"share_customers": pa.array([], pa.float64()), "share_value": pa.array([], pa.float64())})
    curve = np.append(0, cumulated)
    places = np.unique(np.linspace(0, len(curve) - 1, min(points, len(curve))).round().astype(np.int64))
    return pa.table({"share_customers": places / len(cumulated), "share_value": curve[places] / cumulated[-1]})


def classes_abc(values: Source, params: ParetoParams = DEFAULTS) -> pa.Table:
    """A, B, C by value; one row per customer, in the order given.

    In: customer_id, value_minor. Out: customer_id, value_minor, abc. The class follows the cumulated share *before*
    the customer, best first: A < .80, B < .95, else C; nothing or less is C. Ties go by customer_id. Source: §2.
    """
    return _classed(arrow(values), "abc", params.abc)


def classes_abcd(values: Source, params: ParetoParams = DEFAULTS) -> pa.Table:
    """A to D by profit contribution; one row per customer, in the order given.

    In: customer_id, value_minor (profit; null = unknown). Out: customer_id, value_minor, abcd (null where unknown).
    By the cumulated share of the positive profit before the customer: A < .50, B < .80, C < .95, else D;
    loss makers are always D. Ties go by customer_id. Source: methods §2 (TIE-08, TIE-11).
    """
    return _classed(arrow(values), "abcd", params.abcd)


def _classed(table: pa.Table, name: str, edges: tuple[int, ...]) -> pa.Table:
    table = table.select(["customer_id", "value_minor"])
    known = table["value_minor"].is_valid().to_numpy().astype(bool)
    value = table["value_minor"].cast(pa.int64()).fill_null(0).to_numpy()
    order = _best_first(table, value)
    gain = np.maximum(value[order], 0)
    before = np.cumsum(gain) - gain
    total = int(gain.sum())
    place = np.zeros(len(order), dtype=np.int64)
    for edge in edges:
        place += MILLE * before >= edge * total
    place[gain == 0] = len(edges)
    letters = np.empty(len(order), dtype=np.int64)
    letters[order] = place
    named = pa.array(list("ABCD")).take(nullable(letters.astype(np.int8), known))
    return table.append_column(name, named)


def _best_first(table: pa.Table, value: Array) -> Array:
    ranked = pa.table({"customer_id": table["customer_id"], "value": pa.array(value)})
    keys = [("value", "descending"), ("customer_id", "ascending")]
    found: Array = pc.sort_indices(ranked, sort_keys=keys).to_numpy()
    return found


def whale_curve(values: Source) -> pa.Table:
    """Cumulated profit, most profitable customer first: above 100 % stands what loss makers take away again.

    In: customer_id, value_minor (null left out). Out: rank (1 = best), customer_id, value_minor, cumulative_minor,
    share_of_total (cumulative ÷ total; null where the total is not above 0). Source: methods §2.
    """
    table = arrow(values).select(["customer_id", "value_minor"])
    table = table.filter(table["value_minor"].is_valid())
    value = table["value_minor"].cast(pa.int64()).to_numpy()
    order = _best_first(table, value)
    cumulated = np.cumsum(value[order])
    total = int(value.sum())
    share = cumulated / (total or 1)
    return pa.table(
        {
            "rank": np.arange(1, len(order) + 1),
            "customer_id": table["customer_id"].take(pa.array(order)),
            "value_minor": value[order],
            "cumulative_minor": cumulated,
            "share_of_total": nullable(share, np.full(len(order), total > 0)),
        }
    )
