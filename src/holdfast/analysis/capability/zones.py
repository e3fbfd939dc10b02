"""In which zone a job lies."""

from __future__ import annotations

import numpy as np

from holdfast.analysis.capability.settings import DEFAULTS, ZONES, CapabilityParams
from holdfast.analysis.ledger import Array


def zones_of(days: Array, params: CapabilityParams = DEFAULTS) -> Array:
    """Place of each job in ZONES: 0 delight (≤ target), 1 acceptable (≤ limit), 2 angry (> limit).

    In: days taken, or so far. Source: methods §7 (repair: 7 and 9 days).
    """
    edges = np.array([params.target_days, params.limit_days])
    return np.searchsorted(edges, np.asarray(days, dtype=np.float64), side="left")


def zone_of(days: float, params: CapabilityParams = DEFAULTS) -> str:
    """The zone of one job, finished or still open: delight, acceptable or angry. Source: methods §7."""
    return ZONES[int(zones_of(np.array([days]), params)[0])]
