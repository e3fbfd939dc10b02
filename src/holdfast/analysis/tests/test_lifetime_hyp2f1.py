"""2F1 beside its own series in whole numbers of 240 bits: ten thousand random points, 1e-10 relative (methods §12)."""

import numpy as np
import pytest

from holdfast.analysis.lifetime.special import hyp2f1, scaled_hyp2f1

BITS = 240
ONE = 1 << BITS


def fixed(value):
    """The float exactly, as a whole number of 2^−240."""
    top, bottom = float(value).as_integer_ratio()
    return (top << BITS) // bottom


def exact(a, b, c, z):
    """The series, every term exact to 72 digits, until the terms cannot matter for 1e-17."""
    a, b, c, z = (fixed(value) for value in (a, b, c, z))
    term, total, n = ONE, ONE, 0
    while abs(term) * 10**20 > abs(total) or n < 8:
        up = (a + n * ONE) * (b + n * ONE) >> BITS
        down = (c + n * ONE) * (n + 1)
        term = (term * up // down) * z >> BITS
        total += term
        n += 1
    return total / ONE


@pytest.mark.slow
@pytest.mark.shows("CHU-07")
def test_ten_thousand_random_points_are_right_to_ten_digits():
    rng = np.random.default_rng(11)
    a, b = rng.uniform(0.05, 30, (2, 10_000))
    c, z = rng.uniform(0.05, 60, 10_000), rng.uniform(0, 0.9, 10_000)

    found = hyp2f1(a, b, c, z)

    truth = np.array([exact(*point) for point in zip(a, b, c, z, strict=True)])
    assert np.abs(found / truth - 1).max() < 1e-10


@pytest.mark.slow
def test_points_near_the_edge_are_right_too():
    rng = np.random.default_rng(12)
    a, b = rng.uniform(0.05, 4, (2, 100))
    c, z = np.maximum(a, b) + rng.uniform(0.1, 4, 100), 1 - 10 ** rng.uniform(-2.5, -1, 100)

    found = hyp2f1(a, b, c, z)

    truth = np.array([exact(*point) for point in zip(a, b, c, z, strict=True)])
    assert np.abs(found / truth - 1).max() < 1e-10


@pytest.mark.slow
def test_the_points_the_models_ask_for_are_right():
    # First parameter c − r − x below 0 or small, second a − 1, as the bracket of BG/NBD and MBG/NBD has them.
    rng = np.random.default_rng(13)
    r, a, b = rng.uniform(0.1, 2, 2000), rng.uniform(0.05, 5, 2000), rng.uniform(0.3, 12, 2000)
    x = rng.integers(0, 4, 2000)
    c, z = a + b + x, rng.uniform(0.01, 0.85, 2000)
    first = c - r - x

    value, log_scale = scaled_hyp2f1(first, a - 1, c, z)

    truth = np.array([exact(*point) for point in zip(first, a - 1, c, z, strict=True)])
    assert np.abs(value * np.exp(log_scale) / truth - 1).max() < 1e-10
