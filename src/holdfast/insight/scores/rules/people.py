"""What is said of each customer of a part without looking at the customers of other parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import churn, lifecycle, movement, reasons, rhythm
from holdfast.analysis.accounts import AnalyzeParams, Whole
from holdfast.analysis.days import Window, comparison
from holdfast.analysis.forecast.views import Known, came
from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.insight.scores.rules.columns import COMPARISONS

RECENT_DAYS = 12
LOST_STAGES = ("silent", "lost")


def described(ledger: Ledger, whole: Whole, params: AnalyzeParams, *, ahead: bool) -> pa.Table:
    """One row a customer of the ledger; null where a table of the engine has no row for the customer.

    ahead: also what the forecast needs, under `now_*` and `look*`.
    """
    pace = rhythm.rhythm(ledger, as_of=ledger.as_of, params=params.rhythm, prior=whole.prior)
    history = lifecycle.stage_history(
        ledger, as_of=ledger.as_of, params=params.lifecycle, rhythm_params=params.rhythm, prior=whole.prior
    )
    staged = _latest(history)
    parts = [
        pace,
        _ranked(ledger, params),
        staged.rename_columns({"rule": "stage_rule"}),
        _entered(history, staged, whole.month),
        *_moved(ledger, whole, params),
        _month_profit(ledger, whole.month),
        _recent(ledger),
        *_told(ledger, pace, staged, params),
    ]
    views = _views(ledger, whole) if ahead else {}
    return pa.table({**joined(ledger.ids, parts), **views})


def joined(ids: pa.Array, tables: list[pa.Table]) -> dict[str, pa.Array]:
    """Every column of these tables, one entry for each of `ids`, null where a table has no row."""
    found: dict[str, pa.Array] = {"customer_id": ids}
    for table in tables:
        keys = table["customer_id"].combine_chunks()
        same = keys.equals(ids)
        place = None if same else pc.index_in(ids, value_set=keys)
        for name in table.column_names:
            if name != "customer_id":
                values = table[name].combine_chunks()
                found[name] = values if place is None else values.take(place)
    return found


def _ranked(ledger: Ledger, params: AnalyzeParams) -> pa.Table:
    """What RFM ranks: of those who bought."""
    bought = ledger.purchases
    who = bought.has_any
    money = ledger.between(ledger.today - params.rfm.window_days, ledger.today, "amount_minor")
    return pa.table(
        {
            "customer_id": ledger.ids.filter(pa.array(who)),
            "recency_days": (ledger.today - bought.last_day.astype(np.int64))[who].astype(np.int32),
            "frequency": bought.count[who].astype(np.int32),
            "monetary_minor": money[who],
        }
    )


def _latest(history: pa.Table) -> pa.Table:
    """The last stage of each customer, which is that of today, as `lifecycle.stages` gives it."""
    keys = history["customer_id"].to_numpy()
    last = np.flatnonzero(np.append(keys[1:] != keys[:-1], [True] * bool(len(keys))))
    before = np.maximum(last - 1, 0)
    same = (last > 0) & (keys[before] == keys[last])
    now = history.take(pa.array(last))
    return pa.table(
        {
            "customer_id": now["customer_id"],
            "stage": now["stage"],
            "stage_since": now["on"],
            "rule": now["rule"],
            "previous_stage": history["stage"].take(pa.array(before, mask=~same)),
        }
    )


def _entered(history: pa.Table, staged: pa.Table, month: Window) -> pa.Table:
    """When a customer left within the movement month; who has bought again by as_of did not leave."""
    away = staged.filter(pc.is_in(staged["stage"], value_set=pa.array(list(LOST_STAGES), pa.string())))
    gone = lifecycle.entered(history, stages=LOST_STAGES, window=month)
    gone = gone.filter(pc.is_in(gone["customer_id"], value_set=away["customer_id"].combine_chunks()))
    first = gone.group_by("customer_id").aggregate([("on", "min")])
    return first.rename_columns({"on_min": "lost_on"})


def _moved(ledger: Ledger, whole: Whole, params: AnalyzeParams) -> list[pa.Table]:
    """The movement month against each of the windows it is compared with; who was due by its end."""
    last = day_number(whole.month.last_day)
    chance = rhythm.chances(ledger, last, whole.prior_then, params.rhythm)
    found = []
    for kind, prefix in COMPARISONS.items():
        windows = comparison(whole.month, kind)  # type: ignore[arg-type]
        table = movement.moves(ledger, *windows, chance, params.movement).table(ledger.ids)
        names = [name if name == "customer_id" else f"{prefix}{name}" for name in table.column_names]
        found.append(table.rename_columns(names))
    return found


def _month_profit(ledger: Ledger, month: Window) -> pa.Table:
    """Profit of the month where a line of it has a cost; what its costed lines brought in."""
    days = ledger.table
    inside = pc.and_(
        pc.greater_equal(days["day"], pa.scalar(month.start, pa.date32())),
        pc.less(days["day"], pa.scalar(month.end, pa.date32())),
    )
    summed = days.filter(inside).group_by("customer_id").aggregate([("profit_minor", "sum"), ("costed_minor", "sum")])
    return summed.rename_columns({"profit_minor_sum": "month_profit_minor", "costed_minor_sum": "month_costed_minor"})


def _recent(ledger: Ledger) -> pa.Table:
    """The last purchase days of each customer, oldest first."""
    bought = ledger.purchases
    keep = np.minimum(bought.count, RECENT_DAYS)
    wanted = bought.rank >= (bought.count - keep)[bought.customer]
    offsets = np.concatenate(([0], np.cumsum(keep))).astype(np.int32)
    values = pa.array(bought.day[wanted].astype(np.int32)).cast(pa.date32())
    return pa.table({"customer_id": ledger.ids, "recent_days": pa.ListArray.from_arrays(pa.array(offsets), values)})


def _told(ledger: Ledger, pace: pa.Table, staged: pa.Table, params: AnalyzeParams) -> list[pa.Table]:
    risks = churn.risk(pace, staged, ledger, as_of=ledger.as_of)
    told = reasons.reasons(pace, staged, ledger, as_of=ledger.as_of, params=params.reasons)
    return [risks.select(["customer_id", "risk", "money_at_stake_minor"]), told]


def _views(ledger: Ledger, whole: Whole) -> Mapping[str, Array]:
    """What the forecast needs: each customer as known today and on the days that back-tests look from."""
    columns = {"first_day": ledger.purchases.first_day, **_known("now", Known.of(ledger, ledger.today))}
    for number, (day, days) in enumerate(whole.looks):
        columns |= _known(f"look{number}", Known.of(ledger, day))
        columns[f"look{number}_came"] = came(ledger, day, days).astype(np.int32)
    return columns


def _known(prefix: str, known: Known) -> dict[str, Array]:
    return {f"{prefix}_{field.name}": getattr(known, field.name) for field in fields(Known)}
