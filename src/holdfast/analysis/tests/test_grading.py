"""5A: metrics, scores, composite and explanation against the published vectors."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import grading
from holdfast.analysis.days import customer_days
from holdfast.analysis.grading import GradingParams, Reference, Weights
from holdfast.analysis.scale import mid_rank_scores
from holdfast.analysis.tests.ledgers import days, lines, on, random_lines

PARTS = [f"s_{part}" for part in grading.PARTS]
PLAIN = GradingParams(shrink_below=0)
# Source: methods §1.4, five customers, no winsorising (N < 20) and no shrinkage.
FIVE = pa.table(
    {
        "customer_id": ["c1", "c2", "c3", "c4", "c5"],
        "revenue": [1200.0, 800, 800, 150, 30],
        "profit": [240.0, 200, 40, 45, -3],
        "efficiency": [30.0, 50, 20, 15, 6],
        "integrity": [80.0, 70, 95, 50, 90],
        "difficulty": [0.05, 0.02, 0.20, 0.03, 0.40],
    }
)


def five_scores(table=FIVE):
    return grading.score_parts(table, grading.reference(FIVE, PLAIN), PLAIN)


@pytest.mark.shows("TIE-01")
def test_the_five_published_customers_score_as_published():
    found = five_scores()

    assert [[round(found[name][row].as_py(), 9) for name in PARTS] for row in range(5)] == [
        [90, 90, 70, 50, 50],
        [60, 70, 90, 30, 90],
        [60, 30, 50, 90, 30],
        [30, 50, 30, 10, 70],
        [10, 10, 10, 70, 10],
    ]


@pytest.mark.shows("TIE-01", "TIE-05")
def test_the_five_published_customers_get_the_published_stars_and_contributions():
    found = grading.composite(five_scores(), params=PLAIN)

    assert found["score"].to_pylist() == pytest.approx([75.0, 64.5, 52.5, 36.0, 22.0])
    assert found["stars_raw"].to_pylist() == [4, 4, 3, 2, 2]
    assert [found[f"c_{part}"][0].as_py() for part in grading.PARTS] == pytest.approx([10, 12, 3, 0, 0])
    assert found["provisional"].to_pylist() == [False] * 5


@pytest.mark.shows("TIE-05")
def test_a_missing_part_is_never_zero_but_draws_to_the_middle():
    # Source: methods §1.4: c5 without integrity: available mean 10, coverage .8 → 18.0 → 1 star.
    scores = five_scores()
    without = scores.set_column(4, "s_integrity", pa.array([50, 30, 90, 10, None], pa.float64()))

    c5 = grading.composite(without, params=PLAIN).to_pylist()[4]

    assert (c5["score_available"], c5["coverage"]) == (pytest.approx(10), pytest.approx(0.8))
    assert (c5["score"], c5["stars_raw"], c5["c_integrity"]) == (pytest.approx(18.0), 1, 0)


@pytest.mark.parametrize(
    ("given", "coverage", "hint"),
    [({"revenue": 90, "profit": 90}, 0.55, 5), ({"revenue": 50}, 0.25, 3), ({"profit": 61, "integrity": 61}, 0.5, 4)],
)
def test_too_little_knowledge_gives_a_hollow_star_by_what_is_known(given, coverage, hint):
    parts = pa.table(
        {"customer_id": ["a"], **{f"s_{p}": pa.array([given.get(p)], pa.float64()) for p in grading.PARTS}}
    )

    found = grading.composite(parts).to_pylist()[0]

    assert (found["provisional"], found["stars_raw"], found["stars_hint"]) == (True, None, hint)
    assert found["coverage"] == pytest.approx(coverage)


def test_a_customer_of_whom_nothing_is_known_is_unrated_not_average():
    parts = pa.table({"customer_id": ["a"], **{f"s_{p}": pa.nulls(1, pa.float64()) for p in grading.PARTS}})

    found = grading.composite(parts).to_pylist()[0]

    assert (found["unrated"], found["provisional"], found["stars_raw"], found["stars_hint"]) == (
        True,
        False,
        None,
        None,
    )


def test_customers_under_three_months_are_unrated():
    ledger = days([("old", 0, 100), ("new", 10, 100)])
    metrics = grading.metrics(ledger, as_of=on(91))

    found = grading.composite(grading.score_parts(metrics, grading.reference(metrics)), metrics)

    assert dict(zip(found["customer_id"].to_pylist(), found["unrated"].to_pylist(), strict=True)) == {
        "old": False,
        "new": True,
    }


@pytest.mark.shows("TIE-01")
def test_the_explanation_adds_up_to_the_score_exactly():
    rng = np.random.default_rng(1)
    parts = pa.table(
        {
            "customer_id": list(range(2000)),
            **{
                name: pa.array(np.where(rng.random(2000) < 0.2, None, rng.random(2000) * 100), pa.float64())
                for name in PARTS
            },
        }
    )

    found = grading.composite(parts)

    total = sum(found[f"c_{part}"].to_numpy() for part in grading.PARTS)
    assert np.abs(found["score"].to_numpy() - 50 - total).max() < 1e-9
    blend = found["coverage"].to_numpy() * found["score_available"].fill_null(50).to_numpy()
    assert np.abs(found["score"].to_numpy() - blend - (1 - found["coverage"].to_numpy()) * 50).max() < 1e-9


@pytest.mark.shows("TIE-12")
def test_a_change_is_explained_line_by_line_with_weights_and_coverage():
    rng = np.random.default_rng(2)

    def month():
        columns = {
            name: pa.array(np.where(rng.random(500) < 0.3, None, rng.random(500) * 100), pa.float64()) for name in PARTS
        }
        return pa.table({"customer_id": list(range(500)), **columns})

    before, now = month(), month()
    new = Weights(revenue=0.4, profit=0.2, efficiency=0.2, integrity=0.1, difficulty=0.1)

    told = grading.explain_change(before, now, current_weights=new)

    delta = np.bincount(told["customer_id"].to_numpy(), weights=told["delta"].to_numpy(), minlength=500)
    scores = [grading.composite(before)["score"], grading.composite(now, params=GradingParams(weights=new))["score"]]
    assert np.abs(delta - (scores[1].to_numpy() - scores[0].to_numpy())).max() < 1e-9
    assert set(told["line"].to_pylist()) == {"score", "weight", "appeared", "disappeared"}


def test_a_part_that_disappears_has_a_line_of_its_own():
    scores = five_scores()
    without = scores.set_column(4, "s_integrity", pa.array([50, 30, 90, 10, None], pa.float64()))

    assert grading.explain_change(scores, without).to_pylist() == [
        {"customer_id": "c5", "line": "disappeared", "part": "integrity", "delta": pytest.approx(-4)}
    ]


def test_equal_customers_all_score_50_and_ties_share():
    assert mid_rank_scores(np.array([7.0] * 9), np.array([7.0] * 9)).tolist() == [50] * 9
    assert mid_rank_scores(np.array([1.0]), np.array([])).tolist() == [50]


def test_small_references_draw_scores_to_the_middle():
    # Source: methods §1.4 step 3, N = 5: (5·90 + 20·50)/25 = 58.
    found = grading.score_parts(FIVE, grading.reference(FIVE))

    assert found["s_revenue"].to_pylist()[0] == pytest.approx(58)


def test_the_tails_of_a_large_reference_are_clipped_at_1_and_99_percent():
    values = np.arange(1, 1001.0)
    values[-1] = 1e12
    found = grading.reference(pa.table({"customer_id": list(range(1000)), "revenue": values}))

    assert found.values["revenue"][-1] == pytest.approx(np.quantile(values, 0.99))
    assert found.values["revenue"][0] == pytest.approx(np.quantile(values, 0.01))


def test_a_frozen_reference_scores_the_same_after_json_and_whoever_else_moves():
    frozen = Reference.from_json(grading.reference(FIVE, PLAIN).to_json())
    others_gone = FIVE.slice(1, 2)

    found = grading.score_parts(others_gone, frozen, PLAIN)

    assert found.select(PARTS).equals(five_scores().slice(1, 2).select(PARTS))


def test_a_thinned_reference_scores_almost_as_the_whole():
    rng = np.random.default_rng(3)
    table = pa.table({"customer_id": list(range(30_000)), "revenue": rng.lognormal(8, 1.5, 30_000)})
    thin, whole = (grading.reference(table, GradingParams(max_reference=n)) for n in (1001, 10**6))

    gap = (
        grading.score_parts(table, thin)["s_revenue"].to_numpy()
        - grading.score_parts(table, whole)["s_revenue"].to_numpy()
    )

    assert np.abs(gap).max() < 0.2


@pytest.mark.parametrize("weights", [{"revenue": 0.5}, {"revenue": -0.05, "profit": 0.6}])
def test_weights_must_sum_to_one(weights):
    with pytest.raises(ValueError, match="sum to 1"):
        Weights(**weights)


def test_settings_survive_json():
    params = GradingParams(weights=Weights(revenue=0.5, profit=0.05), thresholds=(10, 30, 50, 70))

    assert GradingParams.from_json(params.to_json()) == params
    with pytest.raises(ValueError, match="no field colour"):
        GradingParams.from_dict({"colour": 1})


@pytest.mark.shows("TIE-02")
def test_profit_is_missing_below_80_percent_of_costed_revenue():
    table = lines(
        [("full", 0, 100), ("most", 0, 80), ("most", 0, 20), ("half", 0, 50), ("half", 0, 50)],
        cost_minor=pa.array([60, 90, None, 10, None], pa.int64()),
    )

    found = grading.metrics(customer_days(table, as_of=on(9)), as_of=on(9))

    assert found["customer_id"].to_pylist() == ["full", "half", "most"]
    # Negative profit is scored, not clipped.
    assert found["profit"].to_pylist() == [40, None, -10]
    assert found["costed_share"].to_pylist() == pytest.approx([1, 0.5, 0.8])


@pytest.mark.shows("TIE-03")
def test_efficiency_is_profit_per_full_time_year_of_effort():
    # Source: methods §1.1: profit 240,000, 320 h of 1,920 → 1,440,000.
    table = lines([(name, 0, 300_000) for name in "abc"], cost_minor=pa.array([60_000] * 3))
    extra = pa.table({"customer_id": ["a", "b"], "effort_hours": [320.0, 1.9]})

    found = grading.metrics(customer_days(table, as_of=on(9)), as_of=on(9), extra=extra)

    assert found["efficiency"].to_pylist() == [pytest.approx(1_440_000), None, None]


def test_service_cost_lowers_profit():
    table = lines([("a", 0, 100)], cost_minor=pa.array([60]))
    extra = pa.table({"customer_id": ["a"], "service_cost_minor": [15]})

    assert grading.metrics(customer_days(table, as_of=on(9)), as_of=on(9), extra=extra)["profit"].to_pylist() == [25]


@pytest.mark.shows("TIE-04")
def test_difficulty_needs_three_of_six_parts():
    table = lines(
        [("a", 0, 90), ("a", 1, -45), ("b", 0, 100), ("b", 1, -10), ("c", 0, 100)],
        list_minor=pa.array([100, None, 100, None, None], pa.int64()),
    )
    extra = pa.table({"customer_id": ["a", "b"], "complaints_per_100": [8.0, 2.0]})

    found = grading.metrics(customer_days(table, as_of=on(9)), as_of=on(9), extra=extra).to_pydict()

    assert found["return_rate"] == pytest.approx([0.5, 0.1, 0])
    assert found["price_concession"] == [pytest.approx(0.1), pytest.approx(0), None]
    # a: percentiles 83.3 of three, 75 of two, 75 of two; c has one part only.
    assert found["difficulty"] == [pytest.approx((250 / 3 + 75 + 75) / 3), pytest.approx((50 + 25 + 25) / 3), None]


def test_metrics_look_at_the_trailing_year_and_keep_a_known_zero():
    found = grading.metrics(days([("a", 0, 999)]), as_of=on(400)).to_pylist()[0]

    assert (found["revenue"], found["orders"], found["tenure_days"]) == (0, 1, 400)


def test_a_customer_who_only_returned_has_no_revenue_metric():
    found = grading.metrics(days([("a", 0, -5)]), as_of=on(9)).to_pylist()[0]

    assert (found["revenue"], found["tenure_days"]) == (None, None)


def test_given_integrity_is_passed_through_and_absent_stays_null():
    extra = pa.table({"customer_id": ["b"], "integrity": [83.5]})

    found = grading.metrics(days([("a", 0, 5), ("b", 0, 5)]), as_of=on(9), extra=extra)

    assert found["integrity"].to_pylist() == [None, 83.5]


def test_scaling_money_scales_the_metrics_and_leaves_the_scores():
    table = random_lines(4, 3000)
    scaled = table
    for name in ("amount_minor", "cost_minor"):
        column = pa.compute.multiply(table[name], 100)
        scaled = scaled.set_column(scaled.column_names.index(name), name, column)

    def scores(source):
        metrics = grading.metrics(customer_days(source, as_of=on(400)), as_of=on(400))
        return grading.score_parts(metrics, grading.reference(metrics))

    assert scores(table).equals(scores(scaled))


def test_an_empty_ledger_has_empty_grades():
    metrics = grading.metrics(days([]), as_of=on(1))

    graded = grading.composite(grading.score_parts(metrics, grading.reference(metrics)), metrics)

    assert (metrics.num_rows, graded.num_rows) == (0, 0)
