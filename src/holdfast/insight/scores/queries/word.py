"""Figures of the newest month that other pages ask for: who may leave, and who keeps his word best."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.months import month_rows
from holdfast.insight.scores.readers import FileMissing, only, read_month

TRUSTED = 10
COLUMNS = ("integrity", "payment_index", "judged", "adbt_days", "payment_gate", "revenue_12m_minor")


def leaving_chances(run: Run | None, ids: Iterable[int]) -> dict[int, float]:
    """Chance of no purchase within the horizon, by customer; those of whom nothing can be said are left out."""
    if run is None:
        return {}
    try:
        table = only(read_month(run, ["customer_id", "p_leave"]), pa.array(list(ids), pa.int64()))
    except FileMissing:
        return {}
    table = table.filter(pc.is_valid(table["p_leave"]))
    return dict(zip(table["customer_id"].to_pylist(), table["p_leave"].to_pylist(), strict=True))


def most_trusted(run: Run, viewer: User | None = None, n: int = TRUSTED) -> list[dict[str, Any]]:
    """The customers who keep their word best, as candidates for the ten that are studied: best integrity first, then
    the more invoices, then revenue. Nobody with a gate. Rows: customer_id and COLUMNS."""
    table = month_rows(run, viewer, COLUMNS)
    table = table.filter(pc.and_(pc.is_valid(table["integrity"]), pc.is_null(table["payment_gate"])))
    wanted = [(name, "descending") for name in ("integrity", "judged", "revenue_12m_minor")]
    return table.sort_by([*wanted, ("customer_id", "ascending")]).slice(0, n).to_pylist()
