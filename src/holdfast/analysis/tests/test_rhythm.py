"""The individual rhythm: the published vector, the pure prior, segments, and what must never change it."""

import math
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import rhythm
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.rhythm import Prior, Priors, RhythmParams
from holdfast.analysis.tests.ledgers import days, on, random_days

PRIOR = Priors(Prior(math.log(45), 0.45))
VECTOR = [("a", day, 100) for day in (0, 30, 62, 90, 121)]


def one(ledger, as_of, **more):
    return rhythm.rhythm(ledger, as_of=as_of, **more).to_pylist()[0]


@pytest.mark.shows("CHU-01")
@pytest.mark.parametrize(("elapsed", "ratio", "chance"), [(50, 1.40, 0.770), (75, 2.09, 0.950), (100, 2.79, 0.989)])
def test_the_published_gaps_give_the_published_rhythm(elapsed, ratio, chance):
    # Source: methods §3.2, gaps 30 32 28 31, mu0 = ln 45, sigma = .45.
    found = one(days(VECTOR), on(121 + elapsed), prior=PRIOR)

    assert found["typical_gap_days"] == pytest.approx(35.84, abs=0.005)
    assert found["overdue_ratio"] == pytest.approx(ratio, abs=0.005)
    assert found["p_gap"] == pytest.approx(chance, abs=0.0005)
    assert (found["purchase_days"], found["elapsed_days"]) == (5, elapsed)


def test_the_warning_days_are_the_first_whole_days_past_the_published_thresholds():
    # Source: methods §3.2, thresholds at 52.3, 75.1 and 102.1 days.
    found = one(days(VECTOR), on(130), prior=PRIOR)

    assert (found["watch_on"], found["risk_on"], found["silent_on"]) == (on(121 + 53), on(121 + 76), on(121 + 103))


def test_one_purchase_has_the_rhythm_of_the_prior():
    found = one(days([("a", 0, 5)]), on(45), prior=PRIOR)

    assert found["typical_gap_days"] == pytest.approx(45)
    assert found["p_gap"] == pytest.approx(0.5)


def test_without_any_repeat_gap_the_documented_default_stands():
    found = rhythm.priors(days([("a", 0, 5), ("b", 3, 5)]), as_of=on(10))

    assert math.exp(found.overall.mu0) == pytest.approx(90)
    assert found.overall.sigma == pytest.approx(0.8)


def test_the_prior_is_the_mean_of_customer_means_and_the_spread_around_them():
    rows = [("a", day, 1) for day in (0, 10, 20)] + [("b", day, 1) for day in (0, 10, 50)]

    found = rhythm.priors(days(rows), as_of=on(99), params=RhythmParams(prior_gaps=0)).overall

    mean_b = (math.log(10) + math.log(40)) / 2
    assert found.mu0 == pytest.approx((math.log(10) + mean_b) / 2)
    # One degree of freedom each; a's gaps do not vary.
    assert found.sigma == pytest.approx(math.sqrt(2 * (math.log(10) - mean_b) ** 2 / 2))


def test_a_large_segment_has_its_own_prior_and_a_small_one_uses_everybodys():
    rows = [(name, day, 1) for name in range(30) for day in (0, 10, 20)]
    rows += [(name, day, 1) for name in range(30, 35) for day in (0, 100, 200)]
    customers = pa.table({"customer_id": list(range(35)), "segment": ["weekly"] * 30 + ["rare"] * 5})

    found = rhythm.priors(days(rows), as_of=on(300), customers=customers)
    newcomers = rhythm.rhythm(days([(1, 0, 1), (33, 0, 1), (99, 0, 1)]), as_of=on(9), customers=customers, prior=found)

    weekly, *others = newcomers["typical_gap_days"].to_pylist()
    assert set(found.segments) == {"weekly"}
    assert weekly == pytest.approx(math.exp(found.segments["weekly"].mu0))
    assert others == [pytest.approx(math.exp(found.overall.mu0))] * 2


def test_a_frozen_prior_survives_json():
    priors = Priors(Prior(3.5, 0.7), {"零售": Prior(2.5, 0.4)})

    assert Priors.from_json(priors.to_json()) == priors


def test_on_the_day_of_a_purchase_nothing_is_overdue():
    found = one(days(VECTOR), on(121), prior=PRIOR)

    assert (found["p_gap"], found["overdue_ratio"], found["elapsed_days"]) == (0, 0, 0)


def test_days_after_as_of_and_days_of_returns_do_not_count():
    rows = [*VECTOR, ("a", 125, -50), ("a", 300, 100)]

    assert one(days(rows), on(150), prior=PRIOR) == one(days(VECTOR), on(150), prior=PRIOR)


def test_customers_who_only_returned_have_no_row():
    found = rhythm.rhythm(days([("a", 0, -5), ("b", 0, 0)]), as_of=on(1))

    assert found["customer_id"].to_pylist() == ["b"]


def test_an_empty_ledger_gives_an_empty_table():
    found = rhythm.rhythm(days([]), as_of=on(1))

    assert found.num_rows == 0
    assert found["last_on"].type == pa.date32()


def test_a_warning_past_the_end_of_the_calendar_is_null():
    slow = Priors(Prior(math.log(4_000_000), 0.5))

    assert one(days([("a", 0, 1)]), on(1), prior=slow)["risk_on"] is None


def test_chances_stay_between_0_and_1_and_rise_with_silence():
    ledger = random_days(np.random.default_rng(1), 100, 400, returns=0)
    prior = rhythm.priors(ledger, as_of=on(400))

    earlier, later = (rhythm.rhythm(ledger, as_of=on(day), prior=prior)["p_gap"].to_numpy() for day in (900, 990))

    assert (earlier >= 0).all()
    assert (later <= 1).all()
    assert (earlier <= later).all()


def test_the_row_order_does_not_change_a_bit_of_the_rhythm():
    rng = np.random.default_rng(2)
    ledger = random_days(rng, 100, 500)
    shuffled = ledger.take(pa.array(rng.permutation(ledger.num_rows)))

    assert rhythm.rhythm(ledger, as_of=on(500)).equals(rhythm.rhythm(shuffled, as_of=on(500)))


def test_an_earlier_view_of_a_ledger_equals_a_ledger_of_that_day():
    ledger = random_days(np.random.default_rng(4), 60, 500)
    prior = rhythm.priors(ledger, as_of=on(500))

    through = Ledger.of(ledger, as_of=on(500)).until(on(250))

    assert rhythm.rhythm(through, as_of=on(250), prior=prior).equals(rhythm.rhythm(ledger, as_of=on(250), prior=prior))


def test_a_ledger_of_another_day_is_refused():
    ledger = Ledger.of(days(VECTOR), as_of=on(121))

    with pytest.raises(ValueError, match="not of 2030"):
        rhythm.rhythm(ledger, as_of=date(2030, 1, 1))
