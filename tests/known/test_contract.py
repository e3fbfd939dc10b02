"""Subscriptions: what the published survivors cost whoever believes that everybody renews at the same rate."""

import numpy as np
import pytest

from holdfast.analysis import lifetime
from holdfast.analysis.tests.test_lifetime_contract import HIGH_END, REGULAR, missed, thousand

pytestmark = pytest.mark.shows("CHU-07")


@pytest.mark.parametrize(
    ("percent", "constant", "mixed"), [(HIGH_END, 0.151, 0.0283), (REGULAR, 0.316, 0.0149)], ids=["high end", "regular"]
)
def test_a_constant_rate_of_renewal_misses_years_8_to_12_by_the_published_error(percent, constant, mixed):
    # Source: methods §4.4: MAPE 2.83 % / 1.49 % against 15.1 % / 31.6 % of constant retention, fitted on year 7.
    rate = (percent[7] / 100) ** (1 / 7)
    foreseen = 100 * rate ** np.arange(8, 13)

    assert np.abs(foreseen / np.array(percent[8:]) - 1).mean() == pytest.approx(constant, abs=5e-4)
    assert missed(lifetime.fit_sbg(thousand(percent)).model, percent) == pytest.approx(mixed, abs=1e-4)
