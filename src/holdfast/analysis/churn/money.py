"""What a loss costs, and what an intervention is worth: small sums with every assumption open to change (methods §5)."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.analysis.params import Params


@dataclass(frozen=True)
class CostOfLossParams(Params):
    """The card of a lost customer: all of it may be changed by the company.

    weekly_spend: major units. weeks: of a year. p_leave: chance of leaving (0–1). margin: share of revenue. years,
    discount: horizon and yearly rate. told_others, others_lost: people who hear of it, and the share of them lost.
    """

    weekly_spend: float = 100.0
    weeks: float = 52.0
    p_leave: float = 1.0
    margin: float = 0.30
    years: int = 5
    discount: float = 0.10
    told_others: float = 0.0
    others_lost: float = 0.0


@dataclass(frozen=True)
class CostOfLoss:
    """year: revenue of a year. at_risk: × the chance. margin_at_risk: × margin. years: of several years, discounted.

    word_of_mouth: revenue of a year of those lost through what they were told; a line of its own, never added in.
    """

    year: float
    at_risk: float
    margin_at_risk: float
    years: float
    word_of_mouth: float


def cost_of_loss(params: CostOfLossParams) -> CostOfLoss:
    """The card "100 a week is 5,200 a year".

    Formula: year = weekly·weeks; at_risk = year·p; margin = at_risk·margin; years = year·Σ (1+d)^−k, k = 0 … years−1
    (paid at the start of each year). Out: CostOfLoss, major units. Source: seed article 003; methods §5.
    """
    year = params.weekly_spend * params.weeks
    several = sum((1 + params.discount) ** -k for k in range(params.years))
    at_risk = year * params.p_leave
    return CostOfLoss(
        year, at_risk, at_risk * params.margin, year * several, year * params.told_others * params.others_lost
    )


@dataclass(frozen=True)
class InterventionParams(Params):
    """success: share of those leaving who stay when contacted (measure it on a random hold-out). value: margin of a kept
    customer. offer: cost of the offer, also taken by who would have stayed. contact: cost of the contact. Major units.
    """

    success: float = 0.3
    value: float = 300.0
    offer: float = 20.0
    contact: float = 5.0


@dataclass(frozen=True)
class Intervention:
    """value: expected gain of contacting this customer. break_even: chance of leaving from which it pays; null: never."""

    value: float
    break_even: float | None


def intervention(p_leave: float, params: InterventionParams) -> Intervention:
    """Whether contacting a customer pays.

    Formula: p·γ·(V−d) − (1−p)·d − c; break-even p = (c+d)/(γ(V−d)+d). Out: Intervention, major units.
    Source: methods §5: p .4, γ .3, V 300, d 20, c 5 → 16.6, break-even .2404.
    """
    gain = params.success * (params.value - params.offer)
    value = p_leave * gain - (1 - p_leave) * params.offer - params.contact
    below = gain + params.offer
    point = (params.contact + params.offer) / below if below > 0 else None
    return Intervention(value, point if point is not None and point <= 1 else None)


def win_back_value(p_return: float, value: float, cost: float) -> float:
    """Expected gain of trying to win a lost customer back: P(return | contact)·value − cost. Source: methods §5."""
    return p_return * value - cost


def keep_or_win(budget: float, *, cost_to_win: float, cost_to_keep: float) -> tuple[float, float]:
    """How many customers a budget wins anew, and how many it keeps.

    Source: methods §5: 10,000 at 500 and 100 → 20 or 100. Errors: ValueError where a cost is not above 0.
    """
    if cost_to_win <= 0 or cost_to_keep <= 0:
        raise ValueError("the cost of winning and of keeping a customer must be above 0")
    return budget / cost_to_win, budget / cost_to_keep


def cost_ratio(acquisition: float, new: int, retention: float, retained: int) -> float | None:
    """How many times dearer it is to win a customer than to keep one, from the company's own books.

    In: cost of acquisition and of retention in the same period (money), customers won, and customers at risk who were
    kept. Out: a ratio, to stand in the place of the handed-down 5:1; null where nobody was won or kept, or keeping cost
    nothing. Formula: (acquisition ÷ new) ÷ (retention ÷ retained). Source: methods §5.
    """
    if new <= 0 or retained <= 0 or retention <= 0:
        return None
    return (acquisition / new) / (retention / retained)
