"""Shares of few cases, drawn towards the portfolio (Beta-binomial)."""

from __future__ import annotations

import numpy as np

from holdfast.analysis.integrity.terms import DEFAULTS
from holdfast.analysis.ledger import Array

FEW_CUSTOMERS = 20
KAPPA_RANGE = (1.0, 200.0)


def shrunk_share(cases: Array, size: Array, portfolio: float | Array, kappa: float = DEFAULTS.kappa) -> Array:
    """Each share k of n drawn towards the portfolio's: (k + κ·p₀) ÷ (n + κ); n = 0 gives p₀.

    Source: methods §1.2 (3 of 3 with p₀ .2 and κ 8 is .418, 30 of 30 is .832 with p₀ .2).
    """
    found: Array = (np.asarray(cases, dtype=np.float64) + kappa * portfolio) / (
        np.asarray(size, dtype=np.float64) + kappa
    )
    return found


def portfolio_share(cases: Array, size: Array) -> float | None:
    """All cases over all chances; null without any. Source: methods §1.2."""
    whole = int(np.sum(size))
    return float(np.sum(cases) / whole) if whole else None


def kappa_by_moments(cases: Array, size: Array, default: float = DEFAULTS.kappa) -> float:
    """κ of the Beta-binomial from how much the customers' shares differ; the default where too few tell.

    Formula: with S = Σ n(k/n − p)², ρ = (S/(p(1−p)) − (m − 1)) ÷ (Σn − Σn²/Σn − (m − 1)), κ = 1/ρ − 1, held in
    1 … 200. Fewer than 20 customers with two cases or more, or no spread beyond chance: the default, or 200.
    Source: Kleinman 1973 (moments); methods §1.2.
    """
    size = np.asarray(size, dtype=np.float64)
    telling = size >= 2
    n, k = size[telling], np.asarray(cases, dtype=np.float64)[telling]
    if len(n) < FEW_CUSTOMERS:
        return default
    share = k.sum() / n.sum()
    if not 0 < share < 1:
        return default
    freedom = len(n) - 1
    room = n.sum() - (n**2).sum() / n.sum() - freedom
    spread = float((n * (k / n - share) ** 2).sum() / (share * (1 - share))) - freedom
    if room <= 0 or spread <= 0:
        return KAPPA_RANGE[1] if room > 0 else default
    return float(np.clip(room / spread - 1, *KAPPA_RANGE))
