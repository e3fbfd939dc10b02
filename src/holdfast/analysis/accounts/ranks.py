"""Places among all customers as a few bounds: whoever knows the bounds can place one customer without the others.

Each function asks for values by their place in an order, so that the order itself may be kept by whoever can sort it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array
from holdfast.analysis.pareto import MILLE

CLASSES = 5
TOP, MOST, POINTS = 0.2, 0.8, 101
Bound = tuple[int, str]


def cut_places(size: int) -> Array:
    """Places (from 0, ascending) of the values that `cuts` asks for."""
    return np.array([size * number // CLASSES for number in range(1, CLASSES)] if size else [], dtype=np.int64)


def cuts(size: int, values: Array, less: Array, same: Array) -> tuple[int, ...]:
    """The lowest whole number of each class from 2 to 5, classes as `rfm.quintiles` makes them.

    In: the values at `cut_places`, and how many values are less than, and equal to, each. With i the place of a value v:
    v itself is in class k where 10·less + 5·same > 2·N·(k − 1), else the next higher value is, and none below it.
    """
    found = zip(range(1, CLASSES), values.tolist(), less.tolist(), same.tolist(), strict=False)
    return tuple(v if 10 * below + 5 * alike > 2 * size * edge else v + 1 for edge, v, below, alike in found)


def cuts_of(values: Array) -> tuple[int, ...]:
    """The same from all values."""
    ordered = np.sort(values)
    at = ordered[cut_places(len(ordered))]
    less = np.searchsorted(ordered, at, "left")
    return cuts(len(ordered), at, less, np.searchsorted(ordered, at, "right") - less)


def classed(values: Array, edges: tuple[int, ...]) -> Array:
    """1–5 by the cuts."""
    found: Array = (1 + np.searchsorted(np.array(edges, dtype=np.int64), values, "right")).astype(np.int8)
    return found


@dataclass(frozen=True)
class Curve:
    """Who brings how much, best customers first.

    customers, total: how many, and their gain (minor units; losses count as 0). weight: Σ rank·gain. reached: the gain of
    so many best customers, for each of `curve_places`. enough: how many bring MOST of the total. bounds: revenue and
    customer_id at which B and C begin; null where nobody stands that far down.
    """

    customers: int
    total: int
    weight: float
    reached: Mapping[int, int]
    enough: int
    bounds: tuple[Bound | None, ...]

    def figures(self) -> dict[str, float | None]:
        """top20_share, customers_for_80 and gini as `pareto` defines them; null with nothing to share."""
        if not self.total:
            return dict.fromkeys(("top20_share", "customers_for_80", "gini"))
        top = TOP * self.customers
        below = int(top)
        inside = self.reached[below] + (top - below) * (self.reached[below + 1] - self.reached[below])
        gini = (self.customers + 1) / self.customers - 2 * self.weight / (self.customers * self.total)
        return {
            "top20_share": inside / self.total,
            "customers_for_80": self.enough / self.customers,
            "gini": gini,
        }

    def lorenz(self) -> pa.Table:
        """The table of `pareto.lorenz`."""
        places = lorenz_places(self.customers) if self.total else np.zeros(0, dtype=np.int64)
        gain = np.array([self.reached[place] for place in places.tolist()], dtype=np.float64)
        return pa.table({"share_customers": places / max(self.customers, 1), "share_value": gain / max(self.total, 1)})


def lorenz_places(size: int) -> Array:
    """At how many best customers the curve is drawn."""
    return np.unique(np.linspace(0, size, min(POINTS, size + 1)).round().astype(np.int64))


def curve_places(size: int) -> Array:
    """For how many best customers a `Curve` asks what they bring."""
    top = int(TOP * size)
    return np.union1d(lorenz_places(size), [top, min(top + 1, size)])


def targets(total: int, edges: tuple[int, ...]) -> list[int]:
    """What must have been brought before the first customer of each class after the first."""
    return [-(-edge * total // MILLE) for edge in edges]


def enough(total: int) -> float:
    """What customers who bring MOST of the total must bring."""
    return MOST * total - 1e-9


def curve_of(ids: pa.Array, revenue: Array, edges: tuple[int, ...]) -> Curve:
    """Of all customers, who stand by customer_id."""
    order = np.argsort(-revenue, kind="stable")
    gain = np.maximum(revenue[order], 0)
    reached = np.append(0, np.cumsum(gain))
    size, total = len(order), int(reached[-1])
    first = np.searchsorted(reached[:-1], targets(total, edges), "left") if size else np.full(len(edges), 0)
    bounds = [(int(revenue[order[n]]), ids[int(order[n])].as_py()) if n < size else None for n in first.tolist()]
    weight = float(np.einsum("i,i->", np.arange(1.0, size + 1), gain.astype(np.float64)))
    at = {place: int(reached[place]) for place in curve_places(size).tolist()}
    return Curve(size, total, weight, at, int(np.searchsorted(reached[1:], enough(total), "left")) + 1, tuple(bounds))


def letters(ids: pa.Array, revenue: Array, bounds: tuple[Bound | None, ...]) -> pa.Array:
    """A, B or C of each customer, as `pareto.classes_abc` gives them."""
    place = np.zeros(len(revenue), dtype=np.int8)
    for bound in bounds:
        if bound is not None:
            place += _from(ids, revenue, bound)
    place[revenue <= 0] = len(bounds)
    return pa.array(list("ABCD")).take(pa.array(place))


def _from(ids: pa.Array, revenue: Array, bound: Bound) -> Array:
    """Who stands at the bound or after it: by revenue, highest first, then by customer_id."""
    value, first = bound
    after: Array = revenue < value
    equal = np.flatnonzero(revenue == value)
    late = pc.greater_equal(ids.take(pa.array(equal)), pa.scalar(first, ids.type))
    after[equal] = late.to_numpy(zero_copy_only=False)
    return after
