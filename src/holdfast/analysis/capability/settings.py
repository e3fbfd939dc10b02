"""The words and settings of time to serve (methods §7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from holdfast.analysis.params import Params

ZONES = ("delight", "acceptable", "angry")


@dataclass(frozen=True)
class CapabilityParams(Params):
    """Settings of time to serve.

    target_days: up to here the customer is delighted. limit_days: beyond it he is angry. grey: reasons that exist but
    do not satisfy (not repairable, lack of staff, lack of parts). min_jobs, min_events: with fewer, a chance is told
    by a fit and not by counting. Errors: ValueError unless 0 < target ≤ limit.
    """

    target_days: float = 7.0
    limit_days: float = 9.0
    grey: tuple[str, ...] = ()
    min_jobs: int = 50
    min_events: int = 5

    def __post_init__(self) -> None:
        if not (0 < self.target_days <= self.limit_days < math.inf):
            raise ValueError("the target must be above 0 and at most the limit")


DEFAULTS = CapabilityParams()
