"""The special functions beside SciPy where SciPy is safe, beside closed forms, and beside each other where it is not."""

import numpy as np
import pytest
import scipy.special

from holdfast.analysis.lifetime.special import discounted_decay, first_unit, hyp2f1


def test_hyp2f1_equals_scipy_on_ten_thousand_points():
    rng = np.random.default_rng(1)
    a, b, c = rng.uniform(0.05, 8, (3, 10_000))
    z = rng.uniform(0, 0.8, 10_000)

    found = hyp2f1(a, b, c, z)

    # A few of SciPy's own values are only good to 1e-9.
    wrong = np.abs(found / scipy.special.hyp2f1(a, b, c, z) - 1)
    assert np.quantile(wrong, 0.999) < 1e-12
    assert wrong.max() < 1e-8


@pytest.mark.parametrize("z", [-40.0, -1.0, -0.3, 0.0, 0.2, 0.79, 0.81, 0.95, 0.9999, 0.999999])
@pytest.mark.parametrize("a", [-0.4, 0.7, 3.2, 20.0])
def test_closed_forms_hold_up_to_the_edge(a, z):
    # Source: DLMF 15.4.6 and 15.4.1.
    assert hyp2f1(a, 1.7, 1.7, z) == pytest.approx((1 - z) ** -a, rel=1e-10)
    if 0 < abs(z) < 1:
        assert hyp2f1(1, 1, 2, z) == pytest.approx(-np.log1p(-z) / z, rel=1e-11)


def test_eulers_transformation_holds_where_the_series_alone_is_slow():
    rng = np.random.default_rng(2)
    a, b = rng.uniform(0.1, 3, (2, 2000))
    c = np.maximum(a, b) + rng.uniform(0.1, 2, 2000)
    z = 1 - 10 ** rng.uniform(-6, -1, 2000)

    plain, turned = hyp2f1(a, b, c, z), (1 - z) ** (c - a - b) * hyp2f1(c - a, c - b, c, z)

    assert plain == pytest.approx(turned, rel=1e-10)


def test_large_values_do_not_overflow_on_the_way():
    # 2F1(a, b; b; z) = (1 − z)^−a, here 1e270.
    assert hyp2f1(90.0, 2.0, 2.0, 0.999) == pytest.approx(1e270, rel=1e-9)


def test_the_fraction_equals_the_series_with_its_derivatives():
    rng = np.random.default_rng(3)
    p = rng.uniform(0.1, 60, 500)
    q = p + 1 + rng.uniform(0.02, 20, 500)
    z = rng.uniform(0.001, 0.99, 500)

    found = first_unit(p, q, z)

    assert found.value == pytest.approx(hyp2f1(1, p, q, z), rel=1e-12)
    h = 1e-5
    slopes = {
        "by_p": first_unit(p + h, q, z).value - first_unit(p - h, q, z).value,
        "by_q": first_unit(p, q + h, z).value - first_unit(p, q - h, z).value,
        "by_z": first_unit(p, q, z + h / 10).value - first_unit(p, q, z - h / 10).value,
    }
    for name, step in (("by_p", 2 * h), ("by_q", 2 * h), ("by_z", h / 5)):
        assert getattr(found, name) == pytest.approx(slopes[name] / step, rel=2e-4, abs=1e-8), name


@pytest.mark.parametrize(("start", "power", "rate"), [(50.5, 0.606, 0.00268773), (2.0, 3.0, 0.1), (400.0, 1.0, 0.01)])
def test_the_discounted_decay_equals_its_closed_form(start, power, rate):
    # ∫ = start·e^z·E_s(z) = start·z^(s−1)·e^z·Γ(1−s, z); Γ(1−s, z) through hyperu(s, s, z).
    closed = start * (rate * start) ** (power - 1) * scipy.special.hyperu(power, power, rate * start)

    assert discounted_decay(np.array([start]), power, rate) == pytest.approx(closed, rel=1e-9)
