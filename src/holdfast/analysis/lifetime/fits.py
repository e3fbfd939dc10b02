"""What a fit gives back, and the one way all models of purchase counts are fitted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.optimise import HIGHEST, LOWEST, Objective, best_of, minimise
from holdfast.analysis.lifetime.summary import Pairs, Seen, Tuples
from holdfast.analysis.params import Params


@dataclass(frozen=True)
class FitParams(Params):
    """seconds: limit of one fit. thin_above: more tuples than this are searched on that many, then polished on all.

    most_tuples, most_values: more tuples, or mean values, than these are fitted on that many, taken evenly in their order.
    min_customers, min_repeaters: below either a fit leans on the defaults. lean: how strongly, as the spread of the
    default ln-parameters.
    """

    seconds: float = 30.0
    thin_above: int = 4_000
    most_tuples: int = 1_000_000
    most_values: int = 250_000
    min_customers: int = 50
    min_repeaters: int = 10
    lean: float = 0.5


DEFAULTS = FitParams()


class Counting(Protocol):
    """A model of how often and how long customers buy; times in weeks, one entry per customer."""

    @property
    def parameters(self) -> dict[str, float]: ...
    def p_alive(self, seen: Seen) -> Array: ...
    def expected(self, seen: Seen, weeks: float) -> Array: ...
    def p_buys(self, seen: Seen, weeks: float) -> Array: ...
    def rate(self, seen: Seen) -> Array: ...
    def expected_new(self, weeks: Array | float) -> Array: ...


@runtime_checkable
class Paired(Counting, Protocol):
    """One whose expectations, if the customer is there, depend on x and T alone: they are reckoned once for each pair."""

    def if_alive(self, pairs: Pairs, weeks: float) -> Array: ...
    def buys_if_alive(self, pairs: Pairs, weeks: float) -> Array: ...


M = TypeVar("M", covariant=True)


@dataclass(frozen=True)
class Fit(Generic[M]):
    """A fitted model.

    log_likelihood: with its constants, of all customers. n: customers it rests on. seconds: of the fit. flags:
    "few_customers" (leans on the defaults: no published likelihood), "at_bound" (a parameter pressed against e^−5 or
    e^6), "not_converged", "out_of_time" (both: fall back to another model), "thinned" (searched on a sample).
    """

    model: M
    log_likelihood: float
    n: int
    seconds: float
    flags: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the search came to no end, so that the parameters are no answer."""
        return bool({"not_converged", "out_of_time"} & set(self.flags)) or not np.isfinite(self.log_likelihood)

    @property
    def leaning(self) -> bool:
        """Whether the data were too few to stand alone."""
        return "few_customers" in self.flags


Evaluate = Callable[[Tuples, Array], tuple[float, Array]]
"""Tuples and parameters → log-likelihood and its gradient by the parameters."""


def fit_counts(
    tuples: Tuples,
    evaluate: Evaluate,
    starts: Sequence[Sequence[float]],
    default: Sequence[float],
    params: FitParams,
) -> tuple[Array, float, tuple[str, ...]]:
    """Parameters, log-likelihood, flags: three starts on at most `thin_above` tuples, then polished on all of them."""
    deadline = time.monotonic() + params.seconds
    few = tuples.customers < params.min_customers or tuples.weight[tuples.x > 0].sum() < params.min_repeaters
    lean = (np.log(default), params.lean) if few else None
    thin = tuples.thinned(params.thin_above)
    found = best_of(_mean(thin, evaluate, lean), starts, deadline=deadline)
    if thin is not tuples:
        found = minimise(_mean(tuples, evaluate, lean), found.point, deadline=deadline, curve=found.curve, enough=1e-5)
    values = np.exp(found.point)
    total, _ = evaluate(tuples, values)
    named = {
        "few_customers": few,
        "thinned": thin is not tuples,
        "at_bound": bool(((found.point <= LOWEST) | (found.point >= HIGHEST)).any()),
        "out_of_time": not found.in_time,
        "not_converged": found.in_time and not found.converged,
    }
    return values, float(total), tuple(name for name, holds in named.items() if holds)


def _mean(tuples: Tuples, evaluate: Evaluate, lean: tuple[Array, float] | None) -> Objective:
    """Mean negative log-likelihood by ln-parameters; with `lean` a normal prior around the defaults is added."""
    people = max(tuples.customers, 1.0)

    def objective(point: Array) -> tuple[float, Array]:
        values = np.exp(point)
        with np.errstate(all="ignore"):
            total, slope = evaluate(tuples, values)
        value, turned = -total / people, -slope * values / people
        if lean is not None:
            away = (point - lean[0]) / lean[1]
            value, turned = value + 0.5 * float(away @ away) / people, turned + away / lean[1] / people
        if not np.isfinite(turned).all():
            return np.inf, np.zeros_like(turned)
        return float(value), turned

    return objective
