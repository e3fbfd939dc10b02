"""Health: the published vector, an explanation that adds up, colours that do not flicker."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import health as engine
from holdfast.analysis.health import PARTS, HealthParams, HealthWeights
from holdfast.analysis.tables import TableError

# Source: methods §10: scores 70, 60, 80, 40, 90.
VECTOR = {
    "customer_id": ["c"],
    "p_gap": [0.3],
    "milestones": [60],
    "perfect_order": [0.9],
    "within_limit": [0.7],
    "sentiment": [40],
    "sentiment_age_days": [0],
    "payment_index": [90],
}


def row(**more):
    return engine.health(pa.table({**VECTOR, **{name: [value] for name, value in more.items()}})).to_pylist()[0]


@pytest.mark.shows("CSM-04")
def test_health_and_its_contributions_are_as_published():
    found = row()

    assert found["health"] == pytest.approx(68.0)
    assert [found[f"s_{part}"] for part in PARTS] == pytest.approx([70, 60, 80, 40, 90])
    assert [found[f"c_{part}"] for part in PARTS] == pytest.approx([5.0, 2.5, 6.0, -1.5, 6.0])
    assert (found["coverage"], found["colour"]) == (pytest.approx(1.0), "amber")


@pytest.mark.shows("CSM-04")
def test_a_part_that_is_missing_is_left_out_and_shown_as_coverage():
    found = row(p_gap=None)

    assert found["health"] == pytest.approx((0.25 * 60 + 0.20 * 80 + 0.15 * 40 + 0.15 * 90) / 0.75)
    assert (found["coverage"], found["c_rhythm"]) == (pytest.approx(0.75), None)
    nobody = engine.health(pa.table({"customer_id": ["x"]})).to_pylist()[0]
    assert (nobody["health"], nobody["colour"], nobody["coverage"]) == (None, None, 0)


@pytest.mark.shows("CSM-04")
def test_the_explanation_adds_up_for_everybody_and_for_every_change():
    rng = np.random.default_rng(5)

    def month():
        drawn = {
            name: pa.array(rng.uniform(0, top, 300), mask=rng.random(300) < 0.3)
            for name, top in {
                "p_gap": 1,
                "milestones": 100,
                "perfect_order": 1,
                "within_limit": 1,
                "sentiment": 100,
                "sentiment_age_days": 400,
                "relationship": 100,
                "payment_index": 100,
            }.items()
        }
        return engine.health(pa.table({"customer_id": [f"c{n}" for n in range(300)], **drawn}))

    first, second = month(), month()
    for one in first.to_pylist():
        if one["health"] is not None:
            assert 50 + sum(one[f"c_{part}"] or 0 for part in PARTS) == pytest.approx(one["health"], abs=1e-9)
            assert 0 <= one["health"] <= 100

    moved = dict.fromkeys(first["customer_id"].to_pylist(), 0.0)
    for line in engine.health_change(first, second).to_pylist():
        moved[line["customer_id"]] += line["delta"]
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    for before, after in pairs:
        if before["health"] is not None and after["health"] is not None:
            assert moved[before["customer_id"]] == pytest.approx(after["health"] - before["health"], abs=1e-9)


def test_what_was_felt_fades_to_the_middle_by_half_in_180_days():
    assert engine.decayed(np.array([90, 90, 10]), np.array([0, 180, 360])) == pytest.approx([90, 70, 40])
    assert row(sentiment_age_days=180)["s_sentiment"] == pytest.approx(45)


def test_a_new_customer_is_judged_by_milestones_alone():
    assert row(tenure_days=89)["health"] == pytest.approx(60)
    assert row(tenure_days=90)["health"] == pytest.approx(68)


def colours(scores, start=None):
    state, shown = start, []
    for score in scores:
        scored = pa.table({"customer_id": ["c"], "health": pa.array([score], pa.float64())})
        state = engine.colour_step(state, scored)
        shown.append(state["colour"][0].as_py())
    return shown


def test_a_colour_changes_only_when_the_score_stays_beyond_the_line():
    assert colours([60, 71, 73, 72.4, 73, 73]) == ["amber"] * 5 + ["green"]
    assert colours([60, 78]) == ["amber", "green"]
    assert colours([75, 66, 66]) == ["green", "green", "amber"]
    assert colours([90, 10, 10]) == ["green", "amber", "red"]
    assert colours([None, 60, None]) == [None, "amber", "amber"]


def test_health_that_does_not_beat_recency_says_so():
    left = np.array([1, 1, 0, 0, 0, 0])
    good = engine.validate_health(np.array([10, 20, 60, 70, 80, 90]), np.array([5, 90, 50, 5, 5, 5]), left)
    poor = engine.validate_health(np.array([90, 20, 60, 70, 80, 10]), np.array([99, 90, 50, 5, 5, 5]), left)

    assert (good.auc, good.beats_recency, good.lift) == (1.0, True, 3.0)
    assert poor.beats_recency is False
    assert engine.validate_health(np.array([1.0]), np.array([1.0]), np.array([0])).beats_recency is None


def test_some_things_are_told_at_once():
    table = pa.table(
        {
            "customer_id": ["a", "b", "c", "d"],
            "stars": [4, 3, 5, None],
            "angry_tickets": [1, 1, 0, 0],
            "gate": [None, None, "overdue_90", None],
            "champion_left": [False, False, True, None],
            "missed_milestones": [0, 1, 2, 0],
        }
    )

    found = engine.escalations(table).to_pylist()

    assert found == [
        {"customer_id": "a", "reasons": ["angry_ticket"]},
        {"customer_id": "c", "reasons": ["payment_gate", "champion_left", "missed_milestones"]},
    ]


def test_settings_are_kept_as_json_and_bad_ones_refused():
    own = HealthParams(weights=HealthWeights(rhythm=1, milestones=0, service=0, sentiment=0, relationship=0))

    assert HealthParams.from_json(own.to_json()) == own
    assert engine.health(pa.table(VECTOR), params=own)["health"][0].as_py() == pytest.approx(70)
    with pytest.raises(ValueError, match="at least 0"):
        HealthWeights(rhythm=-1)
    with pytest.raises(TableError):
        engine.health(pa.table({"p_gap": [0.1]}))
