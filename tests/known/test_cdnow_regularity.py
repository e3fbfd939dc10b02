"""MBG/CNBD-k on CDNOW: k = 1 gives the MBG/NBD answers, and no larger k is likelier there."""

import pyarrow as pa
import pytest

from holdfast.analysis import lifetime
from holdfast.analysis.days import customer_days
from tests.known.test_cdnow import END, WEEK_39, rows

pytestmark = [pytest.mark.shows("CHU-07"), pytest.mark.slow]


@pytest.fixture(scope="module")
def summary():
    customer, day, amount = zip(*rows(), strict=True)
    table = pa.table({"customer_id": customer, "day": pa.array(day, pa.date32()), "amount_minor": amount})
    return lifetime.regular_summary(customer_days(table, as_of=END), as_of=WEEK_39)


def test_k_1_is_the_published_mbg_nbd(summary):
    # Source: methods §4.1: r .52484, α 6.18299, a .89136, b 1.61400, log-likelihood −9582.1327 on the rounded summary.
    fit = lifetime.fit_mbgcnbd(summary, most=1)
    plain = lifetime.fit_mbgnbd(summary)

    assert not fit.failed
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-3)
    expected = {"r": 0.52484, "alpha": 6.18299, "a": 0.89136, "b": 1.61400}
    assert {name: fit.model.parameters[name] for name in expected} == pytest.approx(expected, rel=2e-3)


def test_buyers_of_music_are_no_more_regular_than_chance(summary):
    assert lifetime.fit_mbgcnbd(summary).model.k == 1
