"""When, after each purchase, silence becomes a stage of its own; and where a customer's life begins anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifecycle.terms import RULES, LifecycleParams
from holdfast.analysis.rhythm import Pace, Priors, RhythmParams, pace

NEVER = np.int64(2**40)


@dataclass(frozen=True)
class Clocks:
    """Per purchase: the days on which the next stage falls due if nothing is bought before `next_day`."""

    next_day: Array
    watch_on: Array
    risk_on: Array
    silent_on: Array
    silent_rule: Array
    lost_on: Array
    lost_rule: Array

    @property
    def gone_on(self) -> Array:
        """First day silent or lost."""
        return np.minimum(self.silent_on, self.lost_on)

    @property
    def overdue_on(self) -> Array:
        """First day at risk, silent or lost."""
        return np.minimum(self.risk_on, self.gone_on)


@dataclass(frozen=True)
class Episodes:
    """Per purchase: its place since the first purchase or the last win-back, and whether it ended a risk."""

    place: Array
    second_day: Array
    after_risk: Array


def clocks(ledger: Ledger, priors: Priors, params: LifecycleParams, rhythm_params: RhythmParams) -> Clocks:
    """The clocks that each purchase starts, by the rhythm known on that day."""
    bought = ledger.purchases
    own = pace(ledger, priors, rhythm_params)
    day = bought.day.astype(np.int64)
    next_day = _next_days(ledger)
    watch_on = day + own.days_until(rhythm_params.watch)
    silent_on, silent_rule = _silence(ledger, own, day, next_day, watch_on, params, rhythm_params)
    lost_on, lost_rule = _loss(ledger, own, day, next_day, params)
    return Clocks(
        next_day=next_day,
        watch_on=watch_on,
        risk_on=day + own.days_until(rhythm_params.risk),
        silent_on=silent_on,
        silent_rule=silent_rule,
        lost_on=lost_on,
        lost_rule=lost_rule,
    )


def _next_days(ledger: Ledger) -> Array:
    bought = ledger.purchases
    following = np.append(bought.day[1:].astype(np.int64), NEVER)
    last = (bought.start + bought.count - 1)[bought.has_any]
    following[last] = NEVER
    return following[: len(bought.day)]


def _silence(
    ledger: Ledger,
    own: Pace,
    day: Array,
    next_day: Array,
    watch_on: Array,
    params: LifecycleParams,
    rhythm_params: RhythmParams,
) -> tuple[Array, Array]:
    by_rhythm = day + own.days_until(rhythm_params.silent)
    if ledger.attribute("last_contact_on") is None:
        return by_rhythm, np.full(len(day), RULES.index("overdue_99"))
    contact = ledger.attribute_day("last_contact_on", -1)[ledger.purchases.customer]
    # Only the last contact is known: a gap that ended before it may have been full of contacts.
    known = (contact >= 0) & (contact < next_day)
    by_contact = np.maximum(watch_on, np.maximum(day, contact) + params.no_contact_days)
    by_contact = np.where(known, by_contact, NEVER)
    rule = np.where(by_contact < by_rhythm, RULES.index("no_contact"), RULES.index("overdue_99"))
    return np.minimum(by_rhythm, by_contact), rule


def _loss(ledger: Ledger, own: Pace, day: Array, next_day: Array, params: LifecycleParams) -> tuple[Array, Array]:
    wait = np.ceil(np.minimum(params.lost_gaps * np.exp(np.minimum(own.mu, 40.0)), 2.0**31))
    by_time = day + np.maximum(wait.astype(np.int64), params.lost_days)
    if ledger.attribute("contract_ended_on") is None:
        return by_time, np.full(len(day), RULES.index("long_absence"))
    ended = ledger.attribute_day("contract_ended_on", -1)[ledger.purchases.customer]
    applies = (ended >= day) & (ended < next_day)
    by_contract = np.where(applies, ended, NEVER)
    rule = np.where(by_contract <= by_time, RULES.index("contract_ended"), RULES.index("long_absence"))
    return np.minimum(by_time, by_contract), rule


def episodes(ledger: Ledger, timing: Clocks) -> Episodes:
    """Number the purchases anew from the first one and from each one that wins the customer back."""
    bought = ledger.purchases
    index = np.arange(len(bought.day))
    begins = bought.rank == 0
    after_risk = np.zeros(len(index), dtype=bool)
    if len(index) > 1:
        begins[1:] |= timing.gone_on[:-1] < bought.day[1:]
        after_risk[1:] = ~begins[1:] & (timing.risk_on[:-1] < bought.day[1:])
    origin = np.maximum.accumulate(np.where(begins, index, 0))
    second = np.minimum(origin + 1, max(len(index) - 1, 0))
    return Episodes(place=index - origin, second_day=bought.day[second], after_risk=after_risk)
