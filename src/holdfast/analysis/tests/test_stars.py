"""Hysteresis and gates: the published months, the published simulation, and hollow stars."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import grading
from holdfast.analysis.grading.scoring import stars_of

START = pa.table(
    {
        "customer_id": ["x"],
        "held": pa.array([3], pa.int8()),
        "above": pa.array([0], pa.int8()),
        "below": pa.array([0], pa.int8()),
        "provisional": [False],
    }
)


def graded(*scores, hollow=False, unrated=False, ids=("x",)):
    return pa.table(
        {
            "customer_id": list(ids),
            "score": [float(s) for s in scores],
            "score_available": [float(s) for s in scores],
            "provisional": [hollow] * len(scores),
            "unrated": [unrated] * len(scores),
        }
    )


def months(scores, state=START, hollow=False):
    stars = []
    for score in scores:
        state = grading.step(state, graded(score, hollow=hollow))
        stars.append(state["stars_hint" if hollow else "stars"].to_pylist()[0])
    return stars


@pytest.mark.shows("TIE-12")
def test_the_published_months_move_the_star_in_months_3_and_6():
    # Source: methods §1.4, hysteresis vector by hand.
    assert months([61, 63, 63, 62, 57, 57, 56]) == [3, 3, 4, 4, 4, 3, 3]


def test_one_month_far_beyond_is_enough():
    assert months([67.5]) == [4]
    assert months([32.4]) == [2]
    assert months([67.4, 59, 67.4]) == [3, 3, 3]


def test_a_leap_takes_one_star_a_month():
    assert months([95, 95, 95]) == [4, 5, 5]
    assert months([1, 1, 1]) == [2, 1, 1]


def test_a_first_grade_takes_its_raw_star():
    assert months([61], state=None) == [4]


def test_hollow_stars_wait_too_and_turning_firm_starts_afresh():
    hollow = START.set_column(4, "provisional", pa.array([True]))

    assert months([61, 63, 63], state=hollow, hollow=True) == [3, 3, 4]
    assert months([85], state=hollow) == [5]


def test_the_unrated_have_no_star_and_begin_anew_later():
    young = grading.step(None, graded(90, unrated=True))

    assert young.select(["stars", "stars_hint", "held"]).to_pylist() == [
        {"stars": None, "stars_hint": None, "held": None}
    ]
    assert months([90], state=young) == [5]


@pytest.mark.parametrize(("gate", "most"), [("overdue_90", 2), ("write_off", 2), ("fraud", 1)])
def test_a_gate_acts_at_once_and_says_so(gate, most):
    found = grading.step(START, graded(95), pa.table({"customer_id": ["x"], "gate": [gate]})).to_pylist()[0]

    assert (found["stars"], found["gate"]) == (most, gate)


def test_of_two_gates_the_stricter_counts_and_a_gate_that_changes_nothing_is_silent():
    gates = pa.table({"customer_id": ["x", "x", "y"], "gate": ["fraud", "write_off", "write_off"]})

    found = grading.step(None, graded(95, 25, ids=("x", "y")), gates).to_pylist()

    assert [(row["stars"], row["gate"]) for row in found] == [(1, "fraud"), (2, None)]


def test_after_a_gate_opens_the_star_comes_back_one_a_month():
    shut = grading.step(START, graded(95), pa.table({"customer_id": ["x"], "gate": ["fraud"]}))

    assert months([95, 95, 95], state=shut) == [2, 3, 4]


def test_a_score_on_a_threshold_has_the_higher_star_whatever_the_rounding():
    assert stars_of(np.array([19.99, 20, 40, 60 - 1e-13, 80, 100])).tolist() == [1, 2, 3, 4, 5, 5]


@pytest.mark.slow
@pytest.mark.shows("TIE-12")
def test_the_published_simulation_holds_stars_steady():
    # Source: methods §1.4 step 7 and §12: noise sd 4: ≤ .25 changes per customer-year, ≥ 93 % correct months.
    rng = np.random.default_rng(1)
    size, length = 20_000, 24
    true = rng.uniform(0, 100, size)
    right, state, moved = stars_of(true), None, 0
    correct = 0

    for month in range(length):
        noisy = graded(*np.clip(true + rng.normal(0, 4, size), 0, 100), ids=range(size))
        state = grading.step(state, noisy)
        moved += int((state["moved"].to_numpy() != 0).sum()) if month else 0
        correct += int((state["stars"].to_numpy() == right).sum())

    assert moved / size / ((length - 1) / 12) <= 0.25
    assert correct / size / length >= 0.93
