"""CDNOW, the rest of methods §4 and §5: what models and plain rules foresaw of weeks 40 to 78, and who left."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import gammaln

from holdfast.analysis import churn, lifetime
from holdfast.analysis.ledger import Ledger, day_number
from holdfast.analysis.lifetime import BgNbd, GammaGamma, Seen
from tests.known.test_cdnow import END, WEEK_39
from tests.known.test_cdnow_lifetime import days, future, ngini, published, summary

__all__ = ["days", "future", "published", "summary"]  # fixtures

pytestmark = [pytest.mark.shows("CHU-07"), pytest.mark.slow]

FITS = {
    "bg": lifetime.fit_bgnbd,
    "mbg": lifetime.fit_mbgnbd,
    "pareto": lifetime.fit_paretonbd,
    "nbd": lifetime.fit_nbd,
}


@pytest.fixture(scope="module")
def models(summary):
    return {name: fit(summary).model for name, fit in FITS.items()}


@pytest.fixture(scope="module")
def seen(summary):
    return Seen.of(summary)


@pytest.fixture(scope="module")
def spent(days, summary):
    """What each customer spent in weeks 40 to 78."""
    total = {}
    for row in days.to_pylist():
        if row["day"] > WEEK_39:
            total[row["customer_id"]] = total.get(row["customer_id"], 0) + row["amount_minor"]
    return np.array([total.get(who, 0) for who in summary["customer_id"].to_pylist()]) / 100


@pytest.fixture(scope="module")
def rules(summary):
    """Forecasts that anybody would make without a model."""
    x, t_x, age = (summary[name].to_numpy().astype(float) for name in ("x", "t_x", "T"))
    rate = x / age * 39
    return {"last": x, "rate": rate, "recent": np.where(age - t_x <= 13, rate, 0.0), "nothing": np.zeros(len(x))}


def test_what_there_was_to_foresee(future, spent):
    # Source: methods §4.2.
    assert future.sum() == 1882
    assert spent.sum() == pytest.approx(70_976.39)
    assert (future == 0).mean() == pytest.approx(0.7098, abs=5e-5)


# Source: methods §4.2: RMSE, MAE, total error, r, normalised Gini, AUC of buying at all, share of the best tenth.
TABLE = {
    "bg": (1.6080, 0.7855, -0.1215, 0.626, 0.662, 0.773, 0.470),
    "mbg": (1.6072, 0.7648, -0.1622, 0.627, 0.664, 0.773, 0.477),
    "pareto": (1.6028, 0.7545, -0.1150, 0.630, 0.673, 0.779, 0.474),
    "nbd": (1.8595, 1.0410, 0.557, 0.583, 0.680, None, None),
    "last": (1.9710, 0.8973, 0.3055, 0.577, 0.640, 0.758, 0.441),
    "rate": (2.2119, 1.0237, 0.5569, 0.584, 0.651, 0.760, 0.458),
    "recent": (2.0223, 0.8159, -0.0217, 0.603, 0.518, 0.680, 0.471),
    "nothing": (2.2064, 0.7985, -1.0, None, None, 0.5, 0.1),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_published_table_of_forecasts(models, seen, rules, future, name):
    rmse, mae, total, r, ranking, bought, best = TABLE[name]
    expected = models[name].expected(seen, 39) if name in models else rules[name]

    assert np.sqrt(((expected - future) ** 2).mean()) == pytest.approx(rmse, abs=1e-4)
    assert np.abs(expected - future).mean() == pytest.approx(mae, abs=1e-4)
    assert expected.sum() / future.sum() - 1 == pytest.approx(total, abs=3e-4)
    if r:
        assert np.corrcoef(expected, future)[0, 1] == pytest.approx(r, abs=6e-4)
        assert ngini(future, expected) == pytest.approx(ranking, abs=6e-4)
    if bought:
        top = np.argsort(-expected, kind="stable")[:236]
        assert churn.auc(expected, (future > 0).astype(float)) == pytest.approx(bought, abs=6e-4)
        assert future[top].sum() / future.sum() == pytest.approx(best, abs=6e-4)


def test_the_published_orders_by_earlier_orders(models, seen, summary, future):
    # Source: methods §4.2, x = 0 … 6 and 7 and more: actual, then BG/NBD.
    group = np.minimum(summary["x"].to_numpy(), 7)
    size = np.bincount(group)

    actual = np.bincount(group, future) / size
    foreseen = np.bincount(group, models["bg"].expected(seen, 39)) / size

    assert actual == pytest.approx([0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], abs=6e-4)
    assert foreseen == pytest.approx([0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=6e-4)


# Source: methods §4.2: RMSE, MAE, total error, normalised Gini of spend.
SPEND = {
    "bg": (72.30, 30.41, -0.156, 0.638),
    "pareto": (72.18, 29.45, -0.148, 0.659),
    "past": (157.9, 38.3, 0.34, 0.659),
}


@pytest.mark.parametrize("name", SPEND)
def test_the_published_table_of_spend(models, seen, summary, spent, name):
    rmse, mae, total, ranking = SPEND[name]
    x, m = summary["x"].to_numpy(), np.nan_to_num(summary["m"].to_numpy())
    value = lifetime.fit_gamma_gamma(summary).model.expected_value(x, m)
    expected = x * m if name == "past" else models[name].expected(seen, 39) * value

    digits = 0.05 if name == "past" else 0.005
    assert np.sqrt(((expected - spent) ** 2).mean()) == pytest.approx(rmse, abs=digits)
    assert np.abs(expected - spent).mean() == pytest.approx(mae, abs=digits)
    assert expected.sum() / spent.sum() - 1 == pytest.approx(total, abs=0.005)
    assert ngini(spent, expected) == pytest.approx(ranking, abs=6e-4)


@pytest.fixture(scope="module")
def tracked(days, models):
    """Repeat orders by the end of each of 78 weeks: actual, and of each model."""
    bought = Ledger.of(days, as_of=END).purchases
    start = day_number(date(1997, 1, 1))
    weeks = np.arange(1, 79)
    repeat = bought.day[bought.rank > 0] - start
    ages = np.maximum(7 * weeks[:, None] - 1 - (bought.first_day - start)[None, :], 0) / 7
    distinct, place = np.unique(ages, return_inverse=True)
    of = {name: model.expected_new(distinct)[place].reshape(ages.shape).sum(axis=1) for name, model in models.items()}
    return np.array([(repeat < 7 * week).sum() for week in weeks]), of


def test_the_published_tracking_week_by_week(tracked):
    # Source: methods §4.2: week 39 2494/2457, 52 3127.7/3183, 65 3675.0/3844, 78 4160.6/4339 (−4.11 %, −1.59 %).
    actual, of = tracked
    at = np.array([39, 52, 65, 78]) - 1

    assert actual[at].tolist() == [2457, 3183, 3844, 4339]
    assert of["bg"][at] == pytest.approx([2494, 3127.7, 3675.0, 4160.6], rel=5e-4)
    assert of["bg"][77] / 4339 - 1 == pytest.approx(-0.0411, abs=5e-4)
    assert of["pareto"][77] / 4339 - 1 == pytest.approx(-0.0159, abs=5e-4)


@pytest.mark.parametrize(("name", "total"), [("bg", -0.114), ("mbg", -0.164), ("pareto", -0.073)])
def test_the_published_totals_of_weeks_40_to_78_alone(tracked, name, total):
    # Source: methods §4.2: holdout-only totals of the tracking, and a weekly error near 19 %.
    actual, of = tracked
    later, foreseen = np.diff(actual[38:]), np.diff(of[name][38:])

    assert foreseen.sum() / later.sum() - 1 == pytest.approx(total, abs=1e-3)
    assert np.abs(foreseen / later - 1).mean() == pytest.approx(0.19, abs=0.02)


# --- spend and value ---
def test_spend_does_not_hang_on_how_often_they_buy(summary):
    # Source: methods §4.1: correlation .114; the model warns beyond .3.
    x, m = summary["x"].to_numpy(), summary["m"].to_numpy()
    seen = x > 0
    assert np.corrcoef(x[seen], m[seen])[0, 1] == pytest.approx(0.114, abs=5e-4)
    assert "correlated" not in lifetime.fit_gamma_gamma(summary).flags

    loud = pa.table({"customer_id": summary["customer_id"], "x": x, "m": np.where(seen, 10.0 * x + m / 10, 0.0)})
    assert "correlated" in lifetime.fit_gamma_gamma(loud).flags


def gamma_gamma(x, m, p, q, gamma):
    """ln L of methods §4.1, term by term."""
    return float(
        np.sum(
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
            + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + gamma)
        )
    )  # fmt: skip


def test_the_likelihood_of_spend_at_the_published_rounding_and_on_unrounded_means(published, summary):
    # Source: methods §4.1: −4055.9247 at (6.25, 3.74, 15.44); CLVTools −4055.9177 on unrounded means.
    x, m = (published[name].to_numpy().astype(float) for name in ("x", "m"))
    seen = (x > 0) & (m > 0)

    assert gamma_gamma(x[seen], m[seen], 6.25, 3.74, 15.44) == pytest.approx(-4055.9247, abs=5e-5)
    fit = lifetime.fit_gamma_gamma(published)
    assert fit.log_likelihood == pytest.approx(gamma_gamma(x[seen], m[seen], *fit.model.parameters.values()), abs=1e-6)
    assert lifetime.fit_gamma_gamma(summary).log_likelihood == pytest.approx(-4055.9177, abs=1e-3)


def test_ten_years_of_customer_1_week_by_week():
    # Source: methods §4.1: BG 10-year weekly-discounted sum 4.6576, undiscounted 7.3193; δ = .00268773 a week.
    one = Seen.of(pa.table({"customer_id": ["1"], "x": [2], "t_x": [30.43], "T": [38.86], "m": [22.35]}))
    model = BgNbd(0.24259, 4.41353, 0.79289, 2.42575)
    weeks = np.arange(1, 521)

    expected = np.diff([0.0, *(model.expected(one, float(week))[0] for week in weeks)])

    assert expected.sum() == pytest.approx(7.3193, abs=2e-4)
    assert expected @ np.exp(-0.00268773 * weeks) == pytest.approx(4.6576, abs=1e-4)


def test_a_new_customer_is_worth_the_mean_of_all():
    # Source: methods §4.1: x = 0 → pγ/(q − 1) = 35.2190 at the published rounding.
    model = GammaGamma(6.25, 3.74, 15.44, 6.25 * 15.44 / 2.74)
    assert model.expected_value(np.array([0]), np.array([0.0]))[0] == pytest.approx(35.2190, abs=5e-5)


# --- who leaves: methods §5 ---
def test_the_base_of_churn(future):
    left = (future == 0).astype(float)
    assert left.mean() == pytest.approx(0.7098, abs=5e-5)
    assert churn.brier(np.full(len(left), left.mean()), left) == pytest.approx(0.2060, abs=5e-5)
    assert 1 / left.mean() == pytest.approx(1.409, abs=5e-4)


def test_being_alive_is_no_churn_score(models, seen, summary, future):
    # Source: methods §5: P(alive) of BG/NBD is 1 for everybody who bought once; AUC .316.
    alive = models["bg"].p_alive(seen)

    assert (alive[summary["x"].to_numpy() == 0] == 1).all()
    assert churn.auc(1 - alive, (future == 0).astype(float)) == pytest.approx(0.316, abs=5e-4)


# Source: methods §5: AUC, Brier, calibration error in ten bins, lift of the best tenth.
CHURN = {
    "recency": (0.771, None, None, 1.27),
    "thirteen weeks": (0.674, 0.2206, 0.212, 1.17),
    "mbg": (0.760, 0.1614, 0.054, 1.16),
}


@pytest.mark.parametrize("name", CHURN)
def test_the_published_table_of_churn(models, seen, summary, future, name):
    ranking, brier, error, best = CHURN[name]
    silence = summary["T"].to_numpy() - summary["t_x"].to_numpy()
    score = {
        "recency": silence,
        "thirteen weeks": (silence > 13).astype(float),
        "mbg": 1 - models["mbg"].p_buys(seen, 39),
    }[name]
    left = (future == 0).astype(float)

    assert churn.auc(score, left) == pytest.approx(ranking, abs=6e-4)
    if name != "thirteen weeks":  # its best tenth is any tenth of the silent
        assert churn.lift(score, left) == pytest.approx(best, abs=6e-3)
    if brier:  # of the rule, one customer of 2,357 whose silence is 13 weeks to the day
        assert churn.brier(score, left) == pytest.approx(brier, abs=1e-4 if name == "mbg" else 1.1 / 2357)
    if error:  # equal chances may fall into either of two bins
        assert churn.calibration(score, left).error == pytest.approx(error, abs=1.5e-3)


def test_the_published_churn_of_repeat_buyers(models, seen, summary, future):
    # Source: methods §5: MBG AUC .718, Brier .2265, ECE .108, lift 1.42.
    again = summary["x"].to_numpy() > 0
    score, left = (1 - models["mbg"].p_buys(seen, 39))[again], (future == 0).astype(float)[again]

    assert churn.auc(score, left) == pytest.approx(0.718, abs=5e-4)
    assert churn.brier(score, left) == pytest.approx(0.2265, abs=5e-5)
    assert churn.calibration(score, left).error == pytest.approx(0.108, abs=1e-3)
    assert churn.lift(score, left) == pytest.approx(1.42, abs=5e-3)
