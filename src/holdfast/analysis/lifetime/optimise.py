"""Maximum likelihood within bounds: quasi-Newton from several starts, limited in time, on ln-parameters."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.analysis.ledger import Array

# ln-parameters: e^−5 … e^6 (methods §4.2, warning).
LOWEST, HIGHEST = -5.0, 6.0
LONGEST_STEP = 2.0
MOST_STEPS = 80
ENOUGH = 1e-7
NEARLY = 1e-3
BARELY = 1e-5
HALVINGS = 16
# So many steps in a row that lower the value by no more than this part of it end the search: the ground is flat.
AT_REST, ROUNDING = 3, 1e-12

Objective = Callable[[Array], tuple[float, Array]]
"""Point → mean negative log-likelihood per customer and its gradient."""


@dataclass(frozen=True)
class Found:
    """Where a minimisation ended: point, value, Hessian, and whether the slope has vanished there."""

    point: Array
    value: float
    curve: Array
    converged: bool
    in_time: bool


def minimise(
    objective: Objective,
    start: Sequence[float] | Array,
    *,
    deadline: float,
    curve: Array | None = None,
    enough: float = ENOUGH,
) -> Found:
    """BFGS with the bounds kept by clipping, until no slope above `enough` is left or the deadline has passed.

    deadline: in seconds of time.monotonic(). A point where the objective is not finite is never stepped to.
    """
    point = np.clip(np.asarray(start, dtype=np.float64), LOWEST, HIGHEST)
    value, slope = objective(point)
    size = len(point)
    known = curve is not None
    bend = curve if curve is not None else np.eye(size)
    idle = 0
    for _ in range(MOST_STEPS):
        free = _free(point, slope)
        if not np.isfinite(value) or np.abs(slope[free]).max(initial=0.0) <= enough:
            break
        if time.monotonic() > deadline:
            return Found(point, value, bend, False, False)
        moved = _step(objective, point, value, slope, _direction(bend, slope, free, known))
        if moved is None:
            if not known:
                break
            bend, known = np.eye(size), False
            continue
        new_point, new_value, new_slope = moved
        bend, known = _updated(bend, new_point - point, new_slope - slope, known)
        idle = idle + 1 if value - new_value <= ROUNDING * abs(value) else 0
        point, value, slope = new_point, new_value, new_slope
        if idle == AT_REST:
            break
    settled = bool(np.isfinite(value) and np.abs(slope[_free(point, slope)]).max(initial=0.0) <= BARELY)
    return Found(point, float(value), bend, settled, True)


def _free(point: Array, slope: Array) -> Array:
    """Parameters that are not pressed against a bound."""
    free: Array = ~(((point <= LOWEST) & (slope > 0)) | ((point >= HIGHEST) & (slope < 0)))
    return free


def _direction(bend: Array, slope: Array, free: Array, known: bool) -> Array:
    """Newton's direction among the free parameters, the steepest where the curvature is not known yet."""
    direction = np.zeros_like(slope)
    if known:
        # The Hessian and not its inverse is kept, so that its free part can be solved alone.
        direction[free] = -np.linalg.solve(bend[np.ix_(free, free)], slope[free])
    if not known or direction @ slope >= 0:
        direction = np.where(free, -slope, 0.0)
        direction /= max(1.0, float(np.abs(direction).max()))
    longest = float(np.abs(direction).max())
    return direction * min(1.0, LONGEST_STEP / longest) if longest else direction


def _step(
    objective: Objective, point: Array, value: float, slope: Array, direction: Array
) -> tuple[Array, float, Array] | None:
    """The first point along the direction, halving, that lowers the value enough; None where there is none."""
    length = 1.0
    for _ in range(HALVINGS):
        new_point = np.clip(point + length * direction, LOWEST, HIGHEST)
        new_value, new_slope = objective(new_point)
        gain = slope @ (new_point - point)
        # Near the optimum a gain is lost in rounding: a smaller slope is then as good.
        level = np.isfinite(new_value) and new_value <= value + 1e-14 * abs(value)
        if np.isfinite(new_value) and new_value <= value + 1e-4 * gain:
            return new_point, new_value, new_slope
        if level and np.abs(new_slope).max() < np.abs(slope).max():
            return new_point, new_value, new_slope
        length *= 0.35
    return None


def _updated(bend: Array, moved: Array, turned: Array, known: bool) -> tuple[Array, bool]:
    gain = float(moved @ turned)
    if gain <= 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
        return bend, known
    if not known:
        bend = np.eye(len(moved)) * (float(turned @ turned) / gain)
    along = bend @ moved
    new: Array = bend - np.outer(along, along) / float(moved @ along) + np.outer(turned, turned) / gain
    return new, True


def best_of(objective: Objective, starts: Sequence[Sequence[float]], *, deadline: float) -> Found:
    """The lowest end of all starts (given as parameters, not logarithms): each near its end, the best to the last."""
    ends = [minimise(objective, np.log(start), deadline=deadline, enough=NEARLY) for start in starts]
    finite = [end for end in ends if np.isfinite(end.value)] or ends
    best = min(finite, key=lambda end: end.value)
    return minimise(objective, best.point, deadline=deadline, curve=best.curve)
