"""Time to serve to the moment: where jobs count, when counting is enough, and what a chart calls a signal (methods §7)."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import capability as engine
from holdfast.analysis.capability import Signal, capability
from holdfast.analysis.capability.indices import FAR

pytestmark = pytest.mark.shows("SVC-04", "VOC-12")

START = datetime(2026, 1, 5, 8)
MOMENT = pa.timestamp("us")


def jobs(*pairs):
    begun, ended = zip(*pairs, strict=True)
    return pa.table({"started_at": pa.array(begun, MOMENT), "ended_at": pa.array(ended, MOMENT)})


def took(days):
    return jobs(*[(START + timedelta(hours=at), START + timedelta(hours=at, days=one)) for at, one in enumerate(days)])


def told(table, as_of=datetime(2027, 1, 1)):
    return capability(table, as_of=as_of).to_dict()


def test_the_last_moment_counts_and_the_next_does_not():
    end = START + timedelta(days=3)
    later = timedelta(microseconds=1)

    assert (told(jobs((START, end)), end)["n"], told(jobs((START, end + later)), end)["open"]) == (1, 1)
    assert told(jobs((end, None)), end)["open"] == 1
    assert told(jobs((end + later, None)), end)["open"] == 0
    assert capability(jobs((START, START)), as_of=end).impossible == 0
    assert capability(jobs((START, START - later)), as_of=end).impossible == 1


def test_an_open_job_is_beyond_the_limit_only_after_it():
    table = jobs((START, None))

    assert told(table, START + timedelta(days=9))["open_beyond_limit"] == 0
    assert told(table, START + timedelta(days=9, microseconds=1))["open_beyond_limit"] == 1


@pytest.mark.parametrize(("n", "late", "method"), [(50, 5, "empirical"), (50, 4, "lognormal"), (49, 9, "lognormal")])
def test_fifty_jobs_and_five_events_are_enough_to_count(n, late, method):
    days = [4 + at % 3 / 2 for at in range(n - late)] + [12.0] * late

    found = told(took(days))

    assert found["p_beyond_limit"]["method"] == method
    assert found["too_few"] == (method == "lognormal")
    if method == "empirical":
        assert found["p_beyond_limit"]["value"] == late / n


@pytest.mark.parametrize(("n", "charted"), [(19, False), (20, True)])
def test_a_chart_rests_on_twenty_jobs(n, charted):
    assert (told(took([4 + at % 3 for at in range(n)]))["control"] is not None) == charted


def test_a_point_on_a_line_is_no_signal():
    assert engine.signals_of(np.array([3.0, -3.0])) == ()
    assert engine.signals_of(np.array([2.0, 2.0, 2.0]), ["two_of_three"]) == ()
    assert engine.signals_of(np.array([0.0] * 9), ["eight_one_side"]) == ()
    assert engine.signals_of(np.array([1.0] * 15), ["fifteen_within"]) == ()
    assert engine.signals_of(np.array([1.0] * 8), ["eight_outside"]) == ()
    # A point between its neighbours' sides does not carry the pattern itself.
    assert engine.signals_of(np.array([2.2, 2.3, 0.1]), ["two_of_three"]) == (Signal("two_of_three", 2),)


def test_six_in_a_row_make_a_trend_and_five_do_not():
    assert engine.signals_of(np.arange(6.0), ["six_trend"]) == (Signal("six_trend", 6),)
    assert engine.signals_of(np.arange(5.0), ["six_trend"]) == ()
    assert engine.signals_of(-np.arange(6.0), ["six_trend"]) == (Signal("six_trend", 6),)
    assert engine.signals_of(np.array([0, 1, 2, 2, 3, 4, 5.0]), ["six_trend"]) == ()


def test_limits_of_shares_stay_within_what_shares_can_be():
    low, high = (
        engine.p_chart(np.array([1, 0, 1]), np.full(3, 10)),
        engine.p_chart(np.array([9, 10, 9]), np.full(3, 10)),
    )

    assert (low.lower == 0).all()
    assert (high.upper == 1).all()
    assert (engine.u_chart(np.array([1, 0, 1]), np.full(3, 10)).lower == 0).all()


@pytest.mark.parametrize(("size", "wide"), [(10_000, False), (10_001, True)])
def test_laney_widens_by_itself_only_where_periods_exceed_ten_thousand(size, wide):
    shares = np.tile([0.10, 0.14, 0.12, 0.09], 5)
    plain = engine.p_chart(shares * size, np.full(20, size), laney=False)

    own = engine.p_chart(shares * size, np.full(20, size))

    assert (own.upper[0] > 1.5 * plain.upper[0] - 0.5 * plain.centre) == wide


def test_laney_by_itself_never_narrows():
    size, shares = 20_000, np.full(12, 0.1)
    plain = engine.p_chart(shares * size, np.full(12, size), laney=False)

    assert engine.p_chart(shares * size, np.full(12, size)).upper == pytest.approx(plain.upper)
    assert engine.p_chart(shares * size, np.full(12, size), laney=True).upper == pytest.approx(plain.centre)


def test_the_far_quantile_is_that_of_three_sigma():
    assert FAR == 0.99865
    assert engine.ppu_percentile(9, 5, 5) is None


def test_who_stopped_waiting_on_the_day_was_still_at_risk():
    # By hand: at day 4 one of {4 done, 4 open, 6 open} finishes → 2/3 take longer.
    assert engine.still_open(np.array([4.0]), np.array([4.0, 6.0]))[1] == pytest.approx([2 / 3])


def test_short_jobs_count_in_the_fit_as_they_are():
    days = np.array([0.1, 0.2, 5.0, 6.0])

    assert engine.fit_lognormal(days).mu == pytest.approx(np.log(days).mean())


def test_the_vital_few_stop_when_exactly_eighty_percent_are_reached():
    assert engine.vital_few({"a": 0.5, "b": 0.3, "c": 0.2}) == ["a", "b"]
    assert engine.vital_few({"a": 0.5, "b": 0.299, "c": 0.201}) == ["a", "b", "c"]
    assert engine.vital_few({}) == []


def test_medians_below_a_day_have_a_ratio_too():
    found = engine.compare_times(np.array([0.2, 0.3, 0.4] * 9), np.array([0.1, 0.15, 0.2] * 9))

    assert found.ratio == pytest.approx(0.5)
    assert found.low <= 0.5 <= found.high < 1
