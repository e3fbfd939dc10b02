"""Online Retail, half a year ahead from two days: better than the plain baselines, honest where it is far off."""

import numpy as np
import pytest
from benchmarks.accuracy import logs
from benchmarks.accuracy.figures import chance_figures, count_figures, spend_figures
from benchmarks.accuracy.looks import Look

from holdfast.analysis.lifetime import coverage
from tests.needs import shared_data

pytestmark = [pytest.mark.slow, pytest.mark.shows("CHU-03", "CHU-07")]


@pytest.fixture(scope="module", params=["RETAIL_SUMMER", "RETAIL_WINTER"])
def look(request):
    shared_data()
    return Look(getattr(logs, request.param))


def test_nothing_after_the_origin_is_known(look):
    known = look.split.known

    assert known.as_of == look.split.origin
    assert known.day.max() <= known.today
    assert look.split.came[0].sum() > 1000


def test_counts_are_ordered_better_than_as_before(look):
    came = look.split.came[0]

    own, plain = (count_figures(one, came) for one in (look.column("expected_purchases"), look.naive_counts))

    assert own["nGini"] > plain["nGini"] + 0.01
    assert own["RMSE"] < plain["RMSE"]


def test_spend_without_the_ten_largest_is_nearer_than_as_before(look):
    came = look.split.came[1]

    own, plain = (spend_figures(one, came) for one in (look.column("expected_spend"), look.naive_spend))

    name = "R² without the ten largest"
    assert own[name] > plain[name] + 0.1
    assert own["nGini"] > 0.82


def test_leaving_is_ordered_far_better_than_by_recency(look):
    left = (look.split.came[0] == 0).astype(float)

    own = chance_figures(look.column("p_churn"), left)
    recency = chance_figures(look.view.silence / look.view.silence.max(), left)

    assert own["AUC"] > recency["AUC"] + 0.07
    assert look.models["churn"]["beats_recency"]


def test_p10_to_p90_hold_at_least_eight_of_ten(look):
    low, high = look.column("purchases_p10"), look.column("purchases_p90")

    assert coverage(low, high, look.split.came[0]) >= 0.88


def test_who_was_there_when_the_log_begins_is_judged_apart(look):
    assert look.models["by_entry"]
    early = look.view.seen.age > look.view.seen.age.max() - 4
    rate = look.column("expected_purchases")

    assert np.median(rate[early]) > np.median(rate[~early])
