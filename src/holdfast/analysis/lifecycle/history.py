"""Every stage change of every customer, and what follows from the list: stage today, dwell times, conversions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.days import Window
from holdfast.analysis.ledger import Array, Ledger, dates, day_number, nullable
from holdfast.analysis.lifecycle.clocks import NEVER, Clocks, clocks, episodes
from holdfast.analysis.lifecycle.terms import (
    ACTIVATED,
    AT_RISK,
    DECLINING,
    DEFAULTS,
    DEVELOPING,
    IDENTIFIED,
    LOST,
    RULES,
    SILENT,
    STAGES,
    WON_BACK,
    LifecycleParams,
)
from holdfast.analysis.lifecycle.trend import AT_PURCHASE, AT_SWEEP, Changes, fold_months, month_ends
from holdfast.analysis.lifecycle.walk import changes_of
from holdfast.analysis.rhythm import DEFAULTS as RHYTHM_DEFAULTS
from holdfast.analysis.rhythm import Priors, RhythmParams, priors
from holdfast.analysis.tables import Source

UNKNOWN = -(2**40)
BEFORE_PURCHASE = 0
# From so many purchase days on, loading compiled code costs less than it saves.
WALK_FROM = 50_000


def stages(
    days: Source | Ledger,
    *,
    as_of: date,
    customers: Source | None = None,
    params: LifecycleParams = DEFAULTS,
    rhythm_params: RhythmParams = RHYTHM_DEFAULTS,
    prior: Priors | None = None,
) -> pa.Table:
    """Each customer's stage at the end of as_of; one row per customer known from days or customers.

    In: customer days; customers (see `tables.CUSTOMERS`) optional. Out: customer_id, stage (one of STAGES),
    stage_since (date; null where the record has none), rule (one of RULES, why), previous_stage (null at first).
    Stages: identified and developing before any purchase; activated at the first, growing from the second;
    growing → mature after two month ends with 90-day revenue within ±10 % of the 90 days before, a year of tenure
    and p_gap < .80; → declining after two month ends below −10 % (judged from 180 days of tenure on);
    declining → mature after two month ends without; mature → growing after two above +10 %;
    at risk from p_gap ≥ .95 (or P(alive) < .5, if given); silent from p_gap ≥ .99, or 90 days after the last
    contact (if known) with p_gap ≥ .80; lost after max(365 days, 5 typical gaps), at the contract's end or with
    P(alive) < .1. A purchase leads back from at risk to the stage before, from silent or lost to won back.
    Purchases count before the month end and the nightly sweep of the same day. Source: methods §3.3 (LIF-06).
    """
    ledger = Ledger.of(days, as_of=as_of, customers=customers)
    customer, on, stage, rule = _changes(ledger, params, rhythm_params, prior).sorted()
    last = np.searchsorted(customer, np.arange(len(ledger)), side="right") - 1
    has_previous = (last > 0) & (customer[last - 1] == customer[last]) if len(last) else np.zeros(0, dtype=bool)
    return pa.table(
        {
            "customer_id": ledger.ids,
            "stage": _named(STAGES, stage[last]),
            "stage_since": dates(on[last]),
            "rule": _named(RULES, rule[last]),
            "previous_stage": _named(STAGES, np.where(has_previous, stage[last - 1], -1)),
        }
    )


def stage_history(
    days: Source | Ledger,
    *,
    as_of: date,
    customers: Source | None = None,
    params: LifecycleParams = DEFAULTS,
    rhythm_params: RhythmParams = RHYTHM_DEFAULTS,
    prior: Priors | None = None,
) -> pa.Table:
    """Every stage each customer entered up to as_of; one row per change, by customer, then in time.

    In: as `stages`. Out: customer_id, on (date; null where the record has none), stage, rule.
    The last row of a customer is what `stages` says. Source: methods §3.3 (LIF-08).
    """
    ledger = Ledger.of(days, as_of=as_of, customers=customers)
    customer, on, stage, rule = _changes(ledger, params, rhythm_params, prior).sorted()
    return pa.table(
        {
            "customer_id": ledger.ids.take(pa.array(customer)),
            "on": dates(on),
            "stage": _named(STAGES, stage),
            "rule": _named(RULES, rule),
        }
    )


def _changes(ledger: Ledger, params: LifecycleParams, rhythm_params: RhythmParams, prior: Priors | None) -> Changes:
    prior = prior or priors(ledger, as_of=ledger.as_of, params=rhythm_params)
    timing = clocks(ledger, prior, params, rhythm_params)
    if len(ledger.purchases.day) >= WALK_FROM:
        ends = month_ends(int(ledger.purchases.day.min()), ledger.today)
        changes = Changes(walked=changes_of(ledger, timing, ends, params))
    else:
        changes = fold_months(ledger, timing, episodes(ledger, timing), params)
        _add_silence(changes, ledger, timing)
    _add_leads(changes, ledger, params)
    _add_p_alive(changes, ledger, params)
    return changes


def _add_leads(changes: Changes, ledger: Ledger, params: LifecycleParams) -> None:
    """Before the first purchase: identified, in development, dormant again."""
    bought = ledger.purchases
    limit = np.where(bought.has_any, bought.first_day.astype(np.int64), ledger.today + 1)
    far = int(NEVER)
    last_contact = ledger.attribute_day("last_contact_on", far)
    contact = np.minimum(ledger.attribute_day("first_contact_on", far), last_contact)
    seen = np.minimum(ledger.attribute_day("first_seen_on", far), contact)
    lead = np.flatnonzero((seen < limit) | ~bought.has_any)
    seen_on = np.where(seen <= ledger.today, seen, UNKNOWN)[lead]
    changes.add(lead, seen_on, IDENTIFIED, RULES.index("lead_recorded"), BEFORE_PURCHASE)
    touched = np.flatnonzero(contact < limit)
    changes.add(touched, contact[touched], DEVELOPING, RULES.index("first_contact"), AT_PURCHASE)
    latest = np.where(last_contact < limit, np.maximum(last_contact, contact), contact)
    dormant_on = latest + params.dormant_days
    dormant = np.flatnonzero((contact < limit) & (dormant_on < limit))
    changes.add(dormant, dormant_on[dormant], IDENTIFIED, RULES.index("dormant_lead"), AT_SWEEP)


def _add_silence(changes: Changes, ledger: Ledger, timing: Clocks) -> None:
    """What the nightly sweep finds after each purchase, until the next one or as_of."""
    owner = ledger.purchases.customer
    until = np.minimum(timing.next_day, ledger.today + 1)
    risk = timing.risk_on < np.minimum(until, timing.gone_on)
    changes.add(owner[risk], timing.risk_on[risk], AT_RISK, RULES.index("overdue_95"), AT_SWEEP)
    silent = timing.silent_on < np.minimum(until, timing.lost_on)
    changes.add(owner[silent], timing.silent_on[silent], SILENT, timing.silent_rule[silent], AT_SWEEP)
    lost = timing.lost_on < until
    changes.add(owner[lost], timing.lost_on[lost], LOST, timing.lost_rule[lost], AT_SWEEP)


def _add_p_alive(changes: Changes, ledger: Ledger, params: LifecycleParams) -> None:
    """P(alive) is known as of as_of only, so it can only move customers on that day."""
    given = ledger.attribute("p_alive")
    if given is None:
        return
    chance = given.cast(pa.float64()).fill_null(1.0).to_numpy(zero_copy_only=False)
    customer, _, stage, _ = changes.sorted()
    last = np.searchsorted(customer, np.arange(len(ledger)), side="right") - 1
    now = stage[last]
    bought = ledger.purchases.has_any
    gone = np.flatnonzero(bought & (chance < params.alive_lost) & (now != LOST))
    changes.add(gone, ledger.today, LOST, RULES.index("p_alive_gone"), AT_SWEEP + 1)
    active = ((now >= ACTIVATED) & (now <= DECLINING)) | (now == WON_BACK)
    low = (chance < params.alive_risk) & (chance >= params.alive_lost)
    risky = np.flatnonzero(bought & low & active)
    changes.add(risky, ledger.today, AT_RISK, RULES.index("p_alive_low"), AT_SWEEP + 1)


def _named(names: Sequence[str], codes: Array) -> pa.Array:
    """Codes as text, null for −1."""
    known = codes >= 0
    picked = pa.array(np.where(known, codes, 0).astype(np.int8), mask=~known)
    return pa.array(names, pa.string()).take(picked)


def entered(history: pa.Table, *, stages: Sequence[str], window: Window) -> pa.Table:
    """Who entered one of these stages inside the window from outside them; one row per change.

    In: `stage_history`. Out: the same columns. A customer who goes from silent to lost counts once, when silent.
    With stages ("silent", "lost") and a month this is the report's headline 流失. Source: methods §3.4, §11.
    """
    inside = pc.is_in(history["stage"], value_set=pa.array(list(stages), pa.string()))
    previous = _previous(history, inside.cast(pa.int8()).fill_null(0).to_numpy(), 0)
    fresh = pa.array(previous == 0)
    lower = pc.greater_equal(history["on"], pa.scalar(window.start, pa.date32()))
    upper = pc.less(history["on"], pa.scalar(window.end, pa.date32()))
    return history.filter(pc.and_(pc.and_(inside, fresh), pc.fill_null(pc.and_(lower, upper), False)))


def dwell(history: pa.Table, *, as_of: date) -> pa.Table:
    """How long each stage lasted; one row per change.

    In: `stage_history`. Out: customer_id, stage, on, until (date the next stage began; null while it lasts),
    days (up to until or as_of; null where `on` is unknown). Source: mission LIF-08.
    """
    on = history["on"].cast(pa.int32()).fill_null(UNKNOWN_DAY).to_numpy().astype(np.int64)
    following = np.append(on[1:], 0)[: len(on)]
    lasts = np.append(_previous(history, np.ones(len(on), dtype=np.int8), 0)[1:] == 0, True)[: len(on)]
    until = np.where(lasts, day_number(as_of), following)
    return pa.table(
        {
            "customer_id": history["customer_id"],
            "stage": history["stage"],
            "on": history["on"],
            "until": dates(until, ~lasts),
            "days": nullable(until - on, on != UNKNOWN_DAY),
        }
    )


def conversions(history: pa.Table, *, window: Window) -> pa.Table:
    """How many stage changes of each kind fell into the window; one row per pair.

    In: `stage_history`. Out: from_stage (null for a customer's first), to_stage, n. Source: mission LIF-08.
    """
    codes = pc.index_in(history["stage"], value_set=pa.array(STAGES)).to_numpy()
    before = _named(STAGES, _previous(history, codes, -1))
    pairs = pa.table({"from_stage": before, "to_stage": history["stage"], "on": history["on"]})
    lower = pc.greater_equal(pairs["on"], pa.scalar(window.start, pa.date32()))
    upper = pc.less(pairs["on"], pa.scalar(window.end, pa.date32()))
    inside = pairs.filter(pc.fill_null(pc.and_(lower, upper), False))
    counted = inside.group_by(["from_stage", "to_stage"]).aggregate([("on", "count")])
    ordered = counted.sort_by([("from_stage", "ascending"), ("to_stage", "ascending")])
    return ordered.rename_columns({"on_count": "n"}).select(["from_stage", "to_stage", "n"])


UNKNOWN_DAY = -(2**31)


def _previous(history: pa.Table, values: Array, first: int) -> Array:
    """The value of the row before of the same customer, `first` where there is none."""
    if not len(values):
        return values.astype(np.int64)
    names = history["customer_id"].combine_chunks()
    same = pc.equal(names[1:], names[:-1]).to_numpy(zero_copy_only=False).astype(bool)
    shifted = np.append(first, values[:-1]).astype(np.int64)
    shifted[1:][~same] = first
    return shifted
