"""Simple lifetime value: what a customer is worth from a margin, a retention rate and a discount rate (methods §4.4)."""

from __future__ import annotations


def simple_clv(margin: float, retention: float, discount: float, *, first_included: bool = False) -> float:
    """Value of all future margins of one customer.

    Formula: m·r/(1+d−r); with the payment due now included m·(1+d)/(1+d−r). In: margin of a period (money), retention
    (0–1) and discount of a period. Errors: ValueError where retention is not below 1 + discount. Source: methods §4.4:
    m 100, r .8, d .1 → 266.67 and 366.67.
    """
    if not 0 <= retention < 1 + discount:
        raise ValueError("retention must be at least 0 and below 1 + discount")
    return margin * ((1 + discount) if first_included else retention) / (1 + discount - retention)


def mean_lifetime(retention: float) -> float:
    """Periods a customer stays on average: 1/(1−r). Errors: ValueError unless 0 ≤ r < 1. Source: methods §4.4."""
    if not 0 <= retention < 1:
        raise ValueError("retention must be at least 0 and below 1")
    return 1 / (1 - retention)


def constant_retention_residual(retention: float, discount: float) -> float:
    """Discounted payments to come if everyone renewed at the same rate: r·(1+d)/(1+d−r).

    In: rates (0–1) of a period. Out: number of payments. It undervalues who has stayed long: 4.41 where the mixed sBG says 5.89.
    Source: methods §4.4.
    """
    return simple_clv(1.0, retention, discount) * (1 + discount)
