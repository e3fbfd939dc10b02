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


def cost_of_poor_quality(
    *,
    compensation_minor: int = 0,
    rework_minor: int = 0,
    repeat_contacts: int = 0,
    contact_minor: int = 0,
    risen: Array | None = None,
    value_minor: Array | None = None,
) -> dict[str, int]:
    """What not doing it right the first time costs, line by line, minor units.

    In: what was paid as compensation and spent on rework; contacts that a solved case would have saved and what one
    costs; for each customer concerned how much the chance of leaving rose (0–1, below 0 counts as 0) and what he is
    worth. Out: compensation, rework, contacts, leaving, total (their sum).
    Formula: compensation + rework + contacts × cost + Σ ΔP(leave)·value, each line rounded to the minor unit.
    Errors: ValueError where risen and value_minor are not of one length. Source: methods §7.
    """
    rose = np.maximum(np.asarray([] if risen is None else risen, dtype=np.float64), 0.0)
    worth = np.asarray([] if value_minor is None else value_minor, dtype=np.float64)
    if len(rose) != len(worth):
        raise ValueError("every risen chance needs the value of its customer")
    lines = {
        "compensation": compensation_minor,
        "rework": rework_minor,
        "contacts": repeat_contacts * contact_minor,
        "leaving": round(float(rose @ worth)),
    }
    return lines | {"total": sum(lines.values())}
