"""Service level: the triad and the perfect order, with what nobody recorded."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import service_level as engine
from holdfast.analysis.tests.ledgers import on

GOOD = {
    "customer_id": "a",
    "ordered_on": on(0),
    "promised_on": on(10),
    "delivered_on": on(9),
    "quantity": 10,
    "shipped": 10,
    "damaged": False,
    "documents_ok": True,
    "partial_agreed": False,
    "cancelled": False,
}


def served(*lines, day=30):
    table = pa.Table.from_pylist([{**GOOD, **line} for line in lines], schema=SCHEMA)
    return engine.order_service(table, as_of=on(day))


SCHEMA = pa.schema(
    [("order_id", pa.string()), ("customer_id", pa.string())]
    + [(name, pa.date32()) for name in ("ordered_on", "promised_on", "delivered_on")]
    + [("quantity", pa.float64()), ("shipped", pa.float64())]
    + [(name, pa.bool_()) for name in ("damaged", "documents_ok", "partial_agreed", "cancelled")]
)


def flags(table):
    names = ("on_time", "complete", "undamaged", "documents", "perfect")
    return {row["order_id"]: tuple(row[name] for name in names) for row in table.to_pylist()}


@pytest.mark.shows("SVC-15")
def test_the_estimates_from_rates_are_as_published():
    # Source: methods §8.
    found = engine.perfect_order_estimate((0.95, 0.97, 0.99, 0.98))
    assert found.independent == pytest.approx(0.8940, abs=5e-5)
    assert (found.low, found.high) == (pytest.approx(0.89), 0.95)
    assert engine.perfect_order_estimate([0.95] * 3).independent == pytest.approx(0.8574, abs=5e-5)
    assert engine.perfect_order_estimate([0.3, 0.3]).low == 0
    with pytest.raises(ValueError, match="at least one"):
        engine.perfect_order_estimate([])


@pytest.mark.shows("SVC-15")
def test_one_line_that_fails_fails_the_order():
    table = served(
        {"order_id": "good"},
        {"order_id": "good"},
        {"order_id": "late"},
        {"order_id": "late", "delivered_on": on(11)},
        {"order_id": "short", "shipped": 9},
        {"order_id": "broken", "damaged": True},
        {"order_id": "papers", "documents_ok": False},
    )

    assert flags(table) == {
        "good": (True, True, True, True, True),
        "late": (False, True, True, True, False),
        "short": (True, False, True, True, False),
        "broken": (True, True, False, True, False),
        "papers": (True, True, True, False, False),
    }
    assert table["customer_id"].to_pylist() == ["a"] * 5


@pytest.mark.shows("SVC-15")
def test_cancelled_is_out_agreed_parts_are_complete_and_open_past_the_promise_is_late():
    table = served(
        {"order_id": "gone", "cancelled": True},
        {"order_id": "part", "cancelled": True, "delivered_on": None},
        {"order_id": "part"},
        {"order_id": "agreed", "shipped": 3, "partial_agreed": True},
        {"order_id": "open", "delivered_on": None},
        {"order_id": "later", "delivered_on": on(40)},
        {"order_id": "young", "promised_on": on(30), "delivered_on": None},
        {"order_id": "tomorrow", "ordered_on": on(31)},
    )

    found = flags(table)

    assert set(found) == {"part", "agreed", "open", "later", "young"}
    assert found["part"][-1] is True
    assert found["agreed"][1] is True
    assert (found["open"][0], found["open"][-1]) == (False, False)
    assert found["later"][0] is False  # delivered after the day we look back from
    assert found["young"] == (None, True, True, True, None)
    days = dict(zip(table["order_id"].to_pylist(), table["order_days"].to_pylist(), strict=True))
    assert (days["part"], days["open"]) == (9, None)


@pytest.mark.shows("SVC-15")
def test_what_nobody_recorded_is_not_counted_as_good_or_bad():
    table = served(
        {"order_id": "1", "damaged": None},
        {"order_id": "2", "damaged": None, "shipped": 5},
        {"order_id": "3", "documents_ok": None},
        {"order_id": "4"},
    )
    row = engine.service_level(table).to_pylist()[0]

    # Judged is order 4 alone; of all four, one is surely perfect and order 2 surely is not.
    assert (row["orders"], row["judged"], row["perfect"]) == (4, 1, 1.0)
    assert (row["least"], row["most"]) == (0.25, 0.75)
    assert (row["undamaged"], row["documents"], row["complete"]) == (1.0, 1.0, 0.75)
    assert row["not_recorded"] == []


@pytest.mark.shows("SVC-15")
def test_a_part_that_no_order_tells_is_left_out_and_named():
    lines = pa.table(
        {
            "order_id": ["1", "2", "3"],
            "promised_on": pa.array([on(10)] * 3),
            "delivered_on": pa.array([on(9), on(12), on(10)]),
        }
    )

    row = engine.service_level(engine.order_service(lines, as_of=on(30))).to_pylist()[0]

    assert row["not_recorded"] == ["complete", "undamaged", "documents"]
    assert (row["judged"], row["perfect"], row["independent"]) == (3, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (row["fill_rate"], row["median_days"]) == (None, None)


@pytest.mark.shows("SVC-15")
def test_fill_rate_is_capped_at_what_was_ordered_and_stock_outs_count_lines():
    table = served(
        {"order_id": "1", "quantity": 10, "shipped": 25},
        {"order_id": "1", "quantity": 30, "shipped": 10},
        {"order_id": "2", "shipped": None},
    )
    row = engine.service_level(table).to_pylist()[0]

    assert row["fill_rate"] == pytest.approx(20 / 40)
    assert row["stock_out"] == pytest.approx(1 / 2)
    assert row["complete"] == 0  # of the one order that is known


@pytest.mark.shows("SVC-15")
def test_speed_is_a_percentile_and_consistency_stands_beside_it():
    delivered = [2, 4, 6, 8, 30]
    table = served(*[{"order_id": str(n), "delivered_on": on(day)} for n, day in enumerate(delivered)])

    row = engine.service_level(table).to_pylist()[0]

    assert (row["median_days"], row["p90_days"]) == (6, pytest.approx(np.quantile(delivered, 0.9)))
    assert row["late_mean"] == pytest.approx(0)
    assert row["late_sd"] == pytest.approx(np.std([day - 10 for day in delivered], ddof=1))
    assert row["on_time"] == 0.8


@pytest.mark.shows("SVC-15")
def test_groups_stand_beside_each_other_and_the_joint_rate_within_its_bounds():
    rng = np.random.default_rng(3)
    lines = [
        {
            "order_id": str(n),
            "shipped": float(rng.integers(8, 11)),
            "damaged": bool(rng.random() < 0.1),
            "delivered_on": on(int(rng.integers(5, 13))),
        }
        for n in range(400)
    ]
    orders = served(*lines)
    orders = orders.append_column("stars", pa.array([n % 5 + 1 for n in range(400)]))

    whole, groups = engine.service_level(orders).to_pylist()[0], engine.service_level(orders, by="stars").to_pylist()

    assert [row["group"] for row in groups] == ["1", "2", "3", "4", "5"]
    assert sum(row["orders"] for row in groups) == 400
    assert sum(row["perfect"] * row["judged"] for row in groups) == pytest.approx(whole["perfect"] * 400)
    for row in (whole, *groups):
        bounds = engine.perfect_order_estimate([row[name] for name in engine.PARTS])
        assert bounds.low - 1e-12 <= row["perfect"] <= bounds.high
        assert row["perfect_low"] <= row["perfect"] <= row["perfect_high"]


def test_no_orders_give_no_rates():
    row = engine.service_level(served()).to_pylist()[0]

    assert (row["orders"], row["judged"], row["perfect"], row["fill_rate"]) == (0, 0, None, None)


def test_stock_requests_and_recovery():
    assert engine.stock_out_days(pa.table({"quantity": [0, 3, -1, None, 9]})) == 0.5
    assert engine.stock_out_days(pa.table({"quantity": pa.array([], pa.int64())})) is None

    requests = pa.table({"accepted": [True, True, False, True, None], "met": [True, False, None, None, None]})
    met = engine.met_requests(requests)
    assert (met.n, met.value) == (3, pytest.approx(1 / 3))

    failures = pa.table({"hours": [2.0, 10.0, None, None], "open_hours": [None, None, 50.0, 1.0]})
    found = engine.malfunction_recovery(failures, standard_hours=8)
    assert (found.within.n, found.within.value, found.median_hours) == (3, pytest.approx(1 / 3), 6)
