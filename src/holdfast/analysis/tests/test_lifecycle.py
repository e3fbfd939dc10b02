"""The life cycle: the published walk, every stage and rule, and thousands of ledgers against a plain loop."""

import math
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import lifecycle
from holdfast.analysis.days import Window, month_window
from holdfast.analysis.lifecycle import RULES, STAGES, LifecycleParams, history
from holdfast.analysis.rhythm import Prior, Priors
from holdfast.analysis.tests.ledgers import DAY_0, days, on, random_days
from holdfast.analysis.tests.walk import Walk

PRIOR = Priors(Prior(math.log(45), 0.45))
VECTOR = [("a", day, 100) for day in (0, 30, 62, 90, 121)]


def stage_on(ledger, as_of, customers=None):
    return lifecycle.stages(ledger, as_of=as_of, prior=PRIOR, customers=customers).to_pylist()[0]


def told(history):
    return [(row["on"], row["stage"], row["rule"]) for row in history.to_pylist()]


def since_purchase(history, day):
    return [row for row in told(history) if row[1] != "identified" and row[0] <= day]


@pytest.mark.shows("LIF-01", "LIF-06")
@pytest.mark.parametrize(
    ("day", "stage", "since"),
    [
        (0, "activated", 0),
        (171, "growing", 30),
        (196, "growing", 30),
        (197, "at_risk", 197),
        (223, "at_risk", 197),
        (224, "silent", 224),
        (485, "silent", 224),
        (486, "lost", 486),
    ],
)
def test_the_published_customer_goes_from_growing_to_lost(day, stage, since):
    # Source: methods §3.3, vector on the rhythm of §3.2.
    found = stage_on(days(VECTOR), on(day))

    assert (found["stage"], found["stage_since"]) == (stage, on(since))


@pytest.mark.shows("LIF-06", "LIF-07")
def test_a_purchase_after_silence_wins_the_customer_back():
    # Source: methods §3.3, the same vector with a purchase on day 230.
    ledger = days([*VECTOR, ("a", 230, 100)])

    found = stage_on(ledger, on(230))

    assert (found["stage"], found["previous_stage"], found["rule"]) == ("won_back", "silent", "won_back")


def test_a_purchase_while_at_risk_leads_back_to_the_stage_before():
    ledger = days([*VECTOR, ("a", 200, 100)])

    found = stage_on(ledger, on(200))

    assert (found["stage"], found["previous_stage"], found["rule"]) == ("growing", "at_risk", "back_in_time")


def test_a_purchase_on_the_day_a_customer_would_fall_silent_comes_first():
    ledger = days([*VECTOR, ("a", 224, 100)])

    assert stage_on(ledger, on(224))["stage"] == "growing"


def test_a_year_of_even_months_makes_a_customer_mature():
    ledger = days([("a", day, 100) for day in range(0, 720, 30)])

    found = stage_on(ledger, on(500))

    assert (found["stage"], found["rule"]) == ("mature", "stable_two_months")


@pytest.mark.shows("LIF-06")
def test_two_month_ends_of_falling_revenue_make_a_customer_decline_and_two_better_ones_recover():
    falling = [("a", day, 1000 if day < 600 else 300) for day in range(0, 1100, 30)]

    history = lifecycle.stage_history(days(falling), as_of=on(1099), prior=PRIOR)

    assert [row["stage"] for row in history.to_pylist()] == [
        "activated",
        "growing",
        "mature",
        "declining",
        "mature",
    ]


def test_absence_is_no_recovery():
    rare = Priors(Prior(math.log(400), 0.6))
    falling = [("a", day, 1000) for day in range(0, 300, 30)] + [("a", 330, 100)]

    history = lifecycle.stage_history(days(falling), as_of=on(330 + 364), prior=rare)

    assert "recovered_two_months" not in history["rule"].to_pylist()
    assert "declining" in history["stage"].to_pylist()


@pytest.mark.shows("LIF-02", "LIF-04")
def test_leads_are_identified_developed_and_activated():
    customers = pa.table(
        {
            "customer_id": ["a", "b", "c"],
            "first_seen_on": [on(0), on(0), None],
            "first_contact_on": [on(5), None, None],
        }
    )

    found = lifecycle.stages(days([("a", 20, 100)]), as_of=on(21), customers=customers)
    history = lifecycle.stage_history(days([("a", 20, 100)]), as_of=on(21), customers=customers)

    assert found["stage"].to_pylist() == ["activated", "identified", "identified"]
    assert found["stage_since"].to_pylist() == [on(20), on(0), None]
    assert told(history)[:3] == [
        (on(0), "identified", "lead_recorded"),
        (on(5), "developing", "first_contact"),
        (on(20), "activated", "first_purchase"),
    ]


def test_a_lead_without_any_event_for_half_a_year_is_dormant():
    customers = pa.table({"customer_id": ["a"], "first_contact_on": [on(5)], "last_contact_on": [on(15)]})
    nobody = days([]).set_column(0, "customer_id", pa.array([], pa.string()))

    before, after = (stage_on(nobody, on(day), customers) for day in (194, 195))

    assert (before["stage"], after["stage"], after["rule"]) == ("developing", "identified", "dormant_lead")


def test_without_contact_an_overdue_customer_falls_silent_earlier():
    customers = pa.table({"customer_id": ["a"], "last_contact_on": [on(100)]})

    before, after = (stage_on(days(VECTOR), on(day), customers) for day in (210, 211))

    assert before["stage"] == "at_risk"
    assert (after["stage"], after["rule"]) == ("silent", "no_contact")


def test_a_contract_that_ended_is_lost_on_that_day_and_a_later_order_wins_back():
    customers = pa.table({"customer_id": ["a"], "contract_ended_on": [on(130)]})

    lost = stage_on(days(VECTOR), on(130), customers)
    back = stage_on(days([*VECTOR, ("a", 140, 100)]), on(140), customers)

    assert (lost["stage"], lost["rule"]) == ("lost", "contract_ended")
    assert back["stage"] == "won_back"


@pytest.mark.parametrize(("chance", "stage"), [(0.7, "growing"), (0.4, "at_risk"), (0.05, "lost"), (None, "growing")])
def test_a_known_chance_of_being_alive_counts_on_the_day_itself(chance, stage):
    customers = pa.table({"customer_id": ["a"], "p_alive": pa.array([chance], pa.float64())})

    assert stage_on(days(VECTOR), on(150), customers)["stage"] == stage


def test_unknown_chances_of_being_alive_change_nothing():
    ledger = random_days(np.random.default_rng(3), 50, 500)

    plain = lifecycle.stages(ledger, as_of=on(500))
    ids = plain["customer_id"]
    empty = pa.table({"customer_id": ids, "p_alive": pa.nulls(len(ids), pa.float64())})

    assert lifecycle.stages(ledger, as_of=on(500), customers=empty).equals(plain)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_random_ledgers_agree_with_a_walk_day_by_day(seed):
    rng = np.random.default_rng(seed)
    ledger = random_days(rng, 600, 700)
    as_of = on(int(rng.integers(600, 800)))
    contact = {c: on(rng.integers(0, 700)) for c in range(0, 600, 5)}
    ended = {c: on(rng.integers(0, 700)) for c in range(0, 600, 11)}
    customers = pa.table(
        {
            "customer_id": pa.array(range(600)),
            "last_contact_on": pa.array([contact.get(c) for c in range(600)], pa.date32()),
            "contract_ended_on": pa.array([ended.get(c) for c in range(600)], pa.date32()),
            "first_seen_on": pa.array([on(900)] * 600, pa.date32()),
        }
    )
    rows = defaultdict(list)
    for row in ledger.to_pylist():
        rows[row["customer_id"]].append((row["day"], row["amount_minor"], row["is_purchase"]))

    history = lifecycle.stage_history(ledger, as_of=as_of, prior=PRIOR, customers=customers)

    found = defaultdict(list)
    for row in history.to_pylist():
        if row["stage"] not in ("identified", "developing"):
            found[row["customer_id"]].append((row["on"], row["stage"], row["rule"]))
    for customer, days_of in rows.items():
        walk = Walk(days_of, math.log(45), 0.45, contact.get(customer), ended.get(customer))
        assert found[customer] == (walk.to(as_of) if walk.bought else []), customer


def test_every_stage_and_every_rule_is_reached():
    rng = np.random.default_rng(7)
    size = 900
    customers = pa.table(
        {
            "customer_id": pa.array(range(size + 40)),
            "first_seen_on": [on(rng.integers(0, 600)) for _ in range(size + 40)],
            "first_contact_on": [None if c % 3 else on(rng.integers(0, 700)) for c in range(size + 40)],
            "last_contact_on": [None if c % 4 else on(rng.integers(0, 700)) for c in range(size + 40)],
            "contract_ended_on": [None if c % 9 else on(rng.integers(0, 700)) for c in range(size + 40)],
            "p_alive": rng.random(size + 40),
        }
    )

    ledger = random_days(rng, size, 1100)
    found = lifecycle.stages(ledger, as_of=on(1100), customers=customers)
    history = lifecycle.stage_history(ledger, as_of=on(1100), customers=customers)

    assert set(history["stage"].to_pylist()) == set(STAGES)
    assert set(history["rule"].to_pylist()) == set(RULES)
    assert found.num_rows == size + 40


def test_no_order_of_rows_changes_the_history():
    rng = np.random.default_rng(11)
    ledger = random_days(rng, 80, 600)
    shuffled = ledger.take(pa.array(rng.permutation(ledger.num_rows)))

    first, second = (lifecycle.stage_history(table, as_of=on(600)) for table in (ledger, shuffled))

    assert first.equals(second)


def test_customers_do_not_touch_each_other_when_the_prior_is_frozen():
    ledger = random_days(np.random.default_rng(12), 60, 600)
    whole = lifecycle.stage_history(ledger, as_of=on(600), prior=PRIOR).to_pylist()

    for customer in range(0, 60, 7):
        alone = ledger.filter(pa.compute.equal(ledger["customer_id"], customer))
        own = [row for row in whole if row["customer_id"] == customer]
        assert lifecycle.stage_history(alone, as_of=on(600), prior=PRIOR).to_pylist() == own


def test_the_history_up_to_a_day_is_the_beginning_of_the_history_up_to_a_later_one():
    ledger = random_days(np.random.default_rng(13), 60, 600)

    early = lifecycle.stage_history(ledger, as_of=on(300), prior=PRIOR)
    late = lifecycle.stage_history(ledger, as_of=on(600), prior=PRIOR)

    assert since_purchase(early, on(300)) == since_purchase(late, on(300))


def test_neighbouring_entries_of_a_customer_differ():
    history = lifecycle.stage_history(random_days(np.random.default_rng(14), 200, 900), as_of=on(900)).to_pylist()

    for before, after in pairwise(history):
        if before["customer_id"] == after["customer_id"]:
            assert before["stage"] != after["stage"]
            assert before["on"] <= after["on"]


def test_stages_are_the_last_lines_of_the_history():
    ledger = random_days(np.random.default_rng(15), 100, 500)

    last = {}
    for row in lifecycle.stage_history(ledger, as_of=on(500)).to_pylist():
        last[row["customer_id"]] = (row["stage"], row["on"], row["rule"])
    found = lifecycle.stages(ledger, as_of=on(500)).to_pylist()

    assert {row["customer_id"]: (row["stage"], row["stage_since"], row["rule"]) for row in found} == last


@pytest.mark.shows("LIF-08", "CHU-06")
def test_dwell_conversions_and_losses_come_from_the_history():
    ledger = days([*VECTOR, ("b", 0, 100)])
    history = lifecycle.stage_history(ledger, as_of=on(486), prior=PRIOR)

    dwell = lifecycle.dwell(history, as_of=on(486)).to_pylist()
    august = lifecycle.conversions(history, window=month_window(2026, 8)).to_pylist()
    losses = lifecycle.entered(history, stages=("silent", "lost"), window=Window(on(0), on(487)))

    assert [row["days"] for row in dwell[:5]] == [30, 167, 27, 262, 0]
    assert [row["until"] for row in dwell[:5]] == [on(30), on(197), on(224), on(486), None]
    assert august == [{"from_stage": "at_risk", "to_stage": "silent", "n": 1}]
    # b falls silent on day 129 and is lost on day 365: one loss, as for a.
    assert losses["customer_id"].to_pylist() == ["a", "b"]
    assert losses["stage"].to_pylist() == ["silent", "silent"]


@pytest.mark.parametrize("rows", [[], [("a", 0, -5)], [("a", 0, 0)], [("a", 3, 5), ("b", 3, 7)]])
def test_poor_ledgers_give_an_answer(rows):
    ledger = days(rows)

    found = lifecycle.stages(ledger, as_of=on(3))

    expected = ["identified" if amount < 0 else "activated" for _, _, amount in rows]
    assert found["stage"].to_pylist() == expected
    assert lifecycle.stage_history(ledger, as_of=on(3)).num_rows == len(rows)
    assert lifecycle.dwell(lifecycle.stage_history(ledger, as_of=on(3)), as_of=on(3)).num_rows == len(rows)


def test_a_day_far_in_the_past_does_not_break_the_calendar():
    ledger = days([("a", 0, 5)])
    ancient = ledger.set_column(1, "day", pa.array([date(1900, 1, 1)], pa.date32()))

    found = lifecycle.stages(pa.concat_tables([ledger, ancient]), as_of=DAY_0 + timedelta(days=1))

    assert found["stage"].to_pylist() == ["won_back"]


def known_customers(rng, size):
    """What else may be known of the customers of a random ledger."""

    def some(low, high, share):
        return pa.array(
            [on(day) if rng.random() < share else None for day in rng.integers(low, high, size)], pa.date32()
        )

    return pa.table(
        {
            "customer_id": pa.array(range(size), pa.int64()),
            "first_seen_on": some(-50, 400, 0.5),
            "first_contact_on": some(-30, 500, 0.4),
            "last_contact_on": some(0, 900, 0.4),
            "contract_ended_on": some(300, 900, 0.2),
            "p_alive": pa.array([rng.random() if rng.random() < 0.5 else None for _ in range(size)], pa.float64()),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_walking_customer_by_customer_finds_the_same_changes_as_the_fold_over_months(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    ledger = random_days(rng, 300, 1100, returns=0.15)
    customers = known_customers(rng, 330) if seed % 2 else None
    params = LifecycleParams() if seed < 4 else LifecycleParams(months=1, mature_tenure_days=30, trend_history_days=20)
    for as_of in (on(700), on(1100)):
        given = {"as_of": as_of, "customers": customers, "params": params}
        folded = lifecycle.stage_history(ledger, **given), lifecycle.stages(ledger, **given)

        monkeypatch.setattr(history, "WALK_FROM", 0)
        walked = lifecycle.stage_history(ledger, **given), lifecycle.stages(ledger, **given)
        monkeypatch.undo()

        assert walked[0].equals(folded[0])
        assert walked[1].equals(folded[1])
