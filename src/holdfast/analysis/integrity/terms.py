"""The words and settings of payment integrity (methods §1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.analysis.params import Params

PARTS = ("payment", "promises", "disputes", "returns")
GATES = ("overdue_90", "write_off", "fraud")


@dataclass(frozen=True)
class IntegrityWeights(Params):
    """What each part of integrity counts for; re-normalised over the parts that are known.

    Errors: ValueError where one is negative or none is above 0.
    """

    payment: float = 0.55
    promises: float = 0.20
    disputes: float = 0.15
    returns: float = 0.10

    def __post_init__(self) -> None:
        values = [self.of(part) for part in PARTS]
        if min(values) < 0 or sum(values) <= 0:
            raise ValueError("weights of integrity must be at least 0, and one of them above 0")

    def of(self, part: str) -> float:
        """The weight of one part."""
        return float(getattr(self, part))


@dataclass(frozen=True)
class IntegrityParams(Params):
    """Settings of payment integrity.

    weights: of the four parts. window_days: how far back what was decided counts (0 = all); what is open counts
    however old. knots: (days beyond terms, index) between which the index runs straight. min_invoices: fewer with an
    outcome give no integrity. full_invoices: fewer draw it towards the portfolio. kappa: weight of the portfolio in a
    shrunk share where it cannot be told from the data. gate_days: an item open longer beyond its terms shuts the gate.
    write_off_days: a write-off shuts it for so long.
    """

    weights: IntegrityWeights = IntegrityWeights()
    window_days: int = 365
    knots: tuple[tuple[float, float], ...] = (
        *((-30.0, 100.0), (-20.0, 90.0), (0.0, 80.0), (15.0, 70.0), (22.0, 60.0)),
        *((30.0, 50.0), (60.0, 40.0), (90.0, 30.0), (120.0, 20.0)),
    )
    min_invoices: int = 3
    full_invoices: int = 10
    kappa: float = 8.0
    gate_days: int = 90
    write_off_days: int = 730


@dataclass(frozen=True)
class CreditParams(Params):
    """Settings of the credit-limit proposal.

    factors: (index from which, share of sales × terms), the best first; below the last nothing is lent. year_days:
    days that the yearly sales are spread over. equity_share: of the customer's own equity; concentration: of ours.
    step: a review changes the limit by at most this share. loss_given_default: what a default costs of the exposure.
    """

    factors: tuple[tuple[float, float], ...] = ((80.0, 1.2), (70.0, 1.0), (60.0, 0.8), (50.0, 0.5))
    year_days: int = 365
    equity_share: float = 0.10
    concentration: float = 0.05
    step: float = 0.25
    loss_given_default: float = 0.45


@dataclass(frozen=True)
class LateParams(Params):
    """Settings of the chance that an invoice is paid late.

    prior_late, prior_weight: the share expected before anything is known, and how many invoices that is worth.
    kappa: weight of the portfolio in a customer's share. recent: invoices that count as his latest. recent_days: what
    counts as lately for the portfolio. ridge: how firmly the model holds to its start. max_training: newest outcomes
    that it learns from. min_new: outcomes needed to learn anew at the start of a month.
    """

    prior_late: float = 0.25
    prior_weight: float = 4.0
    kappa: float = 4.0
    recent: int = 4
    recent_days: int = 90
    ridge: float = 20.0
    max_training: int = 100_000
    min_new: int = 20


DEFAULTS = IntegrityParams()
