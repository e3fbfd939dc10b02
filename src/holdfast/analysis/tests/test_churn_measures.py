"""How chances are judged, and the small sums about lost money: published numbers and plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.analysis import churn
from holdfast.analysis.churn.measures import poisson_deviance

HAPPENED = np.array([1, 0, 1, 0, 0])
CHANCE = np.array([0.9, 0.2, 0.6, 0.4, 0.1])


@pytest.mark.shows("CHU-03")
def test_brier_and_calibration_error():
    # Source: methods §5.
    assert churn.brier(CHANCE, HAPPENED) == pytest.approx(0.0760)
    assert churn.calibration(CHANCE, HAPPENED, edges=[0, 0.5, 1]).error == pytest.approx(0.2400)


def test_lift_of_the_top_tenth():
    # Source: methods §5: 30 of 100 over 120 of 1,000.
    score = np.arange(1000)[::-1]
    happened = np.zeros(1000)
    happened[:30] = happened[500:590] = 1

    assert churn.lift(score, happened) == pytest.approx(2.5)


def test_equal_scores_have_no_lift():
    assert churn.lift(np.ones(100), np.arange(100) < 30) == pytest.approx(1.0)


def test_normalised_gini():
    # Source: methods §4.3.
    assert churn.normalised_gini([10, 5, 0, 0], np.array([4, 9, 1, 0])) == pytest.approx(0.714286, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(rows):
    score, happened = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    pairs = [(a > b) + 0.5 * (a == b) for a in score[happened] for b in score[~happened]]

    found = churn.auc(score, happened)

    assert found == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_without_anyone_there_is_nothing_to_measure():
    none = np.zeros(0)

    assert churn.brier(none, none) is None
    assert churn.auc(none, none) is None
    assert churn.lift(none, none) is None
    assert churn.normalised_gini(none, none) is None
    assert churn.calibration(none, none).error == 0


def test_a_perfect_forecast_of_counts_has_no_deviance():
    assert poisson_deviance([0, 2, 5], np.array([0, 2, 5])) == pytest.approx(0, abs=1e-8)
    assert poisson_deviance([0, 2, 5], np.zeros(3)) > poisson_deviance([0, 2, 5], np.ones(3))


@pytest.mark.shows("CHU-08")
def test_a_hundred_a_week_is_5200_a_year():
    # Source: seed article 003, through methods §5.
    sure = churn.cost_of_loss(churn.CostOfLossParams())
    likely = churn.cost_of_loss(churn.CostOfLossParams(p_leave=0.35))

    assert sure.year == pytest.approx(5200)
    assert (likely.at_risk, likely.margin_at_risk) == pytest.approx((1820, 546))
    assert sure.years == pytest.approx(21_683.30, abs=0.005)
    assert sure.word_of_mouth == 0


def test_word_of_mouth_is_a_line_of_its_own():
    told = churn.cost_of_loss(churn.CostOfLossParams(told_others=10, others_lost=0.02))

    assert told.word_of_mouth == pytest.approx(5200 * 0.2)
    assert told.year == pytest.approx(5200)


@pytest.mark.shows("CHU-12")
def test_when_an_intervention_pays():
    # Source: methods §5.
    params = churn.InterventionParams(success=0.3, value=300, offer=20, contact=5)

    found = churn.intervention(0.4, params)

    assert found.value == pytest.approx(16.6)
    assert found.break_even == pytest.approx(0.2404, abs=5e-5)
    assert churn.intervention(found.break_even, params).value == pytest.approx(0)


def test_an_offer_dearer_than_the_customer_never_pays():
    assert churn.intervention(1.0, churn.InterventionParams(value=10, offer=20)).break_even is None


@pytest.mark.shows("CHU-09")
def test_what_a_budget_wins_or_keeps():
    # Source: methods §5.
    assert churn.keep_or_win(10_000, cost_to_win=500, cost_to_keep=100) == (20, 100)
    assert churn.win_back_value(0.2, 300, 15) == pytest.approx(45)
    with pytest.raises(ValueError, match="above 0"):
        churn.keep_or_win(10_000, cost_to_win=0, cost_to_keep=100)


def test_average_precision_is_what_auc_hides():
    # By hand: hits at ranks 1 and 3 of 5 → (1/1 + 2/3) ÷ 2; ties are taken together; knowing nothing gives the base rate.
    assert churn.average_precision([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 0, 0]) == pytest.approx((1 + 2 / 3) / 2)
    assert churn.average_precision([0.5] * 50, [1] + [0] * 49) == pytest.approx(0.02)
    assert churn.average_precision([0.9, 0.9, 0.1], [1, 0, 1]) == pytest.approx((0.5 + 2 / 3) / 2)
    assert churn.average_precision([0.1, 0.2], [0, 0]) is None


def test_the_company_has_a_ratio_of_its_own():
    # Source: methods §5: 500 to win and 100 to keep are the handed-down 5:1.
    assert churn.cost_ratio(10_000, 20, 5_000, 50) == pytest.approx(5)
    assert churn.cost_ratio(10_000, 0, 5_000, 50) is None
    assert churn.cost_ratio(10_000, 20, 5_000, 0) is None
    assert churn.cost_ratio(10_000, 20, 0, 50) is None
