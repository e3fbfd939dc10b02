"""Mid-rank percentiles: where a value stands among others, ties sharing one place (methods §1.4)."""

from __future__ import annotations

import numpy as np

from holdfast.analysis.ledger import Array


def mid_rank_scores(values: Array, ordered: Array) -> Array:
    """0–100 for each value: 100·(number less + half the number equal) ÷ N, against the sorted reference values.

    All equal gives 50 for everyone. An empty reference gives 50, as nothing is known. Source: methods §1.4 step 2.
    """
    if not len(ordered):
        return np.full(len(values), 50.0)
    less = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    scores: Array = 50.0 * (less + up_to) / len(ordered)
    return scores
