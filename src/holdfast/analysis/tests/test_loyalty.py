"""Loyalty: retention, repeat and referral, the index, and a points ledger that loses no point."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from holdfast.analysis import loyalty as engine
from holdfast.analysis.days import month_window
from holdfast.analysis.loyalty import PointsParams
from holdfast.analysis.tables import TableError
from holdfast.analysis.tests.ledgers import days, on, random_days

JAN, FEB, MAR = (month_window(2026, month) for month in (1, 2, 3))


# --- rates ---
@pytest.mark.shows("CHU-06")
def test_the_retention_rate_is_as_published():
    # Source: methods §9.
    assert engine.retention_rate(1000, 80, 970) == pytest.approx(0.890)
    assert engine.retention_rate(0, 5, 5) is None


@pytest.mark.shows("CHU-06")
def test_who_comes_back_after_a_pause_is_won_back_not_retained():
    table = days(
        [
            ("back", 3, 100),
            ("stays", 35, 100),
            ("leaves", 40, 300),
            ("back", 65, 50),
            ("stays", 70, 250),
            ("new", 75, 10),
        ]
    )

    found = engine.retention(table, previous=FEB, current=MAR)

    assert (found.start, found.retained, found.new, found.returned, found.end) == (2, 1, 1, 1, 3)
    assert (found.rate, found.gross_revenue, found.net_revenue) == (0.5, 0.25, pytest.approx(250 / 400))
    assert engine.retention(table, previous=month_window(2025, 1), current=JAN).rate is None


@pytest.mark.shows("LOY-04")
def test_repeat_buyers_bought_on_two_days_of_the_window():
    table = days([("a", 0, 5), ("a", 5, 5), ("b", 0, 5), ("b", 40, 5), ("c", 50, 5)])

    found = engine.repeat_purchase_rate(table, window=JAN)

    assert (found.n, found.value) == (2, 0.5)
    assert engine.repeat_purchase_rate(table, window=month_window(2027, 1)).value is None


@pytest.mark.shows("LOY-04")
def test_the_time_to_a_second_purchase_counts_who_is_still_waiting():
    table = days([("a", 0, 5), ("a", 10, 5), ("b", 0, 5), ("b", 30, 5), ("c", 0, 5), ("late", 45, 5)])

    rows = engine.time_to_second_purchase(table, as_of=on(50)).to_pylist()

    # By hand: day 10: 1 of 3 (late was seen for 5 days only); day 30: 1 of 2.
    assert [(row["days"], row["at_risk"], row["bought"]) for row in rows] == [(10, 3, 1), (30, 2, 1)]
    assert [row["share"] for row in rows] == pytest.approx([1 / 3, 2 / 3])
    assert engine.time_to_second_purchase(days([]), as_of=on(50)).num_rows == 0


@pytest.mark.shows("LOY-03", "LOY-04")
def test_the_referral_rate_is_of_new_customers():
    table = pa.table(
        {
            "customer_id": ["a", "b", "c", "d"],
            "first_on": pa.array([on(1), on(2), on(400), None]),
            "referrer_id": ["z", None, "z", "z"],
        }
    )

    found = engine.referral_rate(table, window=JAN)

    assert (found.n, found.value) == (2, 0.5)


@pytest.mark.shows("LOY-06")
def test_the_index_is_the_geometric_mean_of_the_known_parts():
    table = pa.table(
        {
            "customer_id": ["all", "two", "one", "none"],
            "behaviour": [0.9, 0.5, 0.5, 0.0],
            "attitude": [0.8, None, None, 1.0],
            "nps": [50, -60, None, 100],
        }
    )

    rows = {row["customer_id"]: row for row in engine.loyalty_index(table).to_pylist()}

    assert rows["all"]["advocacy"] == 0.75
    assert rows["all"]["loyalty"] == pytest.approx(100 * (0.9 * 0.8 * 0.75) ** (1 / 3))
    assert rows["two"]["loyalty"] == pytest.approx(100 * (0.5 * 0.2) ** 0.5)
    assert (rows["one"]["loyalty"], rows["one"]["parts"]) == (None, 1)
    assert rows["none"]["loyalty"] == 0


# --- points ---
@pytest.mark.shows("LOY-01")
def test_a_sale_with_points_is_split_and_recognised_as_published():
    # Source: methods §9; IFRS 15, example 52.
    split = engine.allocate_price(100_000, 9_500)
    assert (split.products_minor, split.points_minor) == (91_324, 8_676)
    first = engine.recognise(8_676, 4_500, 9_500)
    assert first.revenue_minor == 4_110
    second = engine.recognise(8_676, 8_500, 9_700, first.total_minor)
    assert (second.revenue_minor, second.left_minor) == (3_493, 1_073)
    assert engine.recognise(100, 5, 0).left_minor == 0
    assert engine.allocate_price(0, 0).points_minor == 0


def entries(rows):
    """Rows of (customer, day, kind, points, last day of use or None, lot or None); entries are numbered from 1."""
    customer, day, kind, points, expires, lot = zip(*rows, strict=True) if rows else ((),) * 6
    return pa.table(
        {
            "entry_id": pa.array(range(1, len(rows) + 1), pa.int64()),
            "customer_id": pa.array(customer, pa.string()),
            "day": pa.array([on(d) for d in day], pa.date32()),
            "kind": pa.array(kind, pa.string()),
            "points": pa.array(points, pa.int64()),
            "expires_on": pa.array([None if d is None else on(d) for d in expires], pa.date32()),
            "lot_id": pa.array(lot, pa.int64()),
        }
    )


def account(rows, day=100):
    return engine.points_accounts(entries(rows), as_of=on(day)).to_pylist()[0]


@pytest.mark.shows("LOY-01")
def test_the_oldest_points_are_used_first_and_the_rest_expires_after_its_last_day():
    rows = [
        ("a", 0, "earn", 100, 30, None),
        ("a", 10, "earn", 50, 60, None),
        ("a", 30, "redeem", 80, None, None),
    ]

    before, after = account(rows, day=29), account(rows, day=30)

    assert (before["balance"], before["next_expiry_on"], before["next_expiry_points"]) == (150, on(30), 100)
    # Used on their last day still; at its end what is left of them is gone.
    assert (after["balance"], after["expired"], after["next_expiry_on"]) == (50, 20, on(60))
    lots = engine.points_lots(entries(rows), as_of=on(31)).to_pylist()
    assert [(lot["used"], lot["expired"], lot["remaining"]) for lot in lots] == [(80, 20, 0), (0, 0, 50)]


@pytest.mark.shows("LOY-01")
def test_points_go_back_with_a_returned_order_even_below_nothing():
    rows = [
        ("a", 0, "earn", 100, 20, None),
        ("a", 1, "earn", 40, None, None),
        ("a", 5, "redeem", 70, None, None),
        ("a", 30, "reverse", 100, None, 1),
    ]
    found = account(rows)

    # 30 of the lot had expired and are taken back, the other 70 from the second lot: 30 short.
    assert (found["issued"], found["redeemed"], found["reversed"], found["expired"]) == (140, 70, 100, 0)
    assert (found["balance"], found["available"]) == (-30, -30)
    paid = account([*rows, ("a", 40, "earn", 50, None, None)])
    assert paid["balance"] == 20


@pytest.mark.shows("LOY-01")
def test_frozen_points_are_there_and_cannot_be_used():
    rows = [("a", 0, "earn", 100, None, None), ("a", 1, "freeze", 60, None, None), ("a", 2, "redeem", 50, None, None)]

    found = account(rows)
    freed = account([*rows, ("a", 3, "unfreeze", 60, None, None)])

    assert (found["balance"], found["frozen"], found["available"]) == (50, 50, 0)
    assert (freed["frozen"], freed["available"]) == (0, 50)


def random_entries(seed):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(int(rng.integers(1, 60))):
        kind = str(rng.choice(["earn", "earn", "redeem", "reverse", "freeze", "unfreeze"]))
        day = int(rng.integers(0, 300))
        last = day + int(rng.integers(-2, 90)) if kind == "earn" and rng.random() < 0.8 else None
        lot = int(rng.integers(1, number + 2)) if kind == "reverse" else None
        rows.append((f"c{rng.integers(0, 4)}", day, kind, int(rng.integers(1, 500)), last, lot))
    return entries(rows)


@pytest.mark.slow
@pytest.mark.shows("LOY-01")
def test_issued_is_redeemed_reversed_expired_and_what_is_left_on_any_ledger():
    for seed in range(200):
        table, day = random_entries(seed), on(seed + 100)
        accounts, lots = engine.points_accounts(table, as_of=day), engine.points_lots(table, as_of=day)

        for row in accounts.to_pylist():
            assert row["issued"] == row["redeemed"] + row["reversed"] + row["expired"] + row["balance"]
            assert row["available"] + row["frozen"] == row["balance"]
        for lot in lots.to_pylist():
            assert lot["points"] == lot["used"] + lot["expired"] + lot["remaining"]
            assert min(lot["used"], lot["expired"], lot["remaining"]) >= 0
            assert not (lot["remaining"] and lot["expires_on"] and lot["expires_on"] <= day)
        assert pc.sum(lots["points"]).as_py() == pc.sum(accounts["issued"]).as_py() or not lots.num_rows
        shuffled = table.take(np.random.default_rng(seed).permutation(table.num_rows))
        assert engine.points_accounts(shuffled, as_of=day).equals(accounts)


@pytest.mark.shows("LOY-01")
def test_the_liability_is_open_points_less_breakage_and_its_rows_add_up():
    rows = [("a", 0, "earn", 333, None, None), ("b", 35, "earn", 333, None, None), ("c", 65, "earn", 334, None, None)]
    params = PointsParams(minor_per_thousand=1_500, breakage=((0, 50), (2, 100)))

    table = engine.points_liability(entries(rows), as_of=on(70), params=params)

    assert table["cohort"].to_pylist() == ["2026-01", "2026-02", "2026-03"]
    assert table["breakage"].to_pylist() == [0.10, 0.05, 0.05]
    exact = 1.5 * (333 * 0.90 + 333 * 0.95 + 334 * 0.95)
    assert pc.sum(table["liability_minor"]).as_py() == round(exact)
    assert engine.points_liability(entries([]), as_of=on(70)).num_rows == 0


def test_breakage_is_known_once_nothing_of_a_month_is_open():
    rows = [
        ("a", 0, "earn", 100, 20, None),
        ("a", 5, "redeem", 75, None, None),
        ("a", 35, "earn", 10, None, None),
    ]
    found = engine.breakage_by_cohort(entries(rows), as_of=on(70)).to_pylist()

    assert [(row["cohort"], row["breakage"]) for row in found] == [("2026-01", 0.25), ("2026-02", None)]


@pytest.mark.parametrize(("kind", "points", "column"), [("gift", 5, "kind"), ("earn", 0, "points")])
def test_an_entry_that_makes_no_sense_is_named(kind, points, column):
    with pytest.raises(TableError) as caught:
        engine.points_accounts(entries([("a", 0, kind, points, None, None)]), as_of=on(9))
    assert (caught.value.code, caught.value.column) == ("value_invalid", column)


def test_retention_of_any_ledger_counts_everybody_once():
    for seed in range(20):
        table = random_days(np.random.default_rng(seed), 40, 90)
        found = engine.retention(table, previous=JAN, current=FEB)

        assert found.end == found.retained + found.new + found.returned
        assert found.retained <= found.start
    assert date(2026, 2, 28) == FEB.last_day
