"""The columns of a month's file, in order, with their types: the contract with pages and reports."""

from __future__ import annotations

import pyarrow as pa

METHOD_VERSION = "2"
COMPARISONS = {"month": "", "three_months": "q_", "year": "y_"}
PARTS = ("revenue", "profit", "efficiency", "integrity", "difficulty")
DECIMALS = 6

DAY, MONEY, COUNT, REAL, TINY, TEXT, FLAG = (
    pa.date32(), pa.int64(), pa.int32(), pa.float64(), pa.int8(), pa.string(), pa.bool_(),
)  # fmt: skip

MOVEMENT_COLUMNS: dict[str, pa.DataType] = {
    "previous_minor": MONEY,
    "current_minor": MONEY,
    "delta_minor": MONEY,
    "previous_orders": COUNT,
    "current_orders": COUNT,
    "movement": TEXT,
    "due": TEXT,
}
# What integrity and efficiency rest on; money with tax, as invoiced.
INTEGRITY_COLUMNS: dict[str, pa.DataType] = {
    "integrity": REAL,
    "invoices": COUNT,
    "judged": COUNT,
    "payment_index": REAL,
    "adbt_days": REAL,
    "late_share": REAL,
    "dispute_share": REAL,
    "lost_disputes": REAL,
    "promises": COUNT,
    "promises_kept": COUNT,
    "promise_kept": REAL,
    "terms_days": REAL,
    "open_minor": MONEY,
    "overdue_minor": MONEY,
    "overdue_days": COUNT,
    "written_off_on": DAY,
    "payment_gate": TEXT,
}
EFFORT_COLUMNS: dict[str, pa.DataType] = {
    "effort_hours": REAL,
    "estimated_hours": REAL,
    "hours_per_10k": REAL,
    "complaints_per_100": REAL,
    "efficiency_minor": MONEY,
    "difficulty": REAL,
}
# What lies ahead; the horizon is the definition's, leaving means no purchase within it. p10 and p90: of ten customers
# like this one eight end between them; months kept before they were known have none.
AHEAD_COLUMNS: dict[str, pa.DataType] = {
    "p_alive": REAL,
    "p_leave": REAL,
    "expected_purchases": REAL,
    "expected_spend_minor": MONEY,
    "value_12m_minor": MONEY,
    "purchases_p10": REAL,
    "purchases_p90": REAL,
    "value_12m_p10_minor": MONEY,
    "value_12m_p90_minor": MONEY,
    # What makes p_leave: parts that add up to its log-odds (analysis.forecast.why), and what they rest on.
    "why_base": REAL,
    "why_pace": REAL,
    "why_silence": REAL,
    "why_compared": REAL,
    "why_usual_days": REAL,
    "why_recent_days": COUNT,
}
STATE_COLUMNS: dict[str, pa.DataType] = {
    "stars": TINY,
    "stars_hint": TINY,
    "provisional": FLAG,
    "held": TINY,
    "above": TINY,
    "below": TINY,
    "moved": TINY,
    "gate": TEXT,
}
COLUMNS: dict[str, pa.DataType] = {
    "customer_id": pa.int64(),
    "first_on": DAY,
    "last_on": DAY,
    "purchase_days": COUNT,
    "typical_gap_days": REAL,
    "elapsed_days": COUNT,
    "overdue_ratio": REAL,
    "p_gap": REAL,
    "watch_on": DAY,
    "risk_on": DAY,
    "silent_on": DAY,
    "recency_days": COUNT,
    "frequency": COUNT,
    "rfm_r": TINY,
    "rfm_f": TINY,
    "rfm_m": TINY,
    "stage": TEXT,
    "stage_since": DAY,
    "stage_rule": TEXT,
    "previous_stage": TEXT,
    "lost_on": DAY,
    "tenure_days": COUNT,
    "orders_12m": COUNT,
    "revenue_12m_minor": MONEY,
    "profit_12m_minor": MONEY,
    "costed_share": REAL,
    "return_rate": REAL,
    "price_concession": REAL,
    **INTEGRITY_COLUMNS,
    **EFFORT_COLUMNS,
    **{f"s_{part}": REAL for part in PARTS},
    **{f"c_{part}": REAL for part in PARTS},
    "score": REAL,
    "score_available": REAL,
    "coverage": REAL,
    "parts": TINY,
    "unrated": FLAG,
    "stars_raw": TINY,
    **STATE_COLUMNS,
    **{f"{prefix}{name}": kind for prefix in COMPARISONS.values() for name, kind in MOVEMENT_COLUMNS.items()},
    "month_profit_minor": MONEY,
    "month_costed_minor": MONEY,
    "revenue_class": TEXT,
    "profit_class": TEXT,
    **AHEAD_COLUMNS,
    "risk": TEXT,
    "money_at_stake_minor": MONEY,
    "reasons": pa.list_(TEXT),
    "recent_days": pa.list_(DAY),
}
# No row in the engine's table means this, not "unknown".
DEFAULTS: dict[str, object] = {
    "purchase_days": 0,
    "orders_12m": 0,
    "revenue_12m_minor": 0,
    "coverage": 0.0,
    "parts": 0,
    "unrated": True,
    "provisional": False,
    "above": 0,
    "below": 0,
    "moved": 0,
    "month_costed_minor": 0,
    "money_at_stake_minor": 0,
    "c_revenue": 0.0, "c_profit": 0.0, "c_efficiency": 0.0, "c_integrity": 0.0, "c_difficulty": 0.0,
    **{f"{prefix}{name}": 0 for prefix in COMPARISONS.values() for name, kind in MOVEMENT_COLUMNS.items()
       if kind != TEXT},
}  # fmt: skip
SCHEMA = pa.schema(list(COLUMNS.items()))
