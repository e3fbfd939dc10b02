"""From the newest month's file down to Standing, where every list reads it."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from holdfast.insight.scores.models import Override, Run
from holdfast.insight.scores.readers import only, read_month
from holdfast.insight.scores.rules.standing import READ, standing_columns
from holdfast.records.customers import services as customers

ROWS_AT_ONCE = 25_000


def publish(run: Run, table: pa.Table | None = None) -> dict[str, int]:
    """Make this month's scores the current ones; does nothing when a later month is there already.

    Only standings that differ are written, so publishing twice changes nothing. Out: written, changes.
    """
    if Run.objects.filter(month__gt=run.month).exists():
        return {"written": 0, "changes": 0}
    table = (table if table is not None else read_month(run, READ)).select(list(READ))
    by_hand, told = overridden_stars(run), {"written": 0, "changes": 0}
    with customers.roomy_cache():
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            batch = table.slice(start, ROWS_AT_ONCE).combine_chunks().to_batches()[0]
            columns = standing_columns(batch, run.definition.version, run.definition.params, by_hand)
            found = customers.set_standing_columns(columns, month=run.month, as_of=run.as_of)
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
