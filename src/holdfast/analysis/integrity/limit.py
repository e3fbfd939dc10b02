"""How much credit to give a customer, as a sum that can be followed line by line; people decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.analysis.integrity.terms import CreditParams

DEFAULTS = CreditParams()
Line = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class CreditLimit:
    """`limit_minor`: what is proposed now; `target_minor`: where it goes if reviews let it. `lines`: the arithmetic
    as (code, numbers), in order."""

    limit_minor: int
    target_minor: int
    lines: tuple[Line, ...]


def factor_of(index: float, params: CreditParams = DEFAULTS) -> float:
    """Share (0–1.2) of (daily sales × terms) that the payment index earns: 1.2 from 80, 1 from 70, .8 from 60, .5 from 50.

    Source: methods §1.2.
    """
    return next((factor for start, factor in params.factors if index >= start), 0.0)


def credit_limit(
    sales_minor: int,
    terms_days: float,
    index: float,
    *,
    current_minor: int | None = None,
    insured_minor: int | None = None,
    customer_equity_minor: int | None = None,
    own_equity_minor: int | None = None,
    params: CreditParams = DEFAULTS,
) -> CreditLimit:
    """The proposal for one customer: the smallest of what trade needs and what caps allow, moved by at most ±25 %.

    In: credit sales of a year, minor units; usual terms, days; payment index; caps and the present limit where known.
    Out: CreditLimit; lines: daily {sales, days, daily}, terms {daily, terms, need}, factor {index, factor, amount},
    cap_insured, cap_customer, cap_own {amount}, step {before, most} where the review holds it, result {amount}.
    Formula: min(sales ÷ 365 × terms × f(index), insured, 10 % of the customer's equity, 5 % of ours).
    Source: methods §1.2 (1.8 M a year, 45 days → 266,301 / 221,918 / 110,959 at 80 / 70 / 50).
    """
    sales = max(sales_minor, 0)
    daily, need = sales / params.year_days, sales * terms_days / params.year_days
    factor = factor_of(index, params)
    amount = round(need * factor)
    lines: list[Line] = [
        ("daily", {"sales": sales, "days": params.year_days, "daily": round(daily)}),
        ("terms", {"daily": round(daily), "terms": terms_days, "need": round(need)}),
        ("factor", {"index": index, "factor": factor, "amount": amount}),
    ]
    caps = {
        "cap_insured": insured_minor,
        "cap_customer": _share(customer_equity_minor, params.equity_share),
        "cap_own": _share(own_equity_minor, params.concentration),
    }
    for code, cap in caps.items():
        if cap is not None and cap < amount:
            amount = cap
            lines.append((code, {"amount": cap}))
    held = _held(amount, current_minor, params)
    if held != amount:
        lines.append(("step", {"before": current_minor, "most": params.step, "amount": held}))
    return CreditLimit(held, amount, (*lines, ("result", {"amount": held})))


def expected_loss(exposure_minor: int, chance: float, params: CreditParams = DEFAULTS) -> int:
    """What is lost on average, minor units: exposure × chance of default × loss given default (45 %).

    Source: methods §1.2 (loss given default: Basel foundation IRB).
    """
    return round(exposure_minor * chance * params.loss_given_default)


def _share(equity_minor: int | None, share: float) -> int | None:
    return None if equity_minor is None else round(max(equity_minor, 0) * share)


def _held(amount: int, current: int | None, params: CreditParams) -> int:
    """The limit of this review: not more than a step away from the present one."""
    if not current:
        return amount
    return min(max(amount, round(current * (1 - params.step))), round(current * (1 + params.step)))
