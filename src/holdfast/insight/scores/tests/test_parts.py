"""A month is scored in parts of its customers; how they are cut changes no figure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.insight.facts.services import Snapshot
from holdfast.insight.scores.rules.compute import Sight, month_table
from holdfast.insight.scores.rules.facts import Facts, cuts
from holdfast.insight.scores.services.scoring import read_facts

AS_OF = date(2026, 11, 20)
BUYERS, LEADS = 90, 12


@pytest.fixture
def lines() -> pa.Table:
    """Ninety buyers with odd keys, who buy, return and cost something at any pace."""
    rng = np.random.default_rng(11)
    many = rng.integers(1, 15, BUYERS)
    key = np.repeat(2 * np.arange(BUYERS) + 1, many)
    first = np.datetime64("2024-06-01")
    day = np.concatenate([np.sort(rng.integers(0, 920, size)) for size in many])
    net = rng.integers(1_000, 90_000, len(key))
    returned = rng.random(len(key)) < 0.06
    return pa.table(
        {
            "customer_id": pa.array(key),
            "day": pa.array(first + day).cast(pa.date32()),
            "net_minor": pa.array(np.where(returned, -net, net)),
            "cost_minor": pa.array(net // 2, mask=rng.random(len(key)) < 0.2),
            "list_minor": pa.array(net + 100, mask=rng.random(len(key)) < 0.3),
            "kind": np.where(returned, "return", "sale"),
            "direct_cost_minor": pa.array(rng.integers(0, 90, len(key))),
        }
    )


@pytest.fixture
def customers() -> pa.Table:
    """The buyers and some who never bought, with keys between and beyond theirs."""
    keys = np.sort(np.concatenate([2 * np.arange(BUYERS) + 1, 2 * np.arange(LEADS) * 20]))
    size = len(keys)
    unknown = pa.nulls(size, pa.date32())
    return pa.table(
        {
            "customer_id": pa.array(keys),
            "segment": ["metal" if key % 3 else "" for key in keys.tolist()],
            "channel": ["dealer"] * size,
            "created_at": pa.array([datetime(2024, 1, 1) + timedelta(days=int(key)) for key in keys], pa.timestamp("us")),
            "first_seen_on": unknown, "first_contact_on": unknown, "last_contact_on": unknown,
        }
    )  # fmt: skip


def _month(facts: Facts) -> pa.Table:
    sight = Sight(facts, AS_OF, AnalyzeParams())
    table, _models = month_table(sight, sight.reference, None)
    return table


@pytest.mark.slow
def test_any_cut_between_customers_gives_the_same_month(lines, customers):
    keys = lines["customer_id"].to_numpy()
    parted = [partial(lines.slice, begin, end - begin) for begin, end in cuts(keys, rows=40)]
    assert len(parted) > 5

    in_parts, at_once = _month(Facts.of(parted, customers)), _month(Facts.of(lines, customers))

    assert in_parts.equals(at_once)
    assert in_parts["customer_id"].to_pylist() == customers["customer_id"].to_pylist()
    assert len(set(in_parts["stage"].to_pylist())) > 3


def test_no_cut_goes_through_a_customer():
    keys = np.repeat([1, 2, 5, 9], [3, 50, 1, 8])

    found = cuts(keys, rows=10)

    assert found == [(0, 3), (3, 54), (54, 62)]
    assert cuts(keys[:0]) == []


def test_lines_are_read_part_by_part_whatever_their_row_groups(tmp_path, settings, lines, customers, monkeypatch):
    monkeypatch.setattr("holdfast.insight.scores.services.scoring.cuts", partial(cuts, rows=70))
    pq.write_table(lines, tmp_path / "lines.parquet", row_group_size=33)
    pq.write_table(customers, tmp_path / "customers.parquet")

    read = read_facts(Snapshot("any", tmp_path, {}, {}))

    whole = Facts.of(lines, customers, settings.TIME_ZONE)
    assert len(read.parts) > 3
    assert pa.concat_tables(part.days for part in read.parts).equals(whole.parts[0].days)
    assert pa.concat_tables(part.customers for part in read.parts).equals(whole.parts[0].customers)
    assert read.first_day == min(lines["day"].to_pylist())


def test_a_company_without_a_line_is_scored_too(lines, customers):
    table = _month(Facts.of(lines.slice(0, 0), customers))

    assert table.num_rows == len(customers)
    assert set(table["stage"].to_pylist()) == {"identified"}
