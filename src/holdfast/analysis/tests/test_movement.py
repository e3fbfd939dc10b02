"""Monthly movement: every class by hand, and exact identities on ten thousand random ledgers."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import movement, rhythm
from holdfast.analysis.days import Window
from holdfast.analysis.tests.ledgers import days, on

PREVIOUS, CURRENT = Window(on(31), on(59)), Window(on(59), on(90))
# Days 0–30 earlier, 31–58 previous, 59–89 current.
HAND = [
    ("new", 60, 500),
    ("new_refund", 60, 500),
    ("new_refund", 61, -800),
    ("returned", 5, 100),
    ("returned", 60, 300),
    ("rising", 40, 1000),
    ("rising", 60, 1101),
    ("stable_up", 40, 1000),
    ("stable_up", 60, 1100),
    ("stable_down", 40, 1000),
    ("stable_down", 60, 900),
    ("declining", 40, 1000),
    ("declining", 60, 899),
    ("lost", 40, 700),
    ("negative", 40, -700),
    ("negative", 60, 200),
    ("only_refund", 60, -20),
    ("zero_before", 40, 0),
    ("zero_before", 60, 70),
    ("asleep", 5, 900),
]


def by_hand():
    return movement.movement(days(HAND), previous=PREVIOUS, current=CURRENT)


@pytest.mark.shows("REP-01")
def test_every_class_by_hand():
    found = {row["customer_id"]: row["movement"] for row in by_hand().to_pylist()}

    assert found == {
        "new": "new",
        "new_refund": "new",
        "returned": "returned",
        "rising": "rising",
        "stable_up": "stable",
        "stable_down": "stable",
        "declining": "declining",
        "lost": "lost",
        "negative": "irregular",
        "only_refund": "irregular",
        "zero_before": "irregular",
    }


@pytest.mark.shows("REP-01")
def test_the_bridge_leads_from_the_month_before_to_this_one():
    rows = {row["class"]: row for row in movement.bridge(by_hand()).to_pylist()}

    assert list(rows) == [*movement.CLASSES, "total"]
    assert rows["total"] == {
        "class": "total",
        "n": 11,
        "previous_minor": 4000 + 700 - 700,
        "current_minor": 200 + 300 + 1101 + 1100 + 900 + 899 + 200 - 20 + 70,
        "delta_minor": 4750 - 4000,
    }
    assert (rows["lost"]["n"], rows["lost"]["delta_minor"]) == (1, -700)


@pytest.mark.shows("REP-01")
def test_who_bought_nothing_is_split_by_their_own_rhythm():
    rows = [("slow", day, 100) for day in (0, 40)] + [("quick", day, 100) for day in range(31, 59, 3)]
    rows += [("slow", -40 * k, 100) for k in range(1, 6)] + [("here", 60, 5)]
    ledger = days(rows)
    pace = rhythm.rhythm(ledger, as_of=CURRENT.last_day)

    moved = movement.movement(ledger, previous=PREVIOUS, current=CURRENT, rhythm=pace)

    assert {row["customer_id"]: row["due"] for row in moved.to_pylist()} == {
        "quick": "overdue",
        "slow": "not_due",
        "here": None,
    }
    assert movement.not_bought(moved).to_pylist() == [
        {"due": "not_due", "n": 1, "previous_minor": 100},
        {"due": "overdue", "n": 1, "previous_minor": 1000},
    ]


def test_more_orders_and_larger_orders_add_up_with_the_rounding_on_a_line_of_its_own():
    rows = [("a", 40, 100), ("a", 41, 100), ("a", 42, 101), ("a", 60, 250), ("b", 61, 251)]
    moved = movement.movement(days(rows), previous=PREVIOUS, current=CURRENT)

    found = {row["line"]: row["delta_minor"] for row in movement.volume_value(moved).to_pylist()}

    # 3 orders of 100.33 → 2 of 250.5: −1·100.33 and 2·150.1667, rounded half up.
    assert found == {"volume": -100, "value": 300, "remainder": 0, "total": 200}


def test_without_orders_before_all_is_value():
    moved = movement.movement(days([("a", 60, 250)]), previous=PREVIOUS, current=CURRENT)

    assert movement.volume_value(moved)["delta_minor"].to_pylist() == [0, 250, 0, 250]


def plain(rows):
    """The same definitions in a plain loop over the rows, sharing no code."""
    a, b, first = defaultdict(int), defaultdict(int), {}
    for customer, day, amount in rows:
        if 31 <= day < 59:
            a[customer] += amount
        if 59 <= day < 90:
            b[customer] += amount
        if amount >= 0 and day < 90:
            first[customer] = min(day, first.get(customer, day))
    told = {}
    for customer in {row[0] for row in rows}:
        x, y, start = a[customer], b[customer], first.get(customer, 10**6)
        if not y:
            label = "lost" if x else None
        elif not x:
            label = "new" if 59 <= start < 90 else "returned" if start < 31 else "irregular"
        elif x < 0:
            label = "irregular"
        else:
            label = "rising" if y * 10 > x * 11 else "declining" if y * 10 < x * 9 else "stable"
        if label:
            told[customer] = (x, y, label)
    return told


@pytest.mark.slow
@pytest.mark.shows("REP-01")
def test_on_ten_thousand_random_ledgers_the_bridge_is_exact():
    # Each ledger is a block of customers of its own, so that one table holds a thousand of them.
    rng = np.random.default_rng(1)
    for _ in range(10):
        rows = random_blocks(rng, 1000)
        moved = movement.movement(days(rows), previous=PREVIOUS, current=CURRENT)
        expected = plain(rows)

        found = {
            row["customer_id"]: (row["previous_minor"], row["current_minor"], row["movement"])
            for row in moved.to_pylist()
        }
        assert found == expected
        for block in np.unique(moved["customer_id"].to_numpy() // 100):
            part = moved.filter(pa.array(moved["customer_id"].to_numpy() // 100 == block))
            check_identities(part)


def random_blocks(rng, blocks):
    rows = {}
    for block in range(blocks):
        for _ in range(int(rng.integers(1, 14))):
            customer, day = block * 100 + int(rng.integers(0, 6)), int(rng.integers(0, 95))
            rows[customer, day] = int(rng.choice([0, 100, 110, 90, 99, -100, int(rng.integers(-(10**9), 10**12))]))
    return [(customer, day, amount) for (customer, day), amount in rows.items()]


def check_identities(part):
    total = movement.bridge(part).to_pydict()
    previous, current, delta = (total[name] for name in ("previous_minor", "current_minor", "delta_minor"))
    assert previous[-1] + sum(delta[:-1]) == current[-1]
    assert sum(previous[:-1]) == previous[-1] == sum(part["previous_minor"].to_pylist())
    assert sum(total["n"][:-1]) == total["n"][-1] == part.num_rows
    assert previous[0] == previous[1] == 0 == current[5]
    split = movement.volume_value(part)["delta_minor"].to_pylist()
    assert sum(split[:3]) == split[3] == delta[-1]
    assert abs(split[2]) <= 1


@pytest.mark.shows("TIE-12", "REP-01")
def test_a_transition_matrix_has_last_months_and_this_months_sums():
    rng = np.random.default_rng(2)
    before = pa.table({"customer_id": list(range(80)), "stars": rng.integers(1, 6, 80)})
    after = pa.table({"customer_id": list(range(10, 100)), "stars": rng.integers(1, 6, 90)})
    worth = pa.table({"customer_id": list(range(100)), "value_minor": rng.integers(0, 10**9, 100)})

    found = movement.transition_matrix(before, after, column="stars", values=worth).to_pylist()

    for side, table in (("from", before), ("to", after)):
        sums = defaultdict(int)
        for row in found:
            sums[row[side]] += row["n"]
        counted = dict(zip(*np.unique(table["stars"].to_numpy(), return_counts=True), strict=True))
        assert {star: n for star, n in sums.items() if star is not None} == counted
    assert sum(row["value_minor"] for row in found) == sum(worth["value_minor"].to_pylist())
    assert sum(row["n"] for row in found if row["from"] is None) == 20


def test_an_empty_ledger_has_a_bridge_of_zeros():
    moved = movement.movement(days([]), previous=PREVIOUS, current=CURRENT)

    assert moved.num_rows == 0
    assert movement.bridge(moved)["current_minor"].to_pylist() == [0] * 8
    assert movement.not_bought(moved)["n"].to_pylist() == [0, 0]
    assert movement.volume_value(moved)["delta_minor"].to_pylist() == [0] * 4


def test_a_transition_matrix_of_nobody_is_empty():
    nobody = pa.table({"customer_id": pa.chunked_array([], pa.int64()), "stars": pa.chunked_array([], pa.int8())})

    assert movement.transition_matrix(nobody, nobody, column="stars").num_rows == 0
