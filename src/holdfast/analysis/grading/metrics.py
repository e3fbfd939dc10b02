"""The five metrics behind the 5A scores, from customer days and what else is known (methods §1.1, §1.3)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.grading.terms import DEFAULTS, GradingParams
from holdfast.analysis.ledger import Array, Ledger, nullable
from holdfast.analysis.scale import mid_rank_scores
from holdfast.analysis.tables import Source, arrow

SUMS = (
    *("amount_minor", "gross_minor", "costed_minor", "profit_minor", "returned_minor"),
    *("list_minor", "listed_minor"),
)
# Higher is harder, for all six.
DIFFICULTY_GIVEN = ("hours_per_10k", "complaints_per_100", "order_changes", "response_days")


def metrics(
    days: Source | Ledger,
    *,
    as_of: date,
    extra: Source | None = None,
    params: GradingParams = DEFAULTS,
) -> pa.Table:
    """The five 5A metrics of the trailing window; one row per customer with a day in the ledger.

    In: customer days; extra (optional): customer_id and any of integrity (0–100), effort_hours, service_cost_minor,
    hours_per_10k, complaints_per_100, order_changes (per order), response_days (median).
    Out: customer_id, tenure_days (since the first purchase; null without one), orders (purchase days ever),
    revenue (net, minor units, may be 0 or negative), profit (minor units; null where the cost of less than 80 % of
    the revenue is known, or nothing was sold), efficiency (profit per full-time year of effort, minor units; null
    below 2 hours or without profit), integrity (0–100), difficulty (0–100, high = hard; null with less than 3 of
    its 6 parts), costed_share (0–1), return_rate and price_concession (0–1), each null where unknown.
    Profit = Σ(net − cost) of costed lines − service cost; it is not scaled up for uncosted ones.
    Difficulty = 100·mean of the mid-rank percentiles of: service hours per 10k revenue, complaints per 100 orders,
    price concession (list − net) ÷ list, order changes, return rate, response days. Source: methods §1.1, §1.3.
    """
    ledger = Ledger.of(days, as_of=as_of)
    bought, sums = ledger.purchases, window_sums(ledger, params.window_days)
    return metrics_of(ledger.ids, ledger.today - bought.first_day, bought.count, sums, extra=extra, params=params)


def window_sums(ledger: Ledger, window_days: int) -> dict[str, Array]:
    """The money of the trailing window per customer, minor units: the columns of SUMS, 0 where a column is not known."""
    return {name: ledger.between(ledger.today - window_days, ledger.today, name) for name in SUMS}


def metrics_of(
    ids: pa.Array,
    tenure: Array,
    orders: Array,
    sums: dict[str, Array],
    *,
    extra: Source | None = None,
    params: GradingParams = DEFAULTS,
) -> pa.Table:
    """The table of `metrics` from days since the first purchase, purchase days ever (0: never bought), `window_sums`."""
    given = _Given(ids, extra)
    bought = orders > 0
    profit, profit_known, costed = _profit(sums, given, params)
    efficiency, efficiency_known = _efficiency(profit, profit_known, given, params)
    returned, returned_known = _ratio(sums["returned_minor"], sums["amount_minor"] + sums["returned_minor"])
    conceded, conceded_known = _ratio(sums["list_minor"] - sums["listed_minor"], sums["list_minor"])
    own = {"return_rate": (returned, returned_known), "price_concession": (conceded, conceded_known)}
    hard, hard_known = _difficulty(own, given, params)
    integrity, integrity_known = given.column("integrity")
    return pa.table(
        {
            "customer_id": ids,
            "tenure_days": nullable(tenure.astype(np.int32), bought),
            "orders": orders.astype(np.int32),
            "revenue": nullable(sums["amount_minor"].astype(np.float64), bought),
            "profit": nullable(profit, profit_known),
            "efficiency": nullable(efficiency, efficiency_known),
            "integrity": nullable(integrity, integrity_known),
            "difficulty": nullable(hard, hard_known),
            "costed_share": nullable(costed, sums["gross_minor"] > 0),
            "return_rate": nullable(returned, returned_known),
            "price_concession": nullable(conceded, conceded_known),
        }
    )


class _Given:
    """Numbers from the `extra` table, one entry for each of the ids."""

    def __init__(self, ids: pa.Array, extra: Source | None) -> None:
        self.size = len(ids)
        self.table = arrow(extra) if extra is not None else None
        if self.table is not None:
            keys = self.table["customer_id"].combine_chunks()
            self.position = pc.index_in(ids, keys.cast(ids.type))

    def column(self, name: str) -> tuple[Array, Array]:
        """The values and which of them are known."""
        if self.table is None or name not in self.table.column_names:
            return np.zeros(self.size), np.zeros(self.size, dtype=bool)
        found = self.table[name].combine_chunks().cast(pa.float64()).take(self.position)
        known = found.is_valid().to_numpy(zero_copy_only=False).astype(bool)
        return found.fill_null(0.0).to_numpy(zero_copy_only=False), known


def _profit(sums: dict[str, Array], given: _Given, params: GradingParams) -> tuple[Array, Array, Array]:
    costed, any_line = _ratio(sums["costed_minor"], sums["gross_minor"])
    service, _ = given.column("service_cost_minor")
    profit = sums["profit_minor"] - service
    return profit, any_line & (costed >= params.cost_evidence), costed


def _efficiency(profit: Array, known: Array, given: _Given, params: GradingParams) -> tuple[Array, Array]:
    hours, logged = given.column("effort_hours")
    enough = known & logged & (hours >= params.min_effort_hours)
    return profit / np.where(enough, hours / params.standard_hours, 1.0), enough


def _ratio(part: Array, whole: Array) -> tuple[Array, Array]:
    known = whole > 0
    return part / np.where(known, whole, 1), known


def _difficulty(own: dict[str, tuple[Array, Array]], given: _Given, params: GradingParams) -> tuple[Array, Array]:
    parts = [*own.values(), *(given.column(name) for name in DIFFICULTY_GIVEN)]
    total, count = np.zeros(given.size), np.zeros(given.size, dtype=np.int64)
    if sum(bool(known.any()) for _, known in parts) < params.min_difficulty_parts:
        return total, np.zeros(given.size, dtype=bool)
    for values, known in parts:
        total[known] += mid_rank_scores(values[known], np.sort(values[known]))
        count += known
    return total / np.maximum(count, 1), count >= params.min_difficulty_parts
