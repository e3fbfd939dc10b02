"""Demand of the months to come: parts that add up, a season where it is known, honest where nothing beats the plain."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis.demand import DEFAULTS, DemandParams, backtest, demand
from holdfast.analysis.demand.series import belief, damped, season, seasonal_naive
from holdfast.analysis.tests.ledgers import days

SEASON = np.array([0.7, 0.8, 1.0, 1.0, 1.0, 1.1, 1.0, 0.9, 1.1, 1.2, 1.3, 0.9])


def company(months, seed=1, customers=80, noise=0.1, growth=1.0, begin=date(2020, 1, 1)):
    """Customer days of a company with the season above."""
    rng = np.random.default_rng(seed)
    start = np.datetime64(begin, "M")
    size = rng.gamma(1.0, 50_000, customers)
    table = {"customer_id": [], "day": [], "amount_minor": [], "is_purchase": []}
    for step in range(months):
        first = (start + step).astype("datetime64[D]")
        level = SEASON[(begin.month - 1 + step) % 12] * growth**step * rng.lognormal(0, noise)
        for customer in np.flatnonzero(rng.random(customers) < 0.6):
            table["customer_id"].append(int(customer))
            table["day"].append((first + int(rng.integers(0, 28))).item())
            table["amount_minor"].append(int(size[customer] * level * rng.gamma(20, 1 / 20)))
            table["is_purchase"].append(True)
    table["day"] = pa.array(table["day"], pa.date32())
    return pa.table(table)


@pytest.mark.shows("CHU-10")
@pytest.mark.parametrize("months", [1, 4, 9, 20, 40])
def test_customers_add_up_to_the_total_exactly(months):
    found = demand(company(months), as_of=date(2023, 6, 30) if months == 40 else date(2021, 12, 31))

    total = {row["month"]: row["minor"] for row in found.total.to_pylist()}
    parts = dict.fromkeys(total, 0)
    for row in found.customers.to_pylist():
        parts[row["month"]] += row["minor"]
        assert 0 <= row["p10_minor"] <= row["p90_minor"]
    assert parts == total
    assert len(total) == 3


def test_the_months_are_those_after_the_last_complete_one():
    found = demand(company(30), as_of=date(2022, 5, 17))

    assert found.total["month"].to_pylist() == ["2022-05", "2022-06", "2022-07"]


@pytest.mark.shows("CHU-10")
def test_a_season_is_found_after_two_years_and_beats_the_naive():
    found = demand(company(42, noise=0.03), as_of=date(2023, 6, 30))

    assert found.told["method"] == "season_and_damped_trend"
    assert found.told["beats_naive"] is True
    assert np.corrcoef(found.told["season"], SEASON)[0, 1] > 0.85
    naive = found.told["error_minor"]["naive"]
    assert found.told["error_minor"]["season_and_damped_trend"] < naive


def test_a_season_with_a_month_of_its_own_is_the_ratio_to_the_year():
    # By hand: every month 100 but December 160: the centred mean is 105 throughout; 3 years, seen twice or more.
    series = np.tile(np.r_[np.full(11, 100.0), 160.0], 3)

    index = season(series)

    plain, high = 100 / 105, 160 / 105
    drawn = np.r_[np.full(11, 1 + (plain - 1) * 2 / 3), 1 + (high - 1) * 2 / 3]
    assert index == pytest.approx(drawn / drawn.mean(), abs=1e-9)


def test_without_two_years_there_is_no_season():
    found = demand(company(20), as_of=date(2021, 8, 31))

    assert found.told["season"] is None
    assert found.told["history_months"] == 20


@pytest.mark.shows("CHU-10")
def test_where_nothing_beats_the_naive_it_is_taken_and_said_so():
    # The business grew fivefold at once, in its 16th month: since then the last month is right, last year's is not.
    series = np.r_[np.full(15, 100.0), np.full(8, 500.0)]

    tested = backtest(series, DemandParams(months=1))

    assert (tested.chosen, tested.beats) == ("naive", False)
    assert tested.error["naive"] == min(tested.error.values())


def test_too_short_a_history_is_not_tested_and_says_so():
    tested = backtest(np.array([5.0, 6.0, 5.0, 7.0]))

    assert (tested.chosen, tested.beats, tested.origins) == ("naive", None, 0)
    assert (np.diff(tested.spread) > 0).all()


@pytest.mark.slow
@pytest.mark.shows("CHU-10")
def test_eight_of_ten_months_lie_between_p10_and_p90():
    held = []
    for seed in range(40):
        table = company(33, seed=seed, noise=0.08)
        found = demand(table, as_of=date(2022, 6, 30))
        later = np.bincount(
            (table["day"].to_numpy().astype("datetime64[M]") - np.datetime64("2022-07", "M")).astype(int).clip(-1) + 1,
            weights=table["amount_minor"].to_numpy(),
        )[1:4]
        for row, truth in zip(found.total.to_pylist(), later, strict=True):
            held.append(row["p10_minor"] <= truth <= row["p90_minor"])

    assert np.mean(held) == pytest.approx(0.80, abs=0.14)


def test_growth_is_damped():
    ahead = damped(100.0 * np.arange(1, 21), 24, DEFAULTS)

    steps = np.diff(ahead)
    assert steps[0] > 0
    assert (steps >= 0).all()
    assert steps[-1] < 0.1 * steps[0]


def test_last_years_month_comes_again_or_the_last_one():
    assert seasonal_naive(np.arange(14.0), 3).tolist() == [2, 3, 4]
    assert seasonal_naive(np.arange(5.0), 2).tolist() == [4, 4]


def test_the_order_of_rows_changes_nothing():
    table = company(26)
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))

    first, second = (demand(one, as_of=date(2022, 2, 28)) for one in (table, shuffled))

    assert first.total.equals(second.total)
    assert first.customers.equals(second.customers)


@pytest.mark.parametrize("rows", [[("a", 0, 500)], [("a", 0, -500)], [("a", 0, 500), ("b", 40, -900)]])
def test_little_or_negative_demand_is_never_below_nothing(rows):
    found = demand(days(rows), as_of=date(2026, 12, 31))

    assert all(row["minor"] >= 0 and row["p10_minor"] >= 0 for row in found.total.to_pylist())


def test_without_a_complete_month_nothing_is_said():
    first = days([("a", 0, 500)])
    on = first["day"][0].as_py()

    found = demand(first, as_of=on)

    assert (found.total.num_rows, found.customers.num_rows, found.told) == (0, 0, {"method": None})


def test_last_years_months_are_believed_as_far_as_they_have_come_true():
    season = np.array([5, 5, 6, 7, 6, 5, 5, 6, 8, 11, 14, 18]) * 100.0

    assert belief(season) == 0.5
    assert belief(np.tile(season, 2)[:18]) > 0.9
    # The second year goes the other way: the trend was nearer.
    assert belief(np.concatenate([season, np.full(6, 1750.0)])) < 0.25


def test_doubt_keeps_the_belief_at_one_half_until_much_has_been_seen():
    season = np.array([5, 5, 6, 7, 6, 5, 5, 6, 8, 11, 14, 18]) * 100.0
    row = np.tile(season, 2)[:14]

    believed = [belief(row, DemandParams(doubt=doubt)) for doubt in (0.0, 2.0, 1000.0)]

    assert believed == sorted(believed, reverse=True)
    assert believed[-1] == pytest.approx(0.5, abs=0.01)
    assert belief(np.full(20, 700.0)) == 0.5
