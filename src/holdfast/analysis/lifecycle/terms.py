"""The words and settings of the life cycle (methods §3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.analysis.params import Params

STAGES = (
    "identified",
    "developing",
    "activated",
    "growing",
    "mature",
    "declining",
    "at_risk",
    "silent",
    "lost",
    "won_back",
)
IDENTIFIED, DEVELOPING, ACTIVATED, GROWING, MATURE, DECLINING, AT_RISK, SILENT, LOST, WON_BACK = range(10)

RULES = (
    "lead_recorded",  # known, no contact yet
    "first_contact",  # contact or quote, no order
    "dormant_lead",  # 180 days without any event: back to identified
    "first_purchase",
    "second_purchase",
    "stable_two_months",  # growing → mature
    "growing_two_months",  # mature → growing
    "declining_two_months",
    "recovered_two_months",  # declining → mature
    "overdue_95",  # silent for longer than 95 % of the usual gaps
    "p_alive_low",
    "overdue_99",
    "no_contact",  # no two-way contact for 90 days and longer than 80 % of the usual gaps
    "long_absence",  # a year, or five usual gaps if that is longer
    "contract_ended",
    "p_alive_gone",
    "back_in_time",  # bought while at risk: back to the stage before
    "won_back",  # bought after silent or lost
)


@dataclass(frozen=True)
class LifecycleParams(Params):
    """Settings of the state machine.

    trend_days: length of the two windows compared. band_percent: within ± this the trend is stable.
    months: month ends in a row that a trend must last. mature_tenure_days: before that a customer is growing.
    trend_history_days: no decline is judged before both windows lie inside the customer's life.
    no_contact_days, dormant_days, lost_days: days. lost_gaps: typical gaps. alive_risk, alive_lost: chances.
    """

    trend_days: int = 90
    band_percent: int = 10
    months: int = 2
    mature_tenure_days: int = 365
    trend_history_days: int = 180
    no_contact_days: int = 90
    dormant_days: int = 180
    lost_days: int = 365
    lost_gaps: float = 5.0
    alive_risk: float = 0.5
    alive_lost: float = 0.1


DEFAULTS = LifecycleParams()
