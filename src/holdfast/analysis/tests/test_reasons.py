"""Reasons, their sentences, and the interim risk."""

import json
import math

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import churn, lifecycle, reasons, rhythm, sentences
from holdfast.analysis.days import customer_days
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.rhythm import Prior, Priors
from holdfast.analysis.tests.ledgers import days, lines, on, random_days

PRIOR = Priors(Prior(math.log(45), 0.45))
VECTOR = [("a", day, 100) for day in (0, 30, 62, 90, 121)]


def told(ledger, as_of, customers=None):
    pace = rhythm.rhythm(ledger, as_of=as_of, prior=PRIOR)
    staged = lifecycle.stages(ledger, as_of=as_of, prior=PRIOR, customers=customers)
    return reasons.reasons(pace, staged, ledger, as_of=as_of)


def first(ledger, as_of, customers=None):
    return [json.loads(text) for text in told(ledger, as_of, customers)["reasons"].to_pylist()[0]]


@pytest.mark.shows("CHU-03")
def test_an_overdue_customer_is_told_with_both_numbers():
    assert first(days(VECTOR), on(121 + 71))[0] == ["overdue", {"elapsed": 71, "usual": 36}]


def test_a_customer_in_rhythm_is_told_so():
    assert first(days(VECTOR), on(131))[-1] == ["on_rhythm", {"elapsed": 10, "usual": 36}]


def test_one_purchase_is_told_before_newness():
    assert first(days([("a", 0, 5)]), on(12)) == [
        ["one_purchase", {"elapsed": 12, "usual": 45}],
        ["too_new", {"days": 12}],
    ]


@pytest.mark.parametrize(
    ("late", "expected"), [(580, ["declining_90d", {"change": -0.42}]), (1250, ["growing_90d", {"change": 0.25}])]
)
def test_a_trend_is_told_with_its_size(late, expected):
    # As of day 230 the windows are the days 51–140 and 141–230.
    ledger = days([("a", day, 500) for day in (0, 30, 60, 90)] + [("a", 180, late)])

    assert expected in first(ledger, on(230))


def test_lost_customers_and_ended_contracts_are_told_first():
    ended = pa.table({"customer_id": ["a"], "contract_ended_on": [on(130)]})

    assert first(days(VECTOR), on(600))[0] == ["lost", {"elapsed": 479, "usual": 36}]
    assert first(days(VECTOR), on(140), ended)[0] == ["contract_ended", {"elapsed": 19}]


def test_silence_without_contact_is_told_as_such():
    contact = pa.table({"customer_id": ["a"], "last_contact_on": [on(100)]})

    assert first(days(VECTOR), on(211), contact)[0] == ["no_contact", {"elapsed": 90, "usual": 36}]


def test_returns_are_told_when_large_or_larger_than_sales():
    many = customer_days(lines([("a", 0, 100), ("a", 1, -25)]), as_of=on(9))
    more = customer_days(lines([("a", 0, 100), ("a", 1, -125)]), as_of=on(9))

    assert ["returns_high", {"share": 0.25}] in first(many, on(9))
    assert ["irregular_negative", {"returned": 25}] in first(more, on(9))


def test_a_won_back_customer_is_told():
    assert ["won_back", {"elapsed": 1}] in first(days([*VECTOR, ("a", 230, 100)]), on(231))


def test_a_customer_without_purchase_has_that_one_reason():
    assert first(days([("a", 0, -5)]), on(1)) == [["no_purchase", {}]]


def test_everybody_has_one_to_three_reasons_of_known_codes_and_numbers():
    ledger = random_days(np.random.default_rng(1), 300, 700, returns=0.1)

    for row in told(ledger, on(700)).to_pylist():
        assert 1 <= len(row["reasons"]) <= 3
        for text in row["reasons"]:
            code, numbers = json.loads(text)
            assert set(numbers) == set(reasons.CODES[code])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_sentence_with_all_its_numbers(lang):
    assert set(sentences.SENTENCES[lang]) == set(reasons.CODES)
    for code, names in reasons.CODES.items():
        text = sentences.sentence(code, {name: 0.37 if name in ("share", "change") else 41 for name in names}, lang)
        assert "{" not in text
        assert len(text) > 8


def test_sentences_read_as_people_say_them():
    # Source: issue: "usually buys every 36 days, 71 days since the last order".
    numbers = {"elapsed": 71, "usual": 36}

    assert sentences.sentence("overdue", numbers, "zh") == "通常每 36 天购买一次，已有 71 天没有购买"
    assert (
        sentences.sentence("overdue", numbers, "en") == "Usually buys every 36 days; the last purchase was 71 days ago"
    )
    assert "every 1 day;" in sentences.sentence("overdue", {"elapsed": 2, "usual": 1}, "en")
    assert "下降 42%" in sentences.sentence("declining_90d", {"change": -0.42}, "zh")


def test_rendering_a_stored_table_says_the_same_as_speaking_at_once():
    ledger = random_days(np.random.default_rng(2), 100, 500)
    pace = rhythm.rhythm(ledger, as_of=on(500))
    staged = lifecycle.stages(ledger, as_of=on(500))
    found = reasons.find(pace, staged, Ledger.of(ledger, as_of=on(500)))

    stored = pa.table({"customer_id": found.ids, "reasons": found.as_json()})

    for lang in ("zh", "en"):
        assert sentences.render(stored, lang)["reasons"].to_pylist() == sentences.speak(found, lang).to_pylist()


def risk(ledger, as_of, customers=None):
    pace = rhythm.rhythm(ledger, as_of=as_of, prior=PRIOR)
    staged = lifecycle.stages(ledger, as_of=as_of, prior=PRIOR, customers=customers)
    return churn.risk(pace, staged, ledger, as_of=as_of).to_pylist()[0]


@pytest.mark.shows("CHU-03")
@pytest.mark.parametrize(
    ("elapsed", "level"),
    [(10, "low"), (52, "low"), (53, "watch"), (75, "watch"), (76, "high"), (300, "high"), (400, "lost")],
)
def test_the_level_of_risk_rises_with_silence(elapsed, level):
    assert risk(days(VECTOR), on(121 + elapsed))["risk"] == level


def test_money_at_stake_is_the_years_revenue_times_how_unusual_the_silence_is():
    found = risk(days(VECTOR), on(171))

    assert found["revenue_12m_minor"] == 500
    assert found["money_at_stake_minor"] == round(500 * 0.77035)


def test_the_lost_have_nothing_left_at_stake_and_returns_never_count_as_money():
    lost = risk(days(VECTOR), on(600))
    negative = risk(days([("a", 0, 100), ("a", 1, -500)]), on(100))

    assert lost["money_at_stake_minor"] is None
    assert negative["money_at_stake_minor"] == 0


def test_customers_who_never_bought_have_no_risk():
    found = risk(days([("a", 0, -5)]), on(9))

    assert (found["risk"], found["money_at_stake_minor"]) == (None, None)


def test_empty_ledgers_have_no_reasons_and_no_risk():
    empty = days([])
    pace, staged = rhythm.rhythm(empty, as_of=on(1)), lifecycle.stages(empty, as_of=on(1))

    assert churn.risk(pace, staged, empty, as_of=on(1)).num_rows == 0
    assert reasons.reasons(pace, staged, empty, as_of=on(1)).num_rows == 0
