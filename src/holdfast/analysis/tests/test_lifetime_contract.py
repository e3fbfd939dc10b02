"""Contract business: the published survivors, and simple lifetime value."""

import numpy as np
import pytest

from holdfast.analysis import lifetime

# Survivors in percent, years 0 to 12. Source: Fader & Hardie 2007, through methods §4.4.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]

pytestmark = pytest.mark.shows("CHU-07")


def thousand(percent, years=7):
    return [10 * value for value in percent[: years + 1]]


def missed(model, percent):
    """Mean absolute percentage error of years 8 to 12."""
    return np.abs(100 * model.survival(range(8, 13)) / np.array(percent[8:]) - 1).mean()


@pytest.mark.parametrize(
    ("percent", "alpha", "beta", "log_likelihood", "year_12", "miss"),
    [(HIGH_END, 0.6681, 3.8061, -1611.16, 0.3780, 0.0283), (REGULAR, 0.7041, 1.1820, -1680.27, 0.1700, 0.0149)],
    ids=["high end", "regular"],
)
def test_the_published_sbg_fits(percent, alpha, beta, log_likelihood, year_12, miss):
    # Source: methods §4.4.
    found = lifetime.fit_sbg(thousand(percent))

    assert tuple(found.model.parameters.values()) == pytest.approx((alpha, beta), abs=1e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.005)
    assert found.model.survival([12]) == pytest.approx(year_12, abs=1e-4)
    assert missed(found.model, percent) == pytest.approx(miss, abs=1e-4)


def test_a_small_cohort_and_its_next_years():
    # Source: Fader & Hardie 2014 (note), through methods §4.4.
    found = lifetime.fit_sbg([1000, 631, 468, 382, 326]).model

    assert tuple(found.parameters.values()) == pytest.approx((0.76367, 1.29583), abs=2e-5)
    assert 1000 * found.survival([5, 6, 7, 8]) == pytest.approx([284.5, 253.7, 229.6, 210.3], abs=0.06)


def test_retention_rises_as_the_restless_leave():
    # Source: methods §4.4.
    found = lifetime.fit_sbg(thousand(REGULAR)).model

    assert found.retention([1, 2, 3, 4]) == pytest.approx([0.6267, 0.7560, 0.8188, 0.8559], abs=1e-4)


def test_the_published_beta_weibull():
    # Source: retenmod's README, through methods §4.4: five points of the high end, year 10.
    found = lifetime.fit_beta_weibull(thousand(HIGH_END, 4)).model

    assert tuple(found.parameters.values()) == pytest.approx((0.25934, 1.72255, 1.58436), abs=2e-4)
    assert 100 * found.survival([10]) == pytest.approx(41.823, abs=0.005)


@pytest.mark.parametrize(("percent", "miss"), [(HIGH_END, 0.0127), (REGULAR, 0.0138)], ids=["high end", "regular"])
def test_the_beta_weibull_foresees_years_8_to_12_better(percent, miss):
    # Source: methods §4.4.
    assert missed(lifetime.fit_beta_weibull(thousand(percent)).model, percent) == pytest.approx(miss, abs=1e-4)


def test_expected_and_residual_lifetime():
    # Source: methods §4.4, regular, 10 %: the constant-retention formula is 25 % too low for who has stayed.
    found = lifetime.fit_sbg(thousand(REGULAR)).model
    constant = lifetime.constant_retention_residual(float(found.retention([5])[0]), 0.10)

    assert found.expected_lifetime(0.10) == pytest.approx(3.6949, abs=1e-4)
    assert found.residual_lifetime(5, 0.10) == pytest.approx(5.8941, abs=1e-4)
    assert constant == pytest.approx(4.4096, abs=1e-4)


def test_simple_lifetime_value():
    # Source: methods §4.4.
    assert lifetime.simple_clv(100, 0.8, 0.1) == pytest.approx(266.67, abs=0.005)
    assert lifetime.simple_clv(100, 0.8, 0.1, first_included=True) == pytest.approx(366.67, abs=0.005)
    assert lifetime.simple_clv(100, 0.85, 0.1) == pytest.approx(340.00, abs=0.005)
    assert lifetime.mean_lifetime(0.8) == pytest.approx(5)


@pytest.mark.parametrize("alive", [[], [10], [10, 11], [0, 0], [10, -1]])
def test_survivors_that_cannot_be_are_refused(alive):
    with pytest.raises(ValueError, match="surviv"):
        lifetime.fit_sbg(alive)


def test_nobody_left_and_nobody_gone_are_answers_too():
    for alive in ([10, 0], [10, 10], [5, 3, 0, 0]):
        for fit in (lifetime.fit_sbg, lifetime.fit_beta_weibull):
            survival = fit(alive).model.survival([0, 1, 2, 3])
            assert ((survival >= 0) & (survival <= 1)).all()
            assert (np.diff(survival) <= 0).all()
