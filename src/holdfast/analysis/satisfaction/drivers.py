"""What satisfaction hangs on: the share each driver has in explaining it, and where to work first (methods §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial, sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, nullable
from holdfast.analysis.tables import Source, arrow

MOST_BY_ORDERINGS = 12
MOST_SUBSETS = 1 << 16  # so that the bootstrap of many drivers stays within seconds
QUADRANTS = ("concentrate_here", "keep_up", "low_priority", "possible_overkill")
UNCLEAR = "unclear"
# Half axes of a 95 % ellipse in two dimensions, in standard errors: √χ²₂(.95).
ELLIPSE = 2.4477468306808166
RIDGE = 1e-12


def lmg(between: Array, with_target: Array) -> Array:
    """Part of R² that each driver explains, averaged over all orders in which drivers can enter (Shapley).

    In: correlations between the drivers, and of each with the target. Out: one part per driver; they add up to R².
    More than 12 drivers: Johnson's relative weights instead, which need no orderings.
    Source: Lindeman, Merenda & Gold 1980; methods §6 (r₁y .6, r₂y .5, r₁₂ .5 → .261667 / .151667 of .413333).
    """
    correlation, target = np.asarray(between, dtype=np.float64), np.asarray(with_target, dtype=np.float64)
    size = len(target)
    if size > MOST_BY_ORDERINGS:
        return _relative_weights(correlation, target)
    explained = [_explained(correlation, target, _members(mask, size)) for mask in range(1 << size)]
    weight = [factorial(k) * factorial(size - k - 1) / factorial(size) for k in range(size)]
    found = np.zeros(size)
    for driver in range(size):
        bit = 1 << driver
        for mask in range(1 << size):
            if not mask & bit:
                found[driver] += weight[mask.bit_count()] * (explained[mask | bit] - explained[mask])
    return found


def driver_importance(
    answers: Source, *, target: str, drivers: Sequence[str], draws: int = 200, seed: int = 1
) -> pa.Table:
    """Derived importance of every driver of satisfaction; one row per driver, in the order given.

    In: one row an answer with the target (overall satisfaction) and the drivers as numbers; rows with a gap are left
    out. Out: driver, n (complete answers), performance (mean), performance_error, importance (part of R²), share (of
    R², 0–1; null where nothing is explained), importance_error (bootstrap of at most `draws`; null with too few answers).
    A driver that is the same in all answers has importance 0. Fewer complete answers than drivers + 2: importance null.
    Source: methods §6.
    """
    rows = arrow(answers).select([target, *drivers]).drop_null()
    values = np.column_stack([rows[name].cast(pa.float64()).to_numpy() for name in (target, *drivers)])
    size, enough = len(values), len(values) >= len(drivers) + 2
    part = _importance(values) if enough else np.zeros(len(drivers))
    whole = float(part.sum())
    rng = np.random.default_rng(seed)
    repeats = min(draws, MOST_SUBSETS >> min(len(drivers), MOST_BY_ORDERINGS)) if enough else 0
    again = [_importance(values[rng.integers(0, size, size)]) for _ in range(repeats)]
    known = np.full(len(drivers), enough)
    mean = values[:, 1:].mean(axis=0) if size else np.zeros(len(drivers))
    spread = values[:, 1:].std(axis=0, ddof=1) / sqrt(size) if size > 1 else np.zeros(len(drivers))
    error = np.std(again, axis=0) if again else np.zeros(len(drivers))
    return pa.table(
        {
            "driver": pa.array(list(drivers), pa.string()),
            "n": pa.array(np.full(len(drivers), size, dtype=np.int64)),
            "performance": nullable(mean, np.full(len(drivers), size > 0)),
            "performance_error": nullable(spread, np.full(len(drivers), size > 1)),
            "importance": nullable(part, known),
            "share": nullable(part / (whole or 1.0), known & (whole > 0)),
            "importance_error": nullable(error, known & bool(again)),
        }
    )


def importance_performance(
    drivers: Source, *, performance: float | None = None, importance: float | None = None
) -> pa.Table:
    """Where to work first: the drivers table with a column `quadrant`, in the order given.

    In: driver, performance, importance, and their errors where known (a result of `driver_importance`); the cross-hairs,
    else the grand means. Out: the table with quadrant: concentrate_here (important, poor), keep_up (important, good),
    low_priority (neither), possible_overkill (good, unimportant); unclear where the point's 95 % ellipse crosses a
    cross-hair; null where a figure is missing. Source: Martilla & James 1977; methods §6 (VOC-16).
    """
    table = arrow(drivers)
    good, weighty = _sided(table, "performance", performance), _sided(table, "importance", importance)
    high = pc.if_else(pc.greater(good, 0), "keep_up", "concentrate_here")
    low = pc.if_else(pc.greater(good, 0), "possible_overkill", "low_priority")
    named = pc.if_else(pc.greater(weighty, 0), high, low)
    doubtful = pc.or_(pc.equal(good, 0), pc.equal(weighty, 0))
    return table.append_column("quadrant", pc.if_else(doubtful, UNCLEAR, named))


@dataclass(frozen=True)
class Line:
    """A straight line through points: slope, intercept, correlation r (all null without two different x), n."""

    slope: float | None
    intercept: float | None
    r: float | None
    n: int


def fitted_line(x: Array, y: Array) -> Line:
    """Least squares, for instance of satisfaction on first-contact resolution; an aggregate, not a cause.

    In: two columns of numbers, a row a pair. Source: methods §6 (SQM's seven industries: slope .69, r .909; SAT-05).
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    across, up = first - first.mean() if len(first) else first, second - second.mean() if len(second) else second
    width, height, both = float(across @ across), float(up @ up), float(across @ up)
    if not width:
        return Line(None, None, None, len(first))
    slope = both / width
    r = both / sqrt(width * height) if height else None
    return Line(slope, float(second.mean() - slope * first.mean()), r, len(first))


def _importance(values: Array) -> Array:
    varies = values.std(axis=0) > 0
    found = np.zeros(values.shape[1] - 1)
    inside = np.flatnonzero(varies[1:])
    if not varies[0] or not len(inside):
        return found
    correlation = np.atleast_2d(np.corrcoef(values[:, [0, *(inside + 1)]], rowvar=False))
    found[inside] = lmg(correlation[1:, 1:], correlation[1:, 0])
    return found


def _members(mask: int, size: int) -> list[int]:
    return [place for place in range(size) if mask >> place & 1]


def _explained(correlation: Array, target: Array, members: list[int]) -> float:
    if not members:
        return 0.0
    inner = correlation[np.ix_(members, members)]
    weights = np.linalg.lstsq(inner, target[members], rcond=RIDGE)[0]
    return float(weights @ target[members])


def _relative_weights(correlation: Array, target: Array) -> Array:
    """Johnson 2000: through the nearest uncorrelated drivers."""
    root, turn = np.linalg.eigh(correlation)
    scale = np.sqrt(np.maximum(root, 0.0))
    towards = (turn * scale) @ turn.T
    weights = np.linalg.lstsq(towards, target, rcond=RIDGE)[0]
    found: Array = towards**2 @ weights**2
    return found


def _sided(table: pa.Table, name: str, middle: float | None) -> pa.Array:
    """+1 above the cross-hair, −1 below, 0 where the ellipse crosses it; null where unknown."""
    column = table[name].cast(pa.float64()).combine_chunks()
    known = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    values = column.fill_null(0.0).to_numpy()
    hair = middle if middle is not None else float(values[known].mean()) if known.any() else 0.0
    reach = np.zeros(len(values))
    if f"{name}_error" in table.column_names:
        error = table[f"{name}_error"].combine_chunks()
        reach = ELLIPSE * error.fill_null(0.0).to_numpy(zero_copy_only=False)
    away = values - hair
    return nullable(np.where(np.abs(away) > reach, np.sign(away), 0).astype(np.int8), known)
