"""What a customer is offered for having waited: a table of rules by zone, grey reason and star (methods §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.analysis.capability.settings import ZONES
from holdfast.analysis.params import Params

APPROVERS = ("nobody", "owner", "manager")
PER_THOUSAND = 1_000


@dataclass(frozen=True)
class CompensationRule(Params):
    """One line of the table. zone: one of ZONES. grey: for grey reasons only, for others only, or null for both.
    stars_from: for customers with at least so many stars. share: thousandths of the price of the job. least_minor,
    cap_minor: the amount lies between them. approver: who has to agree, one of APPROVERS.

    Errors: ValueError for an unknown zone or approver, and where the cap is below the least.
    """

    zone: str
    grey: bool | None = None
    stars_from: int = 0
    share: int = 0
    least_minor: int = 0
    cap_minor: int = 0
    approver: str = "nobody"

    def __post_init__(self) -> None:
        if self.zone not in ZONES or self.approver not in APPROVERS:
            raise ValueError(f"a rule needs a zone of {', '.join(ZONES)} and an approver of {', '.join(APPROVERS)}")
        if not 0 <= self.least_minor <= self.cap_minor or self.share < 0:
            raise ValueError("a compensation lies between a least of 0 and more, and a cap that is not below it")

    def fits(self, zone: str, grey: bool, stars: int) -> bool:
        """Whether the line is about such a job."""
        return self.zone == zone and self.grey in (None, grey) and stars >= self.stars_from


@dataclass(frozen=True)
class Compensation:
    """amount_minor: what is offered. approver: who has to agree. capped: the cap held it down. rule: number of the line
    in the table, from 1; null where none fits."""

    amount_minor: int
    approver: str
    capped: bool
    rule: int | None


# A proposal of this house, to be edited: the first line that fits counts.
RULES = (
    CompensationRule("angry", grey=False, stars_from=4, share=200, least_minor=50_00, cap_minor=1_000_00, approver="manager"),
    CompensationRule("angry", grey=False, share=100, least_minor=20_00, cap_minor=500_00, approver="owner"),
    CompensationRule("angry", grey=True, share=50, least_minor=20_00, cap_minor=200_00, approver="owner"),
)  # fmt: skip


def compensation(
    zone: str, *, grey: bool, stars: int | None, price_minor: int, rules: Sequence[CompensationRule] = RULES
) -> Compensation:
    """What one job earns its customer, by the first line of the table that fits.

    In: zone (delight, acceptable, angry), whether its reason is grey, stars (null = none), price of the job in minor
    units. Out: Compensation. Formula: share × price, rounded half up, between least and cap; 0 where no line fits.
    Errors: ValueError for an unknown zone. Source: methods §7 (zone × grey reason × star → amount, cap, approver);
    the amounts are a proposal of this house.
    """
    if zone not in ZONES:
        raise ValueError(f"a zone is one of {', '.join(ZONES)}")
    for number, rule in enumerate(rules, start=1):
        if rule.fits(zone, grey, stars or 0):
            due = (2 * max(price_minor, 0) * rule.share + PER_THOUSAND) // (2 * PER_THOUSAND)
            amount = min(max(due, rule.least_minor), rule.cap_minor)
            return Compensation(amount, rule.approver, due > rule.cap_minor, number)
    return Compensation(0, "nobody", False, None)
