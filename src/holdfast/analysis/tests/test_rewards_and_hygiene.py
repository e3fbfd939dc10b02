"""Careless answers, what contacts do to satisfaction, and whether rewards pay: the edges of methods §6 and §9."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from holdfast.analysis import loyalty, satisfaction
from holdfast.analysis.tables import TableError


# --- hygiene ---
@pytest.mark.shows("SAT-03")
def test_negative_items_are_turned_round_on_their_own_scale():
    turned = satisfaction.unreversed(np.array([1, 7, 4, np.nan]), low=1, high=7)

    assert turned[:3].tolist() == [7, 1, 4]
    assert np.isnan(turned[3])
    assert satisfaction.unreversed(np.array([]), low=0, high=10).tolist() == []
    for scores, low, high in (([8], 1, 7), ([0], 1, 7), ([1], 7, 1)):
        with pytest.raises(ValueError, match="scale"):
            satisfaction.unreversed(np.array(scores, dtype=float), low=low, high=high)


def answered(response, scores, seconds=None):
    return [{"response_id": response, "score": score, "seconds": seconds} for score in scores]


@pytest.mark.shows("SAT-03")
def test_one_score_all_along_and_under_two_seconds_an_item_are_flagged():
    # Source: methods §6.
    rows = [
        *answered("b", [4, 4, 4, 4, 4], 2.0),
        *answered("a", [5, 4, 5, 3, 4], 1.9),
        *answered("c", [4, 4, 4, 4], 9.0),
        *answered("d", [3, 3, 3, 3, 3, None]),
        *answered("e", [3, 3, 3, 3, 2, 3], 30.0),
    ]

    found = satisfaction.careless_answers(pa.Table.from_pylist(rows)).to_pylist()

    assert {row["response_id"]: (row["items"], row["straight_lined"], row["hurried"]) for row in found} == {
        "a": (5, False, True),
        "b": (5, True, False),
        "c": (4, False, False),
        "d": (5, True, None),
        "e": (6, False, False),
    }
    mixed = pa.Table.from_pylist(rows[::-1])
    assert satisfaction.careless_answers(mixed).to_pylist() == found
    without = pa.Table.from_pylist(rows).drop_columns("seconds")
    assert satisfaction.careless_answers(without)["hurried"].null_count == 5
    assert satisfaction.careless_answers(without.slice(0, 0)).num_rows == 0
    with pytest.raises(TableError, match="score"):
        satisfaction.careless_answers(without.drop_columns("score"))


# --- contacts and satisfaction ---
def tickets(n=4_000, seed=3):
    rng = np.random.default_rng(seed)
    contacts, transfers, wait = rng.integers(1, 5, n), rng.integers(0, 3, n), rng.exponential(10, n)
    reason = rng.choice(["repair", "delivery"], n, p=[0.7, 0.3])
    odds = 2.5 - 0.8 * contacts - 0.4 * transfers - 0.03 * wait - 0.9 * (reason == "delivery")
    happy = rng.random(n) < expit(odds)
    return pa.table({
        "satisfied": happy, "contacts": contacts, "transfers": transfers, "wait_hours": wait, "reason": reason,
    })  # fmt: skip


@pytest.mark.shows("SAT-05")
def test_the_companys_own_tickets_tell_what_a_further_call_costs():
    found = satisfaction.satisfied_odds(tickets())

    assert found.n == 4_000
    assert found.enough
    assert dict(zip(found.drivers, found.weights, strict=True)) == pytest.approx(
        {"contacts": -0.8, "transfers": -0.4, "wait_hours": -0.03}, abs=0.12
    )
    assert found.reasons["delivery"] - found.reasons["repair"] == pytest.approx(-0.9, abs=0.2)
    assert found.chance((1, 0, 1), "repair") > found.chance((4, 0, 1), "repair") > found.chance((4, 2, 30), "delivery")
    assert found.chance((1, 0, 1), "never seen") == pytest.approx(found.chance((1, 0, 1)))


def test_the_chances_add_up_to_those_who_were_satisfied_in_any_order():
    table = tickets(500)
    rows = table.to_pylist()

    found = satisfaction.satisfied_odds(table)
    again = satisfaction.satisfied_odds(pa.Table.from_pylist(rows[::-1]))

    chances = [found.chance((row["contacts"], row["transfers"], row["wait_hours"]), row["reason"]) for row in rows]
    assert np.mean(chances) == pytest.approx(np.mean([row["satisfied"] for row in rows]), abs=1e-6)
    assert again.weights == pytest.approx(found.weights)
    assert all(0 < chance < 1 for chance in chances)


def test_too_few_tickets_of_one_kind_tell_only_their_share():
    table = tickets(400).slice(0, 30)
    all_happy = table.set_column(0, "satisfied", pa.array([True] * 30))

    found = satisfaction.satisfied_odds(all_happy)

    assert not found.enough
    assert found.weights == (0, 0, 0)
    assert found.chance((9, 9, 9), "repair") == pytest.approx(30.5 / 31)
    assert satisfaction.satisfied_odds(table.slice(0, 0)).chance((1, 1, 1)) == 0.5
    assert satisfaction.satisfied_odds(tickets().drop_columns("reason")).reasons == {}


# --- rewards ---
@pytest.mark.shows("LOY-01")
def test_a_reward_is_judged_against_those_who_had_none():
    members, control = np.array([12.0, 10, 14, 12] * 50), np.array([9.0, 11, 10, 10] * 25)

    found = loyalty.reward_gain(members, control, cost=200.0)

    assert (found.members, found.control, found.total) == (200, 100, 2_400)
    assert found.gain == pytest.approx(2.0)
    assert found.low < 2 < found.high
    assert found.net == pytest.approx(2 * 200 - 200)
    assert found.pays is True
    assert loyalty.reward_gain(members, control, cost=1_000.0).pays is False
    assert loyalty.reward_gain(members, control, cost=400.0).pays is None
    assert loyalty.reward_gain(members, control[:1], cost=1.0).gain is None


def test_referred_customers_are_worth_what_is_credited():
    assert loyalty.referral_value(np.array([100.0, np.nan, 300.0]), credit=0.5) == 200
    assert loyalty.referral_value(np.array([])) == 0
    with pytest.raises(ValueError, match="credited"):
        loyalty.referral_value(np.array([1.0]), credit=1.5)


def test_a_wallet_is_known_only_with_its_source_and_date():
    known = {"source": "annual report", "estimated_on": date(2026, 3, 31)}

    assert loyalty.wallet_share(25, 100, **known) == 0.25
    assert loyalty.wallet_share(-5, 100, **known) == 0
    assert loyalty.wallet_share(150, 100, **known) == 1
    assert loyalty.wallet_share(25, None, **known) is None
    assert loyalty.wallet_share(25, 0, **known) is None
    assert loyalty.wallet_share(25, 100, source=" ", estimated_on=known["estimated_on"]) is None
    assert loyalty.wallet_share(25, 100, source="guess", estimated_on=None) is None
