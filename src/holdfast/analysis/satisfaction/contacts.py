"""What repeated calls, transfers and waiting do to the chance of a satisfied customer (methods §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import expit

from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import Source, arrow

LEAST_OF_EACH = 10
RIDGE = 1.0
ROUNDS = 50


@dataclass(frozen=True)
class Odds:
    """n: tickets used. base: log-odds of a ticket that is average in all. drivers, weights: log-odds for one more unit;
    reasons: log-odds of a reason against the average one. means: of the drivers. All null-free; `enough` is False where
    fewer than ten tickets were of one kind, satisfied or not: then all weights are 0 and base tells the share."""

    n: int
    enough: bool
    base: float
    drivers: tuple[str, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    reasons: dict[str, float]

    def chance(self, values: Sequence[float], reason: str | None = None) -> float:
        """Chance (0–1) that a ticket with these values of the drivers leaves a satisfied customer."""
        away = np.asarray(values, dtype=np.float64) - np.asarray(self.means)
        return float(expit(self.base + away @ np.asarray(self.weights) + self.reasons.get(reason or "", 0.0)))


def satisfied_odds(tickets: Source, *, drivers: Sequence[str] = ("contacts", "transfers", "wait_hours")) -> Odds:
    """The company's own relation of satisfaction with contacts, transfers, waiting and reason; an association, no cause.

    In: one row a ticket: satisfied (true or false), the drivers as numbers, reason (text, optional); rows with a gap
    are left out. Out: Odds. Formula: logistic regression by Newton's steps; every weight but the base is drawn to 0 by
    a ridge of 1 on standardised drivers. Source: methods §6 (P(satisfied) ~ contacts + transfer + wait + reason).
    """
    table = arrow(tickets)
    named = [*drivers, *(["reason"] if "reason" in table.column_names else [])]
    table = table.select(["satisfied", *named]).drop_null()
    happy = table["satisfied"].cast(pa.float64()).to_numpy()
    values = np.column_stack([table[name].cast(pa.float64()).to_numpy() for name in drivers])
    reasons = np.array(table["reason"].to_pylist() if "reason" in named else [""] * len(happy), dtype=object)
    kinds = sorted(set(reasons)) if "reason" in named else []
    enough = min(happy.sum(), (1 - happy).sum()) >= LEAST_OF_EACH
    means = values.mean(axis=0) if len(values) else np.zeros(len(drivers))
    spread = values.std(axis=0) if len(values) else np.ones(len(drivers))
    spread = np.where(spread > 0, spread, 1.0)
    marks = [(reasons == kind).astype(np.float64) for kind in kinds]
    design = np.column_stack([np.ones(len(happy)), (values - means) / spread, *(mark - mark.mean() for mark in marks)])
    found = _newton(design, happy, only_base=not enough)
    own = found[1 + len(drivers) :]
    share = np.array([mark.mean() for mark in marks])
    middle = float(own @ share) if len(marks) else 0.0
    return Odds(
        len(happy),
        bool(enough),
        float(found[0]),
        tuple(drivers),
        tuple(float(one) for one in found[1 : 1 + len(drivers)] / spread),
        tuple(float(one) for one in means),
        {str(kind): float(one - middle) for kind, one in zip(kinds, own, strict=True)},
    )


def _newton(design: Array, happy: Array, *, only_base: bool) -> Array:
    """Weights of the ridge; where there is too little to learn, the share alone, half a case added on either side."""
    point = np.zeros(design.shape[1])
    share = (happy.sum() + 0.5) / (len(happy) + 1)
    point[0] = np.log(share / (1 - share))
    if only_base:
        return point
    ridge = np.full(len(point), RIDGE)
    ridge[0] = 0.0
    for _ in range(ROUNDS):
        chance = expit(design @ point)
        slope = design.T @ (happy - chance) - ridge * point
        curve = (design.T * (chance * (1 - chance))) @ design + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curve, slope)
        point = point + step
        if float(np.abs(step).max()) < 1e-10:
            break
    return point
