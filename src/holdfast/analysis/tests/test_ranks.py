"""A few bounds place a customer exactly where ranking all customers would."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import grading, lifetime, pareto, rfm
from holdfast.analysis.accounts import ranks
from holdfast.analysis.forecast.ranking import Transfer, in_order_of
from holdfast.analysis.grading.scoring import frozen, kept_places
from holdfast.analysis.lifetime.summary import Seen, Tuples, evenly


def drawn(rng):
    """Few or many values, with ties, below nothing, all alike."""
    size = int(rng.integers(1, 60))
    return rng.integers(-3, int(rng.choice([1, 4, 30, 10**9])), size)


@pytest.mark.slow
@pytest.mark.shows("TIE-02")
def test_cuts_give_the_quintiles():
    rng = np.random.default_rng(1)
    for _ in range(3_000):
        values = drawn(rng)
        edges = ranks.cuts_of(values)
        assert ranks.classed(values, edges).tolist() == rfm.quintiles(values).tolist()
    assert ranks.cuts_of(np.zeros(0, dtype=np.int64)) == ()


@pytest.mark.slow
@pytest.mark.shows("TIE-08")
def test_bounds_give_the_classes_and_the_curve_its_figures():
    rng = np.random.default_rng(2)
    for _ in range(2_000):
        value = drawn(rng)
        ids = pa.array(sorted(f"c{number}" for number in range(len(value))))

        curve = ranks.curve_of(ids, value, pareto.DEFAULTS.abc)

        plain = pareto.classes_abc(pa.table({"customer_id": ids, "value_minor": value}))["abc"]
        assert ranks.letters(ids, value, curve.bounds).to_pylist() == plain.to_pylist()
        told = (pareto.top_share(value), pareto.customers_for_share(value), pareto.gini(value))
        assert list(curve.figures().values()) == pytest.approx(list(told), abs=1e-12)
        for name in ("share_customers", "share_value"):
            assert curve.lorenz()[name].to_pylist() == pytest.approx(pareto.lorenz(value)[name].to_pylist(), abs=1e-15)


def test_two_customers_with_one_revenue_are_told_apart_by_their_ids():
    ids, value = pa.array(["a", "b", "c", "d", "e"]), np.array([100, 100, 100, 100, 100])

    bounds = ranks.curve_of(ids, value, (400, 800)).bounds

    assert bounds == ((100, "c"), (100, "e"))
    assert ranks.letters(ids, value, bounds).to_pylist() == ["A", "A", "B", "B", "C"]
    # A part of the customers is placed as all of them are.
    assert ranks.letters(ids.slice(2), value[2:], bounds).to_pylist() == ["B", "B", "C"]


@pytest.mark.parametrize("size", [0, 1, 19, 20, 199, 200, 5_000])
def test_a_reference_is_made_from_a_few_of_the_sorted_values(size):
    params = grading.GradingParams(max_reference=300)
    values = np.sort(np.random.default_rng(size).lognormal(3, 2, size))

    kept = frozen(values[kept_places(size, params)], size, params)

    tail = 0 if size < 20 else 0.05 if size < 200 else 0.01
    low, high = np.quantile(values, [tail, 1 - tail]) if size else (0, 0)
    clipped = np.clip(values, low, high)
    places = np.arange(size) if size <= 300 else np.linspace(0, size - 1, 300).round().astype(int)
    assert np.array_equal(kept, clipped[places])


def test_values_taken_evenly_stand_for_all():
    rng = np.random.default_rng(3)
    count, total = rng.integers(0, 9, 4_000), rng.integers(-500, 90_000, 4_000)

    every = lifetime.Values.of(count, total, 100.0, 10_000)
    some = lifetime.Values.of(count, total, 100.0, 500)

    assert every.customers == some.customers == len(every.x) == ((count > 0) & (total > 0)).sum()
    assert np.array_equal(some.m, every.m[evenly(every.customers, 500)])
    assert np.array_equal(np.lexsort((every.m, every.x)), np.arange(len(every.x)))
    assert np.histogram(some.x)[0] / 500 == pytest.approx(np.histogram(every.x)[0] / every.customers, abs=0.003)


def test_very_large_sums_are_put_in_order_too():
    count, total = np.array([3, 1, 3, 2]), np.array([2**61, 5, 2**60, 2**61 + 1])

    found = lifetime.Values.of(count, total, 1.0, 10)

    assert found.x.tolist() == [1, 2, 3, 3]
    assert (found.x * found.m).tolist() == pytest.approx([5, 2**61, 2**60, 2**61])


def test_gamma_gamma_of_a_part_is_near_that_of_all():
    rng = np.random.default_rng(4)
    x = rng.integers(1, 30, 30_000)
    mean = rng.gamma(6.0, 4.0 / rng.gamma(4.0, 1 / 15.0, 30_000)) / 6.0

    every = lifetime.fit_values(x, mean, lifetime.FitParams(most_values=30_000))
    part = lifetime.fit_values(x, mean, lifetime.FitParams(most_values=6_000))

    assert part.n == every.n == 30_000
    assert part.model.mean == pytest.approx(every.model.mean, rel=0.01)
    assert part.log_likelihood == pytest.approx(every.log_likelihood, rel=0.001)


def test_tuples_that_are_too_many_are_taken_where_the_customers_stand():
    rng = np.random.default_rng(5)
    x, age = rng.integers(0, 4, 3_000), rng.integers(10, 60, 3_000)
    seen = Seen(x.astype(float), np.where(x > 0, age // 2, 0) / 7, age / 7)

    thin = Tuples.of(seen).thinned(50)

    rows = np.lexsort((seen.t_x, seen.age, seen.x))[evenly(3_000, 50)]
    found, count = np.unique(np.stack([seen.x[rows], seen.age[rows], seen.t_x[rows]]), axis=1, return_counts=True)
    assert np.array_equal(np.stack([thin.x, thin.age, thin.t_x]), found)
    assert thin.weight.tolist() == pytest.approx((count * 60.0).tolist())


def test_chances_are_handed_out_in_the_order_of_scores_and_equal_scores_share():
    rng = np.random.default_rng(6)
    chances, score = rng.random(200), rng.permutation(200) / 7.0

    assert np.array_equal(Transfer.of(chances, score).given(score), in_order_of(chances, score))
    shared = Transfer.of(np.array([0.1, 0.4, 0.8]), np.array([2.0, 2.0, 5.0]))
    assert shared.given(np.array([2.0, 5.0, 3.5, -9.0, 9.0])).tolist() == pytest.approx([0.25, 0.8, 0.525, 0.25, 0.8])
    assert Transfer.of(np.zeros(0), np.zeros(0)).given(np.ones(2)).tolist() == [0, 0]
