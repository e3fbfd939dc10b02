"""Who may be leaving and what money stands on it: an interim measure from the customer's own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, Ledger, nullable
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source

LEVELS = ("low", "watch", "high", "lost")
LOW, WATCH, HIGH, GONE = range(4)


@dataclass(frozen=True)
class RiskParams(Params):
    """window_days: trailing revenue that counts as at stake. watch, high: p_gap from which the level holds."""

    window_days: int = 365
    watch: float = 0.80
    high: float = 0.95


DEFAULTS = RiskParams()


def risk(
    rhythm: pa.Table,
    stages: pa.Table,
    days: Source | Ledger,
    *,
    as_of: date,
    params: RiskParams = DEFAULTS,
) -> pa.Table:
    """Risk level and money at stake; one row per customer of `stages`.

    In: `rhythm`, `stages` and customer days, all as of as_of. Out: customer_id, risk (high: p_gap ≥ .95 or stage
    at_risk or silent; watch: p_gap ≥ .80 or declining; lost: stage lost; else low; null without a purchase day),
    revenue_12m_minor (net of the trailing 12 months), money_at_stake_minor = revenue_12m × p_gap, rounded, not
    below 0 (null if lost or never bought). p_gap says how unusual the silence is; it is *not* a chance of leaving,
    so this is a measure for ordering calls, not a forecast of loss. Source: interim, from methods §3.2 and §3.3.
    """
    ledger = Ledger.of(days, as_of=as_of)
    ids = stages["customer_id"].combine_chunks()
    chance, bought = _looked_up(ids, rhythm["customer_id"], rhythm["p_gap"])
    inside = ledger.within(ledger.today - params.window_days, ledger.today)
    year, _ = _looked_up(ids, ledger.ids, pa.array(ledger.total(np.where(inside, ledger.amount, 0))))
    level = _levels(chance, np.asarray(stages["stage"].to_pylist(), dtype=object), params)
    stake = np.rint(np.maximum(year, 0) * chance).astype(np.int64)
    return pa.table(
        {
            "customer_id": ids,
            "risk": pa.array(LEVELS).take(nullable(level, bought)),
            "revenue_12m_minor": year.astype(np.int64),
            "money_at_stake_minor": nullable(stake, bought & (level != GONE)),
        }
    )


def _levels(chance: Array, stage: Array, params: RiskParams) -> Array:
    level = np.full(len(stage), LOW, dtype=np.int8)
    level[(chance >= params.watch) | (stage == "declining")] = WATCH
    level[(chance >= params.high) | (stage == "at_risk") | (stage == "silent")] = HIGH
    level[stage == "lost"] = GONE
    return level


def _looked_up(ids: pa.Array, keys: pa.Array, values: pa.Array) -> tuple[Array, Array]:
    """Values of the ids (0 where absent) and which are there."""
    keys, values = _flat(keys), _flat(values)
    found = values.take(pc.index_in(ids, keys))
    known = found.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    return found.fill_null(0).to_numpy(zero_copy_only=False), known


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
