"""Intervals: what they must hold, how they move, and the sums behind customer equity."""

import numpy as np
import pytest
from scipy import stats

from holdfast.analysis.lifetime import count_interval, coverage, customer_equity, expected_coverage, money_interval
from holdfast.analysis.lifetime.predictive import dispersion


def nbd(seed=1, size=2000):
    rng = np.random.default_rng(seed)
    mean, spread = rng.gamma(0.6, 3, size) + 0.01, rng.gamma(1, 1, size) + 0.01
    return mean, spread, np.exp(-np.log1p(mean * spread) / spread)


def test_the_interval_of_a_negative_binomial_is_its_own():
    mean, spread, none = nbd()

    low, high = count_interval(mean, none)

    expected = stats.nbinom.ppf([[0.1], [0.9]], 1 / spread, 1 / (1 + mean * spread))
    inside = mean <= 60
    assert low[inside].tolist() == expected[0][inside].tolist()
    assert high[inside].tolist() == expected[1][inside].tolist()


def test_the_dispersion_comes_back():
    mean, spread, none = nbd()

    assert dispersion(mean, none) == pytest.approx(spread, rel=1e-5)


def test_without_more_zeros_than_chance_it_is_poisson():
    mean = np.array([0.5, 3.0, 20.0])

    low, high = count_interval(mean, np.exp(-mean) / 2)

    assert low.tolist() == stats.poisson.ppf(0.1, mean).tolist()
    assert high.tolist() == stats.poisson.ppf(0.9, mean).tolist()


def test_large_numbers_come_near_the_exact_ones():
    mean = np.array([80.0, 400.0, 5000.0])
    none = np.exp(-np.log1p(mean * 0.05) / 0.05)

    low, high = count_interval(mean, none)

    exact = stats.nbinom.ppf([[0.1], [0.9]], 20, 1 / (1 + mean * 0.05))
    assert np.stack([low, high]) == pytest.approx(exact, rel=0.03)


def test_nothing_expected_is_nothing_at_both_ends():
    low, high = count_interval(np.zeros(2), np.ones(2))

    assert low.tolist() == high.tolist() == [0, 0]


@pytest.mark.shows("CHU-07")
def test_intervals_hold_what_they_promise():
    mean, spread, none = nbd(2, 20_000)
    came = np.random.default_rng(3).negative_binomial(1 / spread, 1 / (1 + mean * spread))

    low, high = count_interval(mean, none)

    assert coverage(low, high, came) >= 0.80
    assert coverage(low, high, came) == pytest.approx(expected_coverage(mean, none, low, high), abs=0.01)


def test_doubt_about_the_level_widens_the_interval():
    mean, _, none = nbd(4)

    sure, doubtful = count_interval(mean, none), count_interval(mean, none, level=0.5)

    # Who is expected to buy little gets more zeros instead.
    often = none < 0.05
    assert (doubtful[1] >= sure[1])[often].all()
    assert (doubtful[1] > sure[1])[often].mean() > 0.5


@pytest.mark.shows("CHU-07")
def test_the_money_of_a_year_is_held_too():
    rng = np.random.default_rng(5)
    mean, spread, none = nbd(6, 20_000)
    count = rng.negative_binomial(1 / spread, 1 / (1 + mean * spread))
    own = rng.gamma(1 / 0.2, 0.2 * 50, len(mean))
    came = np.where(count > 0, own * rng.gamma(np.maximum(count, 1) / 0.4, 0.4), 0.0)

    low, high = money_interval(mean, none, np.full(len(mean), 50.0), np.full(len(mean), 0.2), 0.4)

    # Those who may buy nothing at all hold more than 80 %: their P10 is 0.
    assert 0.80 <= coverage(low, high, came) <= 0.93
    often = none < 0.02
    assert coverage(low[often], high[often], came[often]) == pytest.approx(0.80, abs=0.05)
    assert (came > high).mean() == pytest.approx(0.10, abs=0.02)
    assert (low <= high).all()


def test_money_scales_with_the_value_of_a_day():
    mean, _, none = nbd(7)
    value = np.full(len(mean), 10.0)

    once, thrice = (money_interval(mean, none, value * k, np.full(len(mean), 0.1), 0.3) for k in (1, 3))

    assert thrice[0] == pytest.approx(3 * once[0])
    assert thrice[1] == pytest.approx(3 * once[1])


@pytest.mark.shows("CHU-07")
def test_equity_is_today_and_tomorrow():
    found = customer_equity(
        [100.0, 250.0, 0.0], new_per_period=[10, 10], value_of_new=80.0, cost_to_win=30.0, discount=0.1
    )

    # By hand: 350 + 500/1.1 + 500/1.21.
    assert found.current == 350.0
    assert found.new == pytest.approx(867.7686, abs=1e-3)
    assert found.total == found.current + found.new


@pytest.mark.parametrize("wrong", [{"discount": -1.0}, {"new_per_period": [-1]}])
def test_equity_refuses_what_cannot_be(wrong):
    with pytest.raises(ValueError, match="discount"):
        customer_equity([1.0], **wrong)
