"""The same changes as the month-end fold and the nightly sweep, found customer by customer in compiled code.

For many purchases: no sorting of days, no pass over all customers for each month, and the changes come out in order.
Everything is in whole numbers, so both ways agree to the last bit; a test runs them side by side.
"""

from __future__ import annotations

import numpy as np

from holdfast.analysis.compiled import compiled
from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifecycle.clocks import Clocks
from holdfast.analysis.lifecycle.terms import (
    ACTIVATED,
    AT_RISK,
    DECLINING,
    GROWING,
    LOST,
    MATURE,
    RULES,
    SILENT,
    WON_BACK,
    LifecycleParams,
)

FIRST, SECOND, WON, BACK = (
    RULES.index(name) for name in ("first_purchase", "second_purchase", "won_back", "back_in_time")
)
STEADY, UPWARD, DOWNWARD, RECOVERED, OVERDUE = (
    RULES.index(name)
    for name in (
        "stable_two_months",
        "growing_two_months",
        "declining_two_months",
        "recovered_two_months",
        "overdue_95",
    )
)


def changes_of(ledger: Ledger, timing: Clocks, ends: list[int], params: LifecycleParams) -> tuple[Array, ...]:
    """Customer, day, stage, rule of every change that purchases, month ends and silence bring, by customer, then in time.

    ends: day numbers of the month ends to judge trends at.
    """
    bought = ledger.purchases
    given = (
        *(ledger.start.astype(np.int64), ledger.day, ledger.amount),
        *(bought.start.astype(np.int64), bought.count.astype(np.int64), bought.day),
        *(timing.watch_on, timing.risk_on, timing.silent_on, timing.silent_rule.astype(np.int64)),
        *(timing.lost_on, timing.lost_rule.astype(np.int64), np.array(ends, dtype=np.int64), ledger.today),
        *(params.trend_days, params.band_percent, params.months, params.mature_tenure_days),
        params.trend_history_days,
    )
    room = 2 * len(bought.day) + 4 * len(ledger)
    while True:
        owner, on = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        stage, rule = np.empty(room, dtype=np.int8), np.empty(room, dtype=np.int8)
        found = _walk(*given, owner, on, stage, rule)
        if found <= room:
            return owner[:found], on[:found], stage[:found], rule[:found]
        room = found


@compiled(
    "i8(i8[::1], i4[::1], i8[::1], i8[::1], i8[::1], i4[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1],"
    " i8[::1], i8, i8, i8, i8, i8, i8, i8[::1], i8[::1], i1[::1], i1[::1])"
)
def _walk(
    start: Array,
    day: Array,
    amount: Array,
    bought_start: Array,
    bought_count: Array,
    bought_day: Array,
    watch_on: Array,
    risk_on: Array,
    silent_on: Array,
    silent_rule: Array,
    lost_on: Array,
    lost_rule: Array,
    ends: Array,
    today: int,
    span: int,
    band: int,
    need: int,
    mature_days: int,
    history_days: int,
    out_owner: Array,
    out_on: Array,
    out_stage: Array,
    out_rule: Array,
) -> int:
    """Writes as many changes as there is room for; gives how many there are."""
    room, found = len(out_owner), 0
    for customer in range(len(bought_start)):
        if bought_count[customer] == 0:
            continue
        begin, stop = start[customer], start[customer + 1]
        first, last = bought_start[customer], bought_start[customer] + bought_count[customer] - 1
        first_day = bought_day[first]
        new, half, old = begin, begin, begin
        recent, before = 0, 0
        down_run, up_run, stable_run, calm_run = 0, 0, 0, 0
        month = np.searchsorted(ends, day[begin])
        place, stage = 0, 0
        for purchase in range(first, last + 1):
            on = bought_day[purchase]
            change, rule = -1, -1
            if purchase == first:
                place, change, rule = 0, ACTIVATED, FIRST
            elif min(silent_on[purchase - 1], lost_on[purchase - 1]) < on:
                place, change, rule = 0, WON_BACK, WON
            else:
                place += 1
                if place == 1:
                    change, rule = GROWING, SECOND
                elif risk_on[purchase - 1] < on:
                    change, rule = stage, BACK
            if change >= 0:
                stage = change
                if found < room:
                    out_owner[found], out_on[found], out_stage[found], out_rule[found] = customer, on, change, rule
                found += 1
            following = bought_day[purchase + 1] if purchase < last else np.int64(2**40)
            gone_on = min(silent_on[purchase], lost_on[purchase])
            overdue_on = min(risk_on[purchase], gone_on)
            # Month ends before the next purchase, and all up to now for those before the first.
            while month < len(ends) and ends[month] < following:
                end = ends[month]
                month += 1
                while new < stop and day[new] <= end:
                    recent += amount[new]
                    new += 1
                while half < stop and day[half] <= end - span:
                    recent -= amount[half]
                    before += amount[half]
                    half += 1
                while old < stop and day[old] <= end - 2 * span:
                    before -= amount[old]
                    old += 1
                if before > 0:
                    up, down = 100 * recent > (100 + band) * before, 100 * recent < (100 - band) * before
                else:
                    up, down = recent > before, recent < before
                down = down and end - first_day >= history_days
                calm = not down and recent > 0
                down_run = down_run + 1 if down else 0
                up_run = up_run + 1 if up else 0
                stable_run = stable_run + 1 if calm and not up else 0
                calm_run = calm_run + 1 if calm else 0
                if end < on or overdue_on <= end or stage < GROWING or stage > DECLINING:
                    continue
                change = -1
                if down_run >= need and stage != DECLINING:
                    change, rule = DECLINING, DOWNWARD
                elif stage == GROWING and stable_run >= need:
                    if end - first_day >= mature_days and watch_on[purchase] > end:
                        change, rule = MATURE, STEADY
                elif stage == DECLINING and calm_run >= need:
                    change, rule = MATURE, RECOVERED
                elif stage == MATURE and up_run >= need:
                    change, rule = GROWING, UPWARD
                if change >= 0:
                    stage = change
                    if found < room:
                        out_owner[found], out_on[found], out_stage[found], out_rule[found] = customer, end, change, rule
                    found += 1
            until = min(following, today + 1)
            if risk_on[purchase] < min(until, gone_on):
                if found < room:
                    out_owner[found], out_on[found] = customer, risk_on[purchase]
                    out_stage[found], out_rule[found] = AT_RISK, OVERDUE
                found += 1
            if silent_on[purchase] < min(until, lost_on[purchase]):
                if found < room:
                    out_owner[found], out_on[found] = customer, silent_on[purchase]
                    out_stage[found], out_rule[found] = SILENT, silent_rule[purchase]
                found += 1
            if lost_on[purchase] < until:
                if found < room:
                    out_owner[found], out_on[found] = customer, lost_on[purchase]
                    out_stage[found], out_rule[found] = LOST, lost_rule[purchase]
                found += 1
    return found
