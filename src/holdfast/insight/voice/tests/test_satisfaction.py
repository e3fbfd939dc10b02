"""CSAT and NPS say what the number of answers allows, and nothing where there are too few."""

from datetime import date

import pytest

from holdfast.insight.voice import queries
from holdfast.records.customers.tests.factories import CustomerFactory

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


def found(viewer, **params):
    return queries.satisfaction(viewer, params, until=TODAY)


@pytest.mark.shows("SAT-03")
def test_sixty_promoters_and_fifteen_detractors_in_a_hundred_are_an_nps_of_45(say, owner):
    """60/25/15 → 45.0, 30.5 … 59.5. Source: methods §6."""
    for score, times in ((10, 60), (8, 25), (3, 15)):
        for _ in range(times):
            say(nps=score)

    nps = found(owner).nps

    assert nps.rate.value == pytest.approx(45.0)
    assert (nps.rate.low, nps.rate.high) == (pytest.approx(30.5, abs=0.05), pytest.approx(59.5, abs=0.05))
    assert nps.groups == {"promoters": 60, "passives": 25, "detractors": 15}
    assert not nps.is_uncertain


@pytest.mark.shows("SAT-03")
def test_nine_satisfied_of_ten_are_shown_with_wilsons_interval_and_as_uncertain(say, owner):
    """9/10 → .5958 … .9821. Source: methods §6."""
    for score in [5] * 9 + [2]:
        say(csat=score)

    csat = found(owner).csat

    assert csat.rate.value == pytest.approx(0.9)
    assert (csat.rate.low, csat.rate.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    assert csat.is_uncertain
    assert csat.months[-1].rate is not None


def test_nine_answers_say_nothing(say, owner):
    for _ in range(9):
        say(csat=5)

    csat = found(owner).csat

    assert (csat.rate, csat.counted) == (None, 9)


def test_of_one_customer_only_the_last_answer_within_ninety_days_counts(say, owner):
    customer = CustomerFactory(owner=owner)
    for day in (1, 2, 3):
        say(nps=day, customer=customer, day=day)

    nps = found(owner).nps

    assert (nps.answers, nps.counted, nps.repeated) == (3, 1, 2)
    assert nps.scores[3] == 1


def test_answers_of_others_customers_are_not_counted(say, stranger):
    for _ in range(12):
        say(csat=5)

    assert found(stranger).csat.answers == 0
