"""How the customers and products of a cell are served: data that a company edits, not code."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from holdfast.analysis.params import Params

POLICIES = ("protect", "cost_engineer", "relationship", "develop", "review_terms", "standard", "exit_review")


@dataclass(frozen=True)
class CellPolicy(Params):
    """The policy of one cell: one of POLICIES, the highest discount and the stock promise (both 0–1 of price, of orders).

    automatic: whether it may be carried out without a person deciding.
    """

    policy: str
    discount_ceiling: float
    availability: float
    automatic: bool = True

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise ValueError(f"unknown policy {self.policy}: choose one of {', '.join(POLICIES)}")
        if not 0 <= self.discount_ceiling <= 1 or not 0 <= self.availability <= 1:
            raise ValueError("discount ceiling and availability must lie between 0 and 1")


PROTECT = CellPolicy("protect", 0.10, 0.99)
COST_ENGINEER = CellPolicy("cost_engineer", 0.08, 0.97)
RELATIONSHIP = CellPolicy("relationship", 0.03, 0.90)
DEVELOP = CellPolicy("develop", 0.05, 0.97)
REVIEW_TERMS = CellPolicy("review_terms", 0.0, 0.90)
STANDARD = CellPolicy("standard", 0.0, 0.90)
EXIT_REVIEW = CellPolicy("exit_review", 0.0, 0.0)


@dataclass(frozen=True)
class PolicyParams(Params):
    """The policy of every cell, customer class first; each may be changed.

    guard_stars: a customer with as many stars or more, or of strategic weight, is never reviewed for exit unasked.
    """

    A1: CellPolicy = PROTECT
    A2: CellPolicy = PROTECT
    A3: CellPolicy = COST_ENGINEER
    A4: CellPolicy = RELATIONSHIP
    B1: CellPolicy = PROTECT
    B2: CellPolicy = COST_ENGINEER
    B3: CellPolicy = COST_ENGINEER
    B4: CellPolicy = REVIEW_TERMS
    C1: CellPolicy = DEVELOP
    C2: CellPolicy = DEVELOP
    C3: CellPolicy = REVIEW_TERMS
    C4: CellPolicy = STANDARD
    D1: CellPolicy = DEVELOP
    D2: CellPolicy = STANDARD
    D3: CellPolicy = STANDARD
    D4: CellPolicy = EXIT_REVIEW
    guard_stars: int = 4


DEFAULTS = PolicyParams()


def policy_of(
    cell: str, *, stars: int | None = None, strategic: bool = False, params: PolicyParams = DEFAULTS
) -> CellPolicy:
    """The policy of one cell ("A1" … "D4") for one customer.

    A review for exit is left to a person (automatic = False) where the customer has four stars or more or is strategic.
    Errors: KeyError for a cell that does not exist. Source: methods §2 (a proposal of this house; the text of the
    published customer and product action matrix could not be retrieved and is not claimed).
    """
    found = _by_cell(params)[cell]
    guarded = strategic or (stars is not None and stars >= params.guard_stars)
    return replace(found, automatic=False) if guarded and found.policy == "exit_review" else found


def policies(params: PolicyParams = DEFAULTS) -> pa.Table:
    """All sixteen policies; one row a cell, A1 to D4.

    Out: cell, policy, discount_ceiling, availability (both 0–1), automatic. Source: methods §2.
    """
    rows = [{"cell": cell, **one.to_dict()} for cell, one in _by_cell(params).items()]
    return pa.Table.from_pylist(rows)


def _by_cell(params: PolicyParams) -> dict[str, CellPolicy]:
    return {name: found for name, found in vars(params).items() if isinstance(found, CellPolicy)}
