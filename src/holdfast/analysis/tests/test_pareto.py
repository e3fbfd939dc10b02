"""80/20, Gini, ABC, A–D and the whale curve against the published vectors."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import pareto


def values(*numbers):
    return pa.table({"customer_id": pa.array(range(len(numbers))), "value_minor": pa.array(numbers, pa.int64())})


@pytest.mark.shows("TIE-08")
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((1, 2, 3, 4, 5), 0.266667), ((2, 2, 4, 12), 0.4), ((7, 7, 7), 0), ((0, 0, 0, 1), 0.75)],
)
def test_gini_of_the_published_vectors(numbers, expected):
    # Source: methods §2.
    assert pareto.gini(np.array(numbers)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.slow
def test_an_exact_80_20_market_has_the_published_gini():
    # Source: methods §2: Pareto with shape log_4 5, G = 1/(2·shape − 1) = .756471; top 4 % hold 64 %.
    shape = np.log(5) / np.log(4)
    size = 2_000_000
    # Mean value of each slice of the distribution, so that the tail is exact.
    edges = (np.arange(size, -1, -1) / size) ** (1 - 1 / shape)
    market = (-np.diff(edges) * 1e15).astype(np.int64)

    assert pareto.gini(market) == pytest.approx(0.756471, abs=2e-4)
    assert pareto.top_share(market, 0.20) == pytest.approx(0.80, abs=1e-4)
    assert pareto.top_share(market, 0.04) == pytest.approx(0.64, abs=1e-4)
    assert pareto.customers_for_share(market, 0.80) == pytest.approx(0.20, abs=1e-4)


@pytest.mark.parametrize("numbers", [(), (0, 0), (-5, 0)])
def test_with_nothing_to_share_there_is_no_figure(numbers):
    empty = np.array(numbers, dtype=np.int64)

    assert pareto.gini(empty) is None
    assert pareto.top_share(empty) is None
    assert pareto.customers_for_share(empty) is None
    assert pareto.lorenz(empty).num_rows == 0


def test_gini_stays_between_0_and_its_maximum():
    rng = np.random.default_rng(1)
    for size in rng.integers(1, 60, 300):
        found = pareto.gini(rng.integers(1, 10**9, size))

        assert -1e-12 <= found <= (size - 1) / size + 1e-12


def test_shares_count_the_best_customers_first():
    ten = np.array([100, 60, 20, 10, 4, 2, 1, 1, 1, 1])

    assert pareto.top_share(ten, 0.2) == pytest.approx(0.8)
    assert pareto.customers_for_share(ten, 0.8) == pytest.approx(0.2)
    assert pareto.customers_for_share(ten, 0.81) == pytest.approx(0.3)
    # A quarter of ten customers: two and half of the third.
    assert pareto.top_share(ten, 0.25) == pytest.approx((160 + 10) / 200)


def test_the_curve_runs_from_nothing_to_everything_and_never_falls():
    curve = pareto.lorenz(np.random.default_rng(2).integers(0, 1000, 5000))

    for name in ("share_customers", "share_value"):
        points = curve[name].to_numpy()
        assert (points[0], points[-1]) == (0, 1)
        assert (np.diff(points) >= 0).all()
    assert curve.num_rows == 101


@pytest.mark.shows("TIE-08")
def test_abc_of_the_published_vector():
    # Source: methods §2.
    found = pareto.classes_abc(values(500, 250, 100, 60, 40, 25, 15, 5, 3, 2))

    assert "".join(found["abc"].to_pylist()) == "AAABBCCCCC"


def test_classes_keep_the_order_given_and_ties_go_to_the_older_customer():
    found = pareto.classes_abc(values(1, 40, 40, 19))

    assert found["customer_id"].to_pylist() == [0, 1, 2, 3]
    assert found["abc"].to_pylist() == ["C", "A", "A", "B"]
    assert pareto.classes_abc(values(100, 100))["abc"].to_pylist() == ["A", "A"]
    assert pareto.classes_abc(values(85, 85, 15, 15))["abc"].to_pylist() == ["A", "A", "B", "B"]


@pytest.mark.shows("TIE-11")
def test_loss_makers_are_always_d_and_unknown_profit_has_no_class():
    table = pa.table({"customer_id": list("abcdef"), "value_minor": [50, 30, 15, -2, 5, None]})

    assert pareto.classes_abcd(table)["abcd"].to_pylist() == ["A", "B", "C", "D", "D", None]


def test_when_everybody_loses_everybody_is_d():
    assert pareto.classes_abcd(values(-5, -6, 0))["abcd"].to_pylist() == ["D", "D", "D"]


@pytest.mark.shows("TIE-08")
def test_the_whale_curve_of_the_published_vector_peaks_at_157_percent():
    # Source: methods §2: total 70, peak 110.
    found = pareto.whale_curve(values(50, 30, 20, 10, -5, -15, -20)).to_pydict()

    assert found["cumulative_minor"] == [50, 80, 100, 110, 105, 90, 70]
    assert max(found["share_of_total"]) == pytest.approx(1.57, abs=0.005)


def test_a_total_loss_has_a_curve_without_shares():
    assert pareto.whale_curve(values(5, -6))["share_of_total"].to_pylist() == [None, None]


def test_scaling_money_leaves_classes_and_shares():
    numbers = np.random.default_rng(3).integers(-500, 5000, 300)
    plain, large = values(*numbers.tolist()), values(*(numbers * 1000).tolist())

    assert pareto.classes_abcd(plain)["abcd"].equals(pareto.classes_abcd(large)["abcd"])
    assert pareto.gini(numbers) == pytest.approx(pareto.gini(numbers * 1000))
