"""Time to serve: the vectors of methods §7, then how a table of jobs is told."""

import math
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import ndtr, ndtri

from holdfast.analysis import capability as engine
from holdfast.analysis.capability import CapabilityParams, Lognormal, Signal, capability
from holdfast.analysis.capability.control import moving_ranges
from holdfast.analysis.tables import TableError

START = datetime(2026, 1, 5, 8)
NOW = datetime(2027, 1, 1)


def jobs(days, reasons=None, waiting=0):
    """Finished jobs of so many days, and open ones, one begun each hour."""
    begun = [START + timedelta(hours=at) for at in range(len(days) + waiting)]
    ended = [start + timedelta(days=float(took)) for start, took in zip(begun, days, strict=False)] + [None] * waiting
    reason = list(reasons or []) + [None] * (len(begun) - len(reasons or []))
    moment = pa.timestamp("us")
    return pa.table({
        "started_at": pa.array(begun, moment), "ended_at": pa.array(ended, moment), "reason": pa.array(reason, pa.string()),
    })  # fmt: skip


def lognormal_points(mean=6.7, sd=1.8, n=1000):
    law = Lognormal.of_moments(mean, sd)
    return [law.quantile((at + 0.5) / n) for at in range(n)]


# --- vectors of methods §7 ---
@pytest.mark.shows("VOC-12", "SVC-04", "T1")
@pytest.mark.parametrize(
    ("sd", "within", "beyond", "dpmo", "z", "percentile", "ppu_z", "normal"),
    [
        (1.0, 0.6441, 0.01958, 19_583, 2.062, 0.638, 0.687, 0.01072),
        (1.5, 0.6212, 0.07422, 74_222, 1.445, 0.400, 0.482, 0.06260),
        (2.0, 0.6164, 0.12380, 123_800, 1.156, 0.287, 0.385, 0.12507),
        (2.5, 0.6186, 0.15916, 159_158, 0.998, 0.222, 0.333, 0.17879),
    ],
)
def test_lognormal_times_of_mean_six_point_seven_are_as_tabled(sd, within, beyond, dpmo, z, percentile, ppu_z, normal):
    law = Lognormal.of_moments(6.7, sd)

    assert law.mean == pytest.approx(6.7)
    assert law.within(7) == pytest.approx(within, abs=5e-5)
    assert law.beyond(9) == pytest.approx(beyond, abs=5e-6)
    assert engine.dpmo_of(law.beyond(9), 1) == pytest.approx(dpmo, abs=0.6)
    assert engine.sigma_level(engine.dpmo_of(law.beyond(9), 1), shifted=False) == pytest.approx(z, abs=6e-4)
    assert engine.ppu_percentile(9, law.quantile(0.5), law.quantile(0.99865)) == pytest.approx(percentile, abs=6e-4)
    assert engine.ppu_z(law.beyond(9)) == pytest.approx(ppu_z, abs=6e-4)
    assert ndtr(-(9 - 6.7) / sd) == pytest.approx(normal, abs=6e-6)


@pytest.mark.parametrize(("dpmo", "sigma"), [(3.4, 6), (233, 5), (6_210, 4), (66_807, 3), (308_538, 2)])
def test_sigma_levels_are_as_published(dpmo, sigma):
    assert engine.sigma_level(dpmo) == pytest.approx(sigma, abs=0.005)
    assert engine.sigma_level(dpmo, shifted=False) == pytest.approx(sigma - 1.5, abs=0.005)


@pytest.mark.parametrize(("share", "sd"), [(0.05, 1.288), (0.01, 0.878), (0.001, 0.652)])
def test_how_much_times_may_vary_to_keep_nine_days_is_as_published(share, sd):
    found = engine.largest_sd(6.7, 9, share)

    assert found == pytest.approx(sd, abs=6e-4)
    assert Lognormal.of_moments(6.7, found).beyond(9) == pytest.approx(share)


@pytest.mark.shows("T1", "VOC-12", "SVC-04")
def test_a_thousand_repairs_of_mean_six_point_seven_are_told_as_published():
    told = capability(jobs(lognormal_points()), as_of=NOW).to_dict()

    assert (told["n"], told["open"], told["method"]) == (1000, 0, "empirical")
    assert told["mean"] == pytest.approx(6.7, abs=0.01)
    assert told["p_within_target"]["value"] == 0.617
    assert told["p_beyond_limit"]["value"] == 0.106
    assert [told["zones"][name]["n"] for name in ("delight", "acceptable", "angry", "grey")] == [617, 277, 106, 0]
    assert told["quantiles"]["0.5"] == pytest.approx(6.4706, abs=5e-5)
    assert told["ppu"]["percentile"] == pytest.approx(0.3378, abs=5e-5)
    assert told["dpmo"] == pytest.approx(106_000)


def test_quantiles_are_linear_as_published():
    found = np.quantile(lognormal_points(), [0.00135, 0.5, 0.99865])

    assert found == pytest.approx([3.0006, 6.4706, 13.9590], abs=5e-5)


def test_wilson_intervals_are_as_published():
    chance = engine.wilson(40, 200)
    z = ndtri(0.975)
    for edge in (chance.low, chance.high):
        assert abs(edge - 0.2) == pytest.approx(z * math.sqrt(edge * (1 - edge) / 200), rel=1e-9)
    assert engine.wilson(0, 0).value is None
    assert engine.wilson(0, 10).low == 0
    assert engine.wilson(10, 10).high == pytest.approx(1)


NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


@pytest.mark.shows("SVC-04")
def test_the_chart_of_single_values_is_that_of_the_nist_handbook():
    chart = engine.individuals(np.array(NIST))

    assert chart.centre == pytest.approx(50.81)
    assert moving_ranges(np.array(NIST)) == pytest.approx((1.87778, 6.1347), abs=5e-5)
    assert (chart.upper[0], chart.lower[0]) == pytest.approx((55.8041, 45.8159), abs=1.5e-3)
    assert not any(signal.rule == "beyond_3" for signal in chart.signals)


def test_the_chart_of_shares_is_that_of_the_nist_handbook():
    shares = [
        *(0.24, 0.30, 0.16, 0.20, 0.08, 0.14, 0.32, 0.18, 0.28, 0.20, 0.10, 0.12, 0.34, 0.24, 0.44),
        *(0.16, 0.20, 0.10, 0.26, 0.22, 0.40, 0.36, 0.48, 0.30, 0.18, 0.24, 0.14, 0.26, 0.18, 0.12),
    ]
    chart = engine.p_chart(np.round(np.array(shares) * 50), np.full(30, 50))

    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.052, 0.410), abs=6e-4)
    assert chart.signals == (Signal("beyond_3", 15), Signal("beyond_3", 23))


def test_the_chart_of_counts_per_unit_is_as_published():
    chart = engine.u_chart(np.full(8, 10), np.full(8, 20))

    assert chart.centre == 0.5
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.0257, 0.9743), abs=5e-5)


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        ([0.1, 2.2, 0.3, 2.4], Signal("two_of_three", 4)),
        ([1.2, 1.4, 0.2, 1.1, 1.3], Signal("four_of_five", 5)),
        ([0.1] * 8, Signal("eight_one_side", 8)),
        ([0.0, -3.1], Signal("beyond_3", 2)),
    ],
)
def test_western_electric_rules_signal_at_the_point_that_completes_them(z, expected):
    assert engine.signals_of(np.array(z)) == (expected,)


@pytest.mark.parametrize(
    ("rule", "z", "at"),
    [
        ("nine_one_side", [-0.1] * 9, 9),
        ("six_trend", [0.9, -1.0, -0.5, 0.0, 0.4, 0.6, 0.8], 7),
        ("fourteen_alternating", [1.0, -1.0] * 7, 14),
        ("fifteen_within", [0.5, -0.5, 0.2] * 5, 15),
        ("eight_outside", [1.5, -1.5, 1.2, 1.3, -1.1, 1.4, -2.0, 1.1], 8),
    ],
)
def test_rules_of_nelson_are_there_when_asked_for(rule, z, at):
    assert engine.signals_of(np.array(z), engine.NELSON) == (Signal(rule, at),)
    assert engine.signals_of(np.array(z[:-1]), [rule]) == ()
    with pytest.raises(ValueError, match="no rule x"):
        engine.signals_of(np.array(z), ["x"])


@pytest.mark.shows("SVC-07", "VOC-12")
def test_late_forty_of_two_hundred_before_and_eighteen_after_is_as_published():
    change = engine.two_proportions(40, 200, 18, 200)

    assert change.z == pytest.approx(3.124, abs=5e-4)
    assert change.p == pytest.approx(0.00178, abs=5e-6)
    assert (change.difference, change.low, change.high) == pytest.approx((0.110, 0.0412, 0.1789), abs=5e-5)
    assert engine.two_proportions(0, 9, 0, 9).p is None
    with pytest.raises(ValueError, match="both"):
        engine.two_proportions(1, 2, 0, 0)


def test_critical_requirements_weighted_by_customers_value_change_their_order():
    importance = [(5, 3, 1), (4, 4, 2), (2, 5, 5), (1, 5, 5)]

    assert engine.critical_weights(importance, (50, 30, 15, 5)) == pytest.approx([0.411, 0.376, 0.213], abs=5e-4)
    assert engine.critical_weights(importance) == pytest.approx([0.286, 0.405, 0.310], abs=5e-4)
    assert engine.vital_few({"a": 0.411, "b": 0.376, "c": 0.213}) == ["a", "b", "c"]
    assert engine.vital_few({"a": 0.5, "b": 0.1, "c": 0.4}) == ["a", "c"]


def test_what_a_hundred_late_jobs_of_a_thousand_cost_is_as_published():
    cost = engine.cost_of_lateness(1000, 0.1, compensation_minor=50_00, leaving_share=0.05, value_minor=5_200_00)

    assert cost == {"compensation": 5_000_00, "leaving": 26_000_00, "total": 31_000_00}


# --- charts of groups, wide spread, frozen limits ---
def test_means_of_groups_have_limits_of_their_own_size():
    rng = np.random.default_rng(1)
    chart = engine.means_chart([rng.normal(10, 1, 25), rng.normal(10, 1, 100), rng.normal(13, 1, 4)])

    assert chart.upper[0] - chart.centre == pytest.approx(2 * (chart.upper[1] - chart.centre))
    assert Signal("beyond_3", 3) in chart.signals
    with pytest.raises(ValueError, match="two values"):
        engine.means_chart([np.ones(1)])


def test_limits_of_a_baseline_stay_when_new_points_come():
    steady = np.tile([9.0, 11.0], 10)
    chart = engine.individuals(np.append(steady, 30.0), baseline=20)

    assert chart.centre == 10
    assert chart.upper == pytest.approx(10 + 2.66 * 2)
    assert Signal("beyond_3", 21) in chart.signals


def test_huge_periods_do_not_alarm_only_for_being_huge():
    sizes = np.full(24, 1_000_000)
    shares = np.tile([0.10, 0.12, 0.11, 0.09], 6)

    assert len(engine.p_chart(shares * sizes, sizes, laney=False).signals) > 10
    assert engine.p_chart(shares * sizes, sizes).in_control


# --- fits ---
def test_open_jobs_count_as_lower_bounds_of_what_they_will_take():
    rng = np.random.default_rng(5)
    took, patience = np.exp(rng.normal(2, 0.5, 20_000)), rng.uniform(2, 20, 20_000)
    done, waiting = took[took <= patience], patience[took > patience]

    fit = engine.fit_lognormal(done, waiting)

    assert (fit.mu, fit.sigma) == pytest.approx((2, 0.5), abs=0.02)
    assert engine.fit_lognormal(done).mu < 1.9


def test_without_open_jobs_the_fit_is_the_mean_and_spread_of_logarithms():
    days = np.array([2.0, 5.0, 9.0, 4.0])

    fit = engine.fit_lognormal(days)

    assert (fit.mu, fit.sigma) == pytest.approx((np.log(days).mean(), np.log(days).std()))
    assert engine.fit_lognormal(np.array([3.0, 3.0, 3.0])) is None
    assert engine.fit_lognormal(np.array([3.0, 4.0])) is None
    assert engine.fit_lognormal(np.zeros(9)) is None


def test_jobs_done_at_once_pull_the_fit_down():
    days = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    assert engine.fit_lognormal(np.append(days, 0.0)).mu < engine.fit_lognormal(days).mu


def test_the_curve_of_open_jobs_counts_only_who_was_still_waiting():
    times, share = engine.still_open(np.array([2.0, 4.0, 4.0]), np.array([3.0, 9.0]))

    assert times.tolist() == [2, 4]
    assert share == pytest.approx([0.8, 0.8 / 3])


# --- a table of jobs ---
@pytest.mark.shows("T1", "SVC-03", "VOC-12")
@pytest.mark.parametrize(
    ("days", "zone"), [(0, "delight"), (7, "delight"), (7.001, "acceptable"), (9, "acceptable"), (9.001, "angry")]
)
def test_a_job_is_amber_after_seven_days_and_red_after_nine(days, zone):
    assert engine.zone_of(days) == zone


@pytest.mark.shows("VOC-12", "SVC-05", "T1")
def test_grey_reasons_are_counted_apart_and_left_out_of_the_process_view_only():
    days, reasons = [5] * 60 + [8] * 20 + [12] * 20, [None] * 85 + ["parts"] * 10 + ["staff"] * 5
    told = capability(jobs(days, reasons, waiting=3), as_of=NOW, params=CapabilityParams(grey=("parts", "staff")))
    all_jobs, process = told.to_dict(), told.to_dict()["process_view"]

    assert (all_jobs["n"], all_jobs["open"], all_jobs["open_beyond_limit"]) == (100, 3, 3)
    assert all_jobs["zones"]["angry"] == {"n": 20, "share": 0.2, "grey": 15}
    assert all_jobs["zones"]["grey"] == {"n": 15, "share": 0.15}
    assert all_jobs["grey_reasons"] == {"parts": 10, "staff": 5}
    assert process["n"] == 85
    assert process["zones"]["grey"]["n"] == 0
    assert process["p_beyond_limit"]["value"] == pytest.approx(5 / 85)
    assert process["p_beyond_limit"]["method"] == "empirical"


def test_few_events_are_told_by_the_fit_and_the_count_stands_beside_it():
    told = capability(jobs(lognormal_points(sd=1.0, n=60)), as_of=NOW).to_dict()

    assert told["method"] == "lognormal"
    assert told["p_within_target"]["method"] == "empirical"
    assert told["p_beyond_limit"]["method"] == "lognormal"
    assert told["p_beyond_limit"]["value"] == pytest.approx(Lognormal(**told["fit"]).beyond(9))
    assert told["p_beyond_limit"]["observed"]["value"] == 1 / 60
    assert told["too_few"]


@pytest.mark.parametrize("days", [[], [3], [3, 3, 3, 3], [0, 0], [100] * 60, [1, 20]])
def test_meagre_tables_give_what_can_be_given_and_never_fail(days):
    told = capability(jobs(days, waiting=2), as_of=NOW).to_dict()

    for chance in (told["p_within_target"], told["p_beyond_limit"]):
        assert (chance["value"] is None) == (not days)
        assert not days or 0 <= chance["low"] <= chance["value"] <= chance["high"] <= 1
    assert told["open"] == 2
    assert all(math.isfinite(value) for value in (told["mean"] or 0, told["dpmo"] or 0))


def test_ends_before_starts_are_left_out_and_ends_to_come_are_open():
    table = jobs([2, -3, 400])
    told = capability(table, as_of=START + timedelta(days=30))

    assert told.impossible == 1
    assert (told.customer.to_dict()["n"], told.customer.to_dict()["open"]) == (1, 1)
    with pytest.raises(TableError, match="started_at"):
        capability(table.drop_columns("started_at"), as_of=NOW)


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(2)
    table = jobs(rng.lognormal(1.9, 0.4, 300), ["x", "y"] * 100, waiting=40)
    params = CapabilityParams(grey=("x",))
    mixed = table.take(rng.permutation(table.num_rows))

    assert (
        capability(mixed, as_of=NOW, params=params).to_dict() == capability(table, as_of=NOW, params=params).to_dict()
    )


def test_the_index_is_called_capability_only_while_the_chart_is_steady():
    rng = np.random.default_rng(4)
    steady = capability(jobs(np.sort(rng.lognormal(1.9, 0.2, 40))[[*range(0, 40, 2), *range(39, 0, -2)]]), as_of=NOW)
    wild = capability(jobs([5, 6] * 15 + [60] * 9), as_of=NOW).to_dict()["control"]

    assert wild["index"] == "Ppk"
    assert not wild["in_control"]
    assert steady.to_dict()["control"]["points"] == 40


@pytest.mark.shows("SVC-07")
def test_shorter_times_after_a_change_are_seen_and_the_answer_repeats():
    rng = np.random.default_rng(6)
    before, after = rng.lognormal(2.0, 0.4, 150), rng.lognormal(1.8, 0.4, 150)

    found = engine.compare_times(before, after)

    assert found == engine.compare_times(rng.permutation(before), after)
    assert found.low < found.ratio < found.high < 1
    assert found.p < 0.001


@pytest.mark.parametrize("target_limit", [(0, 9), (9, 7), (-1, 2), (5, math.inf), (math.nan, 9)])
def test_targets_that_make_no_sense_are_refused(target_limit):
    with pytest.raises(ValueError, match="target"):
        CapabilityParams(*target_limit)


def whole_days(seed=3, n=3_000):
    """Jobs of a steady process, known to the day alone: each day some 20 end together."""
    rng = np.random.default_rng(seed)
    begun = np.datetime64("2026-01-05") + rng.integers(0, 150, n)
    ended = begun + np.maximum(1, np.round(rng.lognormal(1.7, 0.35, n))).astype(int)
    moment = pa.timestamp("us")
    return pa.table({
        "started_at": pa.array(begun.astype("datetime64[us]"), moment), "ended_at": pa.array(ended.astype("datetime64[us]"), moment),
        "reason": pa.nulls(n, pa.string()),
    })  # fmt: skip


def test_jobs_that_end_on_one_day_do_not_look_like_runs():
    found = capability(whole_days(), as_of=NOW)

    took = [int(day) for day in found.customer.days]
    assert sorted(took) == sorted(int(day) for day in found.process.days)
    falls = sum(later < earlier for earlier, later in pairwise(took))
    rises = sum(later > earlier for earlier, later in pairwise(took))
    assert abs(falls - rises) < 0.1 * len(took)  # by their start they would fall within each day
    assert len(found.customer.chart.signals) < 0.05 * len(took)


def test_the_order_of_rows_changes_nothing_where_many_end_together():
    table = whole_days(seed=4, n=600)
    shuffled = table.take(np.random.default_rng(1).permutation(600))

    assert capability(shuffled, as_of=NOW).to_dict() == capability(table, as_of=NOW).to_dict()
