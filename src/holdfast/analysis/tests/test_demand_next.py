"""The next order of a customer: a day and an amount that eight of ten times lie within what was said."""

import math
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import rhythm
from holdfast.analysis.demand import DEFAULTS, DemandParams, demand, monthly, next_orders, whole_ahead
from holdfast.analysis.tests.ledgers import on

AS_OF = on(400)


def days(rows):
    customer, day, amount = zip(*rows, strict=True) if rows else ((),) * 3
    return pa.table(
        {
            "customer_id": pa.array(customer, pa.string()),
            "day": pa.array([on(int(one)) for one in day], pa.date32()),
            "amount_minor": pa.array([int(one) for one in amount], pa.int64()),
            "is_purchase": pa.array([True] * len(rows), pa.bool_()),
        }
    )


def row_of(table, who):
    return next(row for row in table.to_pylist() if row["customer_id"] == who)


@pytest.mark.shows("CHU-10")
def test_the_next_day_is_the_middle_of_the_gaps_that_are_longer_than_the_silence():
    table = days([("a", 400 - 30 * n - 10, 100_00) for n in range(12)])
    prior = rhythm.Priors(rhythm.Prior(math.log(30), 0.5))

    row = row_of(next_orders(table, as_of=AS_OF, prior=prior), "a")

    from scipy.stats import norm

    passed = norm.cdf((math.log(10) - math.log(30)) / 0.5)
    gap = math.exp(math.log(30) + 0.5 * norm.ppf(passed + 0.5 * (1 - passed)))
    assert row["last_on"] == on(390)
    assert row["next_on"] == on(390) + timedelta(days=math.ceil(gap))
    assert row["next_low_on"] < row["next_on"] < row["next_high_on"]
    assert row["p_gap"] == pytest.approx(passed)


@pytest.mark.shows("CHU-10")
def test_a_silence_that_is_not_usual_is_given_no_day_but_its_money():
    table = days([("a", 10 * n, 100_00) for n in range(12)])

    row = row_of(next_orders(table, as_of=AS_OF), "a")

    assert (row["next_on"], row["next_low_on"], row["next_high_on"]) == (None, None, None)
    assert row["p_gap"] > 0.95
    assert row["minor_low"] < row["minor"] < row["minor_high"]


@pytest.mark.parametrize("rows", [[], [("a", 390, 100_00)]])
def test_one_purchase_day_or_none_says_nothing(rows):
    assert next_orders(days(rows), as_of=AS_OF).num_rows == 0


def test_the_next_day_is_never_today_or_before():
    table = days([("a", 399 - n, 100_00) for n in range(9)] + [("b", 400 - 200 * n, 50_00) for n in range(3)])

    found = next_orders(table, as_of=AS_OF).to_pylist()

    told = [row[name] for row in found for name in ("next_low_on", "next_on", "next_high_on") if row[name]]
    assert min(told) > AS_OF


@pytest.mark.slow
@pytest.mark.shows("CHU-10")
def test_eight_of_ten_next_orders_come_within_the_days_and_the_money_said():
    rng = np.random.default_rng(3)
    past, coming = [], {}
    for who in range(600):
        mean, size = rng.normal(math.log(35), 0.4), rng.normal(9.5, 0.8)
        day = float(rng.uniform(0, 60))
        while True:
            amount = math.exp(size + rng.normal(0, 0.5))
            if round(day) > 400:
                coming[f"c{who}"] = (round(day), amount)
                break
            past.append((f"c{who}", round(day), amount))
            day += max(math.exp(mean + rng.normal(0, 0.5)), 1)

    found = next_orders(days(past), as_of=AS_OF).to_pylist()

    told = [(row, *coming[row["customer_id"]]) for row in found if row["next_on"]]
    in_days = np.mean([row["next_low_on"] <= on(day) <= row["next_high_on"] for row, day, _ in told])
    in_money = np.mean([row["minor_low"] <= amount <= row["minor_high"] for row, _, amount in told])
    assert len(told) > 500
    assert in_days == pytest.approx(0.8, abs=0.07)
    assert in_money == pytest.approx(0.8, abs=0.07)


def test_twice_the_money_is_twice_the_next_order():
    rows = [("a", 400 - 30 * n, 100_00 + n) for n in range(9)] + [("b", 400 - 25 * n, 3000 + n) for n in range(5)]
    once, twice = (next_orders(days([(w, d, m * k) for w, d, m in rows]), as_of=AS_OF) for k in (1, 2))

    assert twice["minor"].to_numpy() == pytest.approx(once["minor"].to_numpy() * 2, abs=3)
    assert once["next_on"].to_pylist() == twice["next_on"].to_pylist()


def test_the_whole_ahead_of_the_monthly_totals_is_the_total_of_the_demand():
    rows = [(f"c{n % 7}", n, 100_00 + 13 * n % 997) for n in range(400)]
    table = days(rows)

    labels, series = monthly(table, as_of=AS_OF)
    ahead = whole_ahead(series, DEFAULTS)

    total = demand(table, as_of=AS_OF).total
    assert ahead.expected.tolist() == total["minor"].to_pylist()
    assert (ahead.low.tolist(), ahead.high.tolist()) == (total["p10_minor"].to_pylist(), total["p90_minor"].to_pylist())
    assert len(labels) == len(series)
    assert date.fromisoformat(f"{labels[-1]}-01") < AS_OF
    assert len(whole_ahead(series, DemandParams(months=6)).expected) == 6


def test_no_complete_month_gives_no_totals():
    labels, series = monthly(days([("a", 400, 100_00)]), as_of=AS_OF)

    assert (labels, series.tolist()) == ([], [])
