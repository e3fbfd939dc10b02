"""Robust scores and stars by quota: the options of methods §1.4."""

import numpy as np
import pytest
from scipy.stats import norm

from holdfast.analysis import grading


@pytest.mark.shows("TIE-01")
def test_robust_scores_go_by_distance_from_the_median():
    # By hand: median 3, |x − 3| = 2 1 0 1 997 → MAD 1.
    ordered = np.array([1.0, 2, 3, 4, 1000])

    scores = grading.robust_scores(ordered, ordered)

    assert scores[[0, 2, 3]] == pytest.approx([100 * norm.cdf(-2 / 1.4826), 50, 100 * norm.cdf(1 / 1.4826)])
    assert scores[4] == 100
    assert grading.robust_scores(10 * ordered, 10 * ordered) == pytest.approx(scores)


def test_without_spread_robust_scores_are_ranks():
    ordered = np.array([0.0, 5, 5, 5, 9])

    assert grading.robust_scores(ordered, ordered) == pytest.approx([10, 50, 50, 50, 90])
    assert grading.robust_scores(np.array([1.0]), np.array([])).tolist() == [50]


@pytest.mark.shows("TIE-05")
def test_stars_by_quota_are_ten_twenty_forty_twenty_ten_percent():
    rng = np.random.default_rng(1)
    score = rng.permutation(1_000).astype(float)

    stars = grading.quota_stars(score)

    assert np.bincount(stars)[1:].tolist() == [100, 200, 400, 200, 100]
    assert stars[score.argmax()] == 5
    assert (np.diff(stars[np.argsort(score)]) >= 0).all()
    assert grading.quota_stars(np.full(7, 60.0)).tolist() == [3] * 7
    assert grading.quota_stars(np.array([])).tolist() == []
    for wrong in ((0.5, 0.4), (1.2, -0.2)):
        with pytest.raises(ValueError, match="add up to 1"):
            grading.quota_stars(score, wrong)
