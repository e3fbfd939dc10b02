"""From voices to the few requirements that count, and what missing them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from holdfast.analysis.ledger import Array

MOST = 0.80


def critical_weights(importance: Array, values: Sequence[float] | None = None) -> Array:
    """Share of each requirement: Σ over customers of value × importance, made to add up to 1.

    In: importance, one row a customer and one column a requirement; values: weight of each customer (12-month
    margin, say), all alike if not given. Show both. Errors: ValueError where nothing has weight.
    Source: methods §7 (values 50, 30, 15, 5: 41.1/37.6/21.3 %, by heads 28.6/40.5/31.0 %).
    """
    table = np.asarray(importance, dtype=np.float64)
    weights = np.ones(len(table)) if values is None else np.asarray(values, dtype=np.float64)
    total = weights @ table
    if float(total.sum()) <= 0:
        raise ValueError("no requirement has any weight")
    found: Array = total / total.sum()
    return found


def vital_few(weights: Mapping[str, float], most: float = MOST) -> list[str]:
    """The smallest set of requirements with at least 80 % of the weight, the heaviest first; ties by name.

    In: weight of each requirement by name, in any unit. Out: names. Source: methods §7 (80/20 cut).
    """
    order = sorted(weights, key=lambda name: (-weights[name], name))
    whole, so_far, found = sum(weights.values()), 0.0, []
    for name in order:
        if so_far >= most * whole - 1e-12:
            break
        found.append(name)
        so_far += weights[name]
    return found


def cost_of_lateness(
    jobs: int, late_share: float, *, compensation_minor: int, leaving_share: float, value_minor: int
) -> dict[str, int]:
    """What late jobs cost in a year, minor units: compensation, value of the angry who leave, and both.

    In: jobs a year, share that is late, compensation for each, share of the angry who leave (an assumption to be
    edited), and what one of them is worth a year. Source: methods §7 (1,000 jobs, 10 %: 5,000 and 26,000).
    """
    late = jobs * late_share
    paid, lost = round(late * compensation_minor), round(late * leaving_share * value_minor)
    return {"compensation": paid, "leaving": lost, "total": paid + lost}
