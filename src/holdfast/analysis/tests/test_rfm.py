"""RFM: ties are never split. The published CDNOW classes stand in tests/known."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import rfm
from holdfast.analysis.tests.ledgers import days, on, random_days

FIVE = [("a", 0, 100), ("a", 10, 50), ("b", 20, 10), ("c", 30, 10), ("d", 40, 900), ("e", 50, 0)]


@pytest.mark.shows("TIE-10")
def test_five_customers_by_hand():
    found = rfm.rfm(days(FIVE), as_of=on(60)).to_pydict()

    assert found["recency_days"] == [50, 40, 30, 20, 10]
    assert found["frequency"] == [2, 1, 1, 1, 1]
    assert found["monetary_minor"] == [150, 10, 10, 900, 0]
    assert found["mean_order_minor"] == [75, 10, 10, 900, 0]
    assert found["rfm_r"] == [1, 2, 3, 4, 5]
    # Four tie at mid-rank 2.5: ceil(5·2/5) = 2; the best has mid-rank 5.
    assert found["rfm_f"] == [5, 2, 2, 2, 2]
    assert found["rfm_m"] == [4, 2, 2, 5, 1]


def test_all_equal_customers_share_the_middle_class():
    found = rfm.rfm(days([(name, 0, 5) for name in "abcdefg"]), as_of=on(1))

    assert {*found["rfm_r"].to_pylist(), *found["rfm_f"].to_pylist(), *found["rfm_m"].to_pylist()} == {3}


def test_money_counts_the_last_twelve_months_with_returns_and_the_rest_all_time():
    ledger = days([("a", 0, 999), ("a", 366, 100), ("a", 370, -30)])

    found = rfm.rfm(ledger, as_of=on(400)).to_pylist()[0]

    assert (found["monetary_minor"], found["mean_order_minor"], found["frequency"]) == (70, 70, 2)


def test_no_purchase_in_the_window_leaves_no_mean():
    found = rfm.rfm(days([("a", 0, 999)]), as_of=on(400)).to_pylist()[0]

    assert (found["monetary_minor"], found["mean_order_minor"]) == (0, None)


def test_class_counts_sum_to_the_customers_and_stay_within_1_to_5():
    ledger = random_days(np.random.default_rng(1), 333, 300, returns=0)
    found = rfm.rfm(ledger, as_of=on(300))

    for name in ("rfm_r", "rfm_f", "rfm_m"):
        values = found[name].to_numpy()
        assert len(values) == found.num_rows
        assert values.min() >= 1
        assert values.max() <= 5


def test_equal_values_always_share_a_class_and_larger_ones_are_never_lower():
    values = np.random.default_rng(2).integers(0, 12, 400)
    classes = rfm.quintiles(values)

    order = np.argsort(values, kind="stable")
    assert (np.diff(classes[order]) >= 0).all()
    assert len({(value, kind) for value, kind in zip(values, classes, strict=True)}) == len(set(values))


def test_scaling_all_money_leaves_the_scores_and_scales_the_money():
    ledger = random_days(np.random.default_rng(3), 80, 300)
    scaled = ledger.set_column(2, "amount_minor", pa.array(ledger["amount_minor"].to_numpy() * 1000))

    plain, large = rfm.rfm(ledger, as_of=on(300)), rfm.rfm(scaled, as_of=on(300))

    assert plain.select(["rfm_r", "rfm_f", "rfm_m"]).equals(large.select(["rfm_r", "rfm_f", "rfm_m"]))
    assert (large["monetary_minor"].to_numpy() == 1000 * plain["monetary_minor"].to_numpy()).all()


@pytest.mark.parametrize("rows", [[], [("a", 0, -5)]])
def test_without_purchases_there_are_no_rows(rows):
    assert rfm.rfm(days(rows), as_of=on(9)).num_rows == 0
