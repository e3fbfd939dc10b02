"""Whether customers buy more regularly than chance, and then the model that knows it: MBG/CNBD-k as a candidate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from holdfast.analysis.forecast.terms import ForecastParams
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import LOG_UNIT
from holdfast.analysis.lifetime import Counting, Fit, Tuples, fit_gaps, gap_regularity
from holdfast.analysis.lifetime.summary import WEEK


def fit_regular(view: View, params: ForecastParams, *, everyone: int | None = None) -> Fit[Counting] | None:
    """MBG/CNBD-k with k by likelihood; None where chance explains the gaps, or customers are too few.

    Of more than `most_regular` customers it rests on about as many, evenly through the ledger: flag "sampled", the
    log-likelihood and n those of all, if they are alike. everyone: how many they all are, where the view holds a sample.
    """
    everyone = len(view) if everyone is None else everyone
    if everyone < params.min_test_customers:
        return None
    view = view.every(-(-len(view) // params.most_regular))
    tuples, litt = Tuples.of(view.seen), log_gaps(view)
    k = gap_regularity(tuples, litt)
    if k is None or k < params.regular_from:
        return None
    fit = fit_gaps(tuples, litt, params.fit)
    if fit.model.k == 1 or fit.failed or fit.leaning:
        return None
    if len(view) == everyone:
        return fit
    whole = fit.log_likelihood * everyone / len(view)
    return replace(fit, log_likelihood=whole, n=everyone, flags=(*fit.flags, "sampled"))


def log_gaps(view: View) -> float:
    """Σ ln of all gaps in weeks of these customers; from whole numbers, so the same in any order and cut."""
    return int(view.litt.sum()) / LOG_UNIT - float(view.seen.x.sum()) * float(np.log(WEEK))
