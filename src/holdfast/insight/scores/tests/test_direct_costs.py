"""Direct costs of orders come off the profit that scores are reckoned from; older snapshots go on as they are."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from holdfast.insight.scores.rules.facts import engine_lines


@pytest.mark.parametrize(("direct", "costs"), [([5, None, 7], [65, 60, None]), (None, [60, 60, None])])
def test_a_line_costs_its_goods_and_its_share_of_the_direct_costs(direct, costs):
    columns = {
        "customer_id": pa.array([1, 1, 1], pa.int64()), "day": pa.array([date(2026, 10, 1)] * 3, pa.date32()),
        "net_minor": pa.array([100] * 3, pa.int64()), "cost_minor": pa.array([60, 60, None], pa.int64()),
        "list_minor": pa.array([None] * 3, pa.int64()), "kind": ["sale"] * 3,
    }  # fmt: skip
    if direct is not None:
        columns["direct_cost_minor"] = pa.array(direct, pa.int64())

    assert engine_lines(pa.table(columns))["cost_minor"].to_pylist() == costs
