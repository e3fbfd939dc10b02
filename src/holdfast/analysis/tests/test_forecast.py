"""What lies ahead of each customer: filled for all who bought, never looking ahead, honest where little is known."""

import json
import math
from functools import partial

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import forecast as ahead
from holdfast.analysis import lifetime
from holdfast.analysis.accounts import analyze
from holdfast.analysis.forecast import ForecastParams, forecast
from holdfast.analysis.forecast.backtest import _best, _together
from holdfast.analysis.forecast.ranking import in_order_of
from holdfast.analysis.forecast.regular import fit_regular
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.tests.ledgers import days, lines, on, random_days

INTERVALS = ["purchases_p10", "purchases_p90", "clv_p10", "clv_p90"]
COLUMNS = ["p_alive", "expected_purchases", "expected_spend", "clv_12m", "p_churn", "revenue_at_risk", *INTERVALS]


def company(seed, customers=300, span=500, start=0):
    """Customers who buy at rates of their own and leave after a purchase with chances of their own."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        day, gap, leave = int(rng.integers(start, span - 100)), rng.gamma(1.2, 30) + 3, rng.beta(1, 4)
        worth = rng.gamma(4, 800)
        while day < span:
            rows.append((customer, day, int(worth * rng.gamma(6, 1 / 6))))
            if rng.random() < leave:
                break
            day += 1 + int(rng.exponential(gap))
    return days(rows)


@pytest.fixture(scope="module")
def table():
    return company(1)


@pytest.fixture(scope="module")
def found(table):
    return forecast(table, as_of=on(400), horizon_days=90)


@pytest.mark.shows("CHU-03", "CHU-07")
def test_every_customer_who_bought_has_every_figure(found):
    assert found.customers.column_names == ["customer_id", *COLUMNS]
    for name in COLUMNS:
        values = found.customers[name].to_numpy()
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    for name in ("p_alive", "p_churn"):
        assert (found.customers[name].to_numpy() <= 1).all()


def test_the_summary_names_models_choice_and_reasons(found):
    models = json.loads(json.dumps(found.models, allow_nan=False))

    assert models["chosen"] in ("bgnbd", "mbgnbd", "paretonbd")
    assert set(models["bgnbd"]) == set(models["mbgnbd"]) == {"r", "alpha", "a", "b", "log_likelihood"}
    assert set(models["paretonbd"]) == {"r", "alpha", "s", "beta", "log_likelihood"}
    assert set(models["gamma_gamma"]) == {"p", "q", "gamma", "log_likelihood"}
    assert models["reasons"][0][0] in ("lowest_deviance", "highest_likelihood")
    assert models["backtest"]["days"] == 90
    assert set(models["backtest"]["models"]) >= {models["chosen"], "nbd"}
    assert models["churn"]["method"] in ahead.METHODS
    assert isinstance(models["churn"]["beats_recency"], bool)


@pytest.mark.shows("CHU-07")
def test_eight_of_ten_end_between_p10_and_p90(table):
    rows = company(5, customers=1500, span=700)
    found = forecast(rows, as_of=on(500), horizon_days=120)
    later = Ledger.of(rows, as_of=on(700))
    came = View.of(later, Ledger.of(rows, as_of=on(500)).today).bought_within(later, 120)

    low, high = (found.customers[name].to_numpy() for name in ("purchases_p10", "purchases_p90"))

    # Whole numbers cannot be cut: what they hold at least is 80 %, and how much more is known beforehand.
    assert lifetime.coverage(low, high, came) >= 0.80
    assert lifetime.coverage(low, high, came) == pytest.approx(found.models["intervals"]["expected"], abs=0.04)
    assert (low <= high).all()


@pytest.mark.shows("CHU-07")
def test_the_value_of_the_year_lies_within_its_interval_for_most(found):
    low, middle, high = (found.customers[name].to_numpy() for name in ("clv_p10", "clv_12m", "clv_p90"))

    assert (low <= high).all()
    assert ((low <= middle) & (middle <= high))[middle > np.median(middle)].mean() > 0.9


def test_equity_is_the_sum_of_all_customers_values(found):
    equity = found.models["equity"]

    assert equity["current"] == pytest.approx(found.customers["clv_12m"].to_numpy().sum())
    assert equity["value_of_new"] > 0


def inherited_and_new(seed=8):
    """Customers met in the first weeks buy often; those met later seldom."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(900):
        early = customer < 300
        day, gap = (int(rng.integers(0, 20)), 20) if early else (int(rng.integers(28, 330)), 150)
        own = gap * rng.gamma(3, 1 / 3)
        while day < 600:
            rows.append((customer, day, 1000))
            day += 1 + int(rng.exponential(own))
    return days(rows)


@pytest.mark.slow
def test_who_was_there_at_the_beginning_has_parameters_of_their_own():
    rows = inherited_and_new()
    later = Ledger.of(rows, as_of=on(600))
    view = View.of(later, Ledger.of(rows, as_of=on(400)).today)
    came, new = view.bought_within(later, 180), np.rint(view.seen.age * 7) < 380

    split = forecast(rows, as_of=on(400), horizon_days=180)
    plain = forecast(rows, as_of=on(400), horizon_days=180, params=ForecastParams(inherited_days=0))

    assert (split.models["by_entry"], plain.models["by_entry"]) == (True, False)
    error = {
        name: np.abs(one.customers["expected_purchases"].to_numpy()[new].sum() / came[new].sum() - 1)
        for name, one in (("split", split), ("plain", plain))
    }
    assert error["split"] < error["plain"]


def test_one_crowd_is_not_split(found):
    assert found.models["by_entry"] is False


def regular_buyers():
    rng = np.random.default_rng(4)
    rows = []
    for customer in range(400):
        day, own = float(rng.integers(0, 200)), rng.gamma(6, 4)
        while day < 500 and rng.random() > 0.05:
            rows.append((customer, int(day), 1000))
            day += 1 + own * rng.gamma(5, 1 / 5)
    return rows


@pytest.mark.slow
def test_regular_buyers_are_seen_as_regular():
    found = forecast(days(regular_buyers()), as_of=on(400), horizon_days=90)

    assert found.models["mbgcnbd"]["k"] >= 3
    assert found.models["backtest"]["models"]["mbgcnbd"]["deviance"] > 0
    assert found.models["chosen"] == "mbgcnbd"


@pytest.mark.slow
@pytest.mark.shows("CHU-07")
def test_shards_see_the_same_regularity_as_one_ledger():
    rows = [(str(customer), *rest) for customer, *rest in regular_buyers()]

    one = forecast(days(rows), as_of=on(400), horizon_days=90)
    cut = [analyze(lines(rows), as_of=on(400), shards=shards) for shards in (1, 3)]

    assert one.models["mbgcnbd"]["k"] >= 3
    for found in cut:
        assert found.summary["models"]["mbgcnbd"] == one.models["mbgcnbd"]
    assert cut[0].customers.equals(cut[1].customers)


@pytest.mark.slow
def test_of_very_many_customers_a_part_tells_the_regularity():
    past = Ledger.of(days(regular_buyers()), as_of=on(400))
    view = View.of(past, past.today)

    part = fit_regular(view, ForecastParams(most_regular=200))
    every = fit_regular(view, ForecastParams())

    assert (part.model.k, "sampled" in part.flags, "sampled" in every.flags) == (every.model.k, True, False)
    assert part.n == every.n == len(view)
    assert part.log_likelihood == pytest.approx(every.log_likelihood, rel=0.1)


def test_the_plain_forecast_moves_purchases_between_customers_and_never_their_sum(table, found):
    models = forecast(table, as_of=on(400), horizon_days=90, params=ForecastParams(as_before=0.0)).customers
    plain = forecast(table, as_of=on(400), horizon_days=90, params=ForecastParams(as_before=1.0)).customers
    year = View.of(Ledger.of(table, as_of=on(400)), Ledger.of(table, as_of=on(400)).today).year

    mixed, own, before = (one["expected_purchases"].to_numpy() for one in (found.customers, models, plain))

    assert before == pytest.approx(year * own.sum() / year.sum())
    assert mixed == pytest.approx(0.85 * own + 0.15 * before)
    assert mixed.sum() == pytest.approx(own.sum())
    assert not np.allclose(mixed, own, rtol=0.01)


def test_a_year_counts_the_last_365_days_alone():
    rows = days([("a", 0, 5), ("a", 35, 5), ("a", 36, 5), ("a", 400, 5), ("b", 20, 5)])

    known = View.of(Ledger.of(rows, as_of=on(400)), Ledger.of(rows, as_of=on(400)).today)

    assert known.year.tolist() == [2, 0]


def test_regular_buying_is_averaged_with_the_best_of_each_other_kind():
    judged = {"bgnbd": 1.0, "mbgnbd": 1.1, "paretonbd": 1.005, "mbgcnbd": 1.08}
    together = partial(_together, judged={name: {"deviance": value} for name, value in judged.items()})

    assert together("bgnbd", fits=judged, params=ForecastParams()) == ("bgnbd", "paretonbd", "mbgcnbd")
    assert together("bgnbd", fits=judged, params=ForecastParams(about_regular=0.05)) == ("bgnbd", "paretonbd")
    assert together("mbgcnbd", fits=judged, params=ForecastParams()) == ("mbgcnbd", "bgnbd", "paretonbd")
    # Two that foresee the same count once more only where there is another to be weighed against.
    alike = {**judged, "paretonbd": 1.0001}
    same = partial(_together, judged={name: {"deviance": value} for name, value in alike.items()})
    assert same("bgnbd", fits=alike, params=ForecastParams()) == ("bgnbd", "mbgcnbd", "paretonbd")
    assert same("bgnbd", fits={"bgnbd": 0, "paretonbd": 0}, params=ForecastParams()) == ("bgnbd",)


def test_what_happens_after_as_of_changes_nothing(table, found):
    cut = table.filter(pa.compute.less_equal(table["day"], pa.scalar(on(400))))

    again = forecast(cut, as_of=on(400), horizon_days=90)

    assert again.customers.equals(found.customers)
    assert again.models == found.models


def test_the_order_of_rows_changes_nothing(table, found):
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))

    assert forecast(shuffled, as_of=on(400), horizon_days=90).customers.equals(found.customers)


def test_a_longer_horizon_expects_more_and_fears_less(table, found):
    longer = forecast(table, as_of=on(400), horizon_days=180, params=ForecastParams(min_test_customers=10**9))
    short = forecast(table, as_of=on(400), horizon_days=90, params=ForecastParams(min_test_customers=10**9))

    for name in ("expected_purchases", "expected_spend"):
        assert (longer.customers[name].to_numpy() >= short.customers[name].to_numpy()).all()
    assert (longer.customers["p_churn"].to_numpy() <= short.customers["p_churn"].to_numpy()).all()


@pytest.mark.slow
def test_the_forecast_is_near_what_then_happened(table):
    rows = company(2, customers=1500, span=700)
    found = forecast(rows, as_of=on(500), horizon_days=120)
    later = Ledger.of(rows, as_of=on(700))
    view = View.of(later, Ledger.of(rows, as_of=on(500)).today)
    came = view.bought_within(later, 120)

    expected, p_leave = (found.customers[name].to_numpy() for name in ("expected_purchases", "p_churn"))

    assert expected.sum() == pytest.approx(came.sum(), rel=0.12)
    assert p_leave.mean() == pytest.approx((came == 0).mean(), abs=0.05)


def test_without_enough_history_the_likelihood_decides_and_says_so(table):
    found = forecast(table, as_of=on(60), horizon_days=90)

    assert found.models["reasons"][0] == ["no_backtest", {}]
    assert found.models["backtest"] is None
    assert found.models["churn"] == {"method": "model"}


@pytest.mark.parametrize(
    "rows", [[("a", 0, 100)], [("a", 0, 100), ("b", 3, 0)], [("a", d, 500) for d in range(0, 50, 10)]]
)
def test_a_handful_of_customers_leans_on_defaults_and_says_so(rows):
    found = forecast(days(rows), as_of=on(60))

    assert all(found.models[name] is None for name in ("bgnbd", "mbgnbd", "paretonbd"))
    assert "few_customers" in found.models["flags"]["mbgnbd"]
    for name in COLUMNS:
        assert all(math.isfinite(value) and value >= 0 for value in found.customers[name].to_pylist())


def test_who_only_returned_has_no_forecast():
    assert forecast(days([("a", 0, -100)]), as_of=on(5)).customers.num_rows == 0


def test_a_model_out_of_time_is_left_out():
    params = ForecastParams(fit=ahead.terms.FIT_DEFAULTS.__class__(seconds=0.0))

    found = forecast(company(3, customers=120), as_of=on(400), params=params)

    assert found.models["chosen"] == "mbgnbd"
    assert "defaults" in found.models["flags"]["mbgnbd"]
    assert "out_of_time" in found.models["flags"]["paretonbd"]


def test_margin_comes_from_costs_where_they_are_known():
    from holdfast.analysis.days import customer_days

    sold = [(f"c{n % 30}", n * 3 % 300, 1000) for n in range(300)]
    dear = lines(sold, cost_minor=pa.array([750] * 300, pa.int64()))

    plain = forecast(customer_days(lines(sold), as_of=on(300)), as_of=on(300))
    known = forecast(customer_days(dear, as_of=on(300)), as_of=on(300))

    assert (plain.models["value"]["margin"], known.models["value"]["margin"]) == (1.0, 0.25)
    assert known.customers["clv_12m"].to_numpy() == pytest.approx(plain.customers["clv_12m"].to_numpy() / 4)


@pytest.mark.shows("CHU-08")
def test_money_at_risk_is_the_chance_times_a_year_at_their_own_rate():
    # One customer, a model without doubt: the formula by hand.
    rows = days([("a", 0, 10_000), ("a", 7, 10_000), ("a", 14, 10_000)])

    found = forecast(rows, as_of=on(20), horizon_days=30)

    row = found.customers.to_pylist()[0]
    assert row["revenue_at_risk"] > row["p_churn"] * row["expected_spend"]


def test_handing_out_chances_in_another_order_keeps_their_level():
    given = in_order_of(np.array([0.1, 0.9, 0.5]), np.array([3.0, 1.0, 2.0]))

    assert given.tolist() == [0.9, 0.1, 0.5]


def test_the_rankers_order_stands_unless_it_is_worse():
    figures = {"model": {"auc": 0.75, "brier": 0.20}, "rank_transfer": {"auc": 0.7499, "brier": 0.1999}}
    assert _best(figures, ForecastParams()) == "rank_transfer"
    figures["rank_transfer"] = {"auc": 0.78, "brier": 0.21}
    assert _best(figures, ForecastParams()) == "model"
    figures["rank_transfer"] = {"auc": 0.74, "brier": 0.1999}
    assert _best(figures, ForecastParams()) == "model"


def test_another_level_must_be_clearly_better():
    figures = {"model": {"auc": 0.75, "brier": 0.20}, "rank_transfer": {"auc": 0.75, "brier": 0.20}}
    figures["calibrated"] = {"auc": 0.75, "brier": 0.1998}
    assert _best(figures, ForecastParams()) == "rank_transfer"
    figures["calibrated"] = {"auc": 0.75, "brier": 0.19}
    assert _best(figures, ForecastParams()) == "calibrated"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_any_ledger_has_an_answer(seed):
    rng = np.random.default_rng(seed)
    rows = random_days(rng, 150, 400)

    found = forecast(rows, as_of=on(380), horizon_days=int(rng.integers(1, 365)))

    for name in COLUMNS:
        assert np.isfinite(found.customers[name].to_numpy()).all()
    json.dumps(found.models, allow_nan=False)
