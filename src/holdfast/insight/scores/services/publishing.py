"""From the newest month's file down to Standing, where every list reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from holdfast.insight.scores.models import Override, Run
from holdfast.insight.scores.readers import only, read_month
from holdfast.insight.scores.rules.columns import PARTS
from holdfast.records.customers import services as customers

SAME_NAME = (
    "customer_id", "stars", "stars_hint", "score", "coverage", "stage", "stage_since", "first_on", "last_on",
    "purchase_days", "typical_gap_days", "elapsed_days", "p_gap", "revenue_12m_minor", "profit_12m_minor", "orders_12m",
)  # fmt: skip
READ = (
    *SAME_NAME, *(f"s_{part}" for part in PARTS), *(f"c_{part}" for part in PARTS), "provisional", "movement", "risk",
    "reasons", "recent_days", "current_minor", "money_at_stake_minor", "revenue_class", "rfm_r", "rfm_f", "rfm_m",
)  # fmt: skip
ROWS_AT_ONCE = 20_000
# A customer who is gone has no risk left to run.
RISKS = {"low", "watch", "high"}


def publish(run: Run, table: pa.Table | None = None) -> dict[str, int]:
    """Make this month's scores the current ones; does nothing when a later month is there already.

    Only standings that differ are written, so publishing twice changes nothing. Out: written, changes.
    """
    if Run.objects.filter(month__gt=run.month).exists():
        return {"written": 0, "changes": 0}
    table = (table if table is not None else read_month(run, READ)).select(list(READ))
    by_hand, told = overridden_stars(run), {"written": 0, "changes": 0}
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        rows = [_standing(row, run, by_hand) for row in batch.to_pylist()]
        found = customers.set_standings(rows, month=run.month, as_of=run.as_of)
        told = {name: told[name] + found[name] for name in told}
    return told


def publish_customers(ids: Iterable[int]) -> dict[str, int]:
    """Publish these customers anew from the newest month, after a star was set by hand or set free."""
    run = Run.objects.order_by("-month").first()
    if run is None:
        return {"written": 0, "changes": 0}
    return publish(run, only(read_month(run, READ), pa.array(list(ids), pa.int64())))


def overridden_stars(run: Run) -> dict[int, int]:
    """Stars set by hand and in force on the run's day, by customer; the latest approval wins."""
    found = Override.objects.filter(approved_at__isnull=False, ended_at=None, expires_on__gte=run.as_of)
    return dict(found.order_by("approved_at").values_list("customer_id", "stars"))


def _standing(row: dict[str, Any], run: Run, by_hand: dict[int, int]) -> dict[str, Any]:
    stars = by_hand.get(row["customer_id"])
    return {
        **{name: row[name] for name in SAME_NAME},
        **{f"{part}_part": row[f"s_{part}"] for part in PARTS},
        "stars": stars or row["stars"],
        "is_overridden": stars is not None,
        "is_provisional": row["provisional"] and stars is None,
        "explanation": {
            "definition": run.definition.version,
            "weights": run.definition.params["grading"]["weights"],
            "points": {part: row[f"c_{part}"] for part in PARTS if row[f"s_{part}"] is not None},
        },
        "movement": row["movement"] or "",
        "risk": row["risk"] if row["risk"] in RISKS else "",
        "reasons": [json.loads(reason) for reason in row["reasons"] or []],
        "recent_days": [day.isoformat() for day in row["recent_days"] or []],
        "revenue_minor": row["current_minor"],
        "at_stake_minor": row["money_at_stake_minor"],
        "revenue_class": row["revenue_class"] or "",
        "rfm": f"{row['rfm_r']}{row['rfm_f']}{row['rfm_m']}" if row["rfm_r"] else "",
    }
