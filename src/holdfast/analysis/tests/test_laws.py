"""Laws that must hold for whatever comes: chances stay chances and move the way the theory says, no life breaks the stages."""

from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import forecast, grading, lifecycle, rhythm
from holdfast.analysis import satisfaction as answers
from holdfast.analysis.days import customer_days
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.lifecycle import RULES, STAGES
from holdfast.analysis.lifetime import (
    BetaWeibull,
    BgNbd,
    GammaGamma,
    MbgCnbd,
    MbgNbd,
    Nbd,
    ParetoNbd,
    Seen,
    ShiftedBeta,
)
from holdfast.analysis.rhythm import Prior, Priors
from holdfast.analysis.tests.ledgers import on, random_lines

pytestmark = pytest.mark.slow

HISTORIES = 10_000
LEAVING = (BgNbd, MbgNbd, ParetoNbd, MbgCnbd)
WEEKS = (1, 4, 13, 26, 52, 104)


def model_of(kind, rng):
    r, alpha, a, b = np.exp(rng.uniform(np.log(0.05), np.log(20), 4))
    if kind is Nbd:
        return Nbd(r, alpha)
    return MbgCnbd(int(rng.integers(1, 5)), r, alpha, a, b) if kind is MbgCnbd else kind(r, alpha, a, b)


def histories(rng, size):
    """x, t_x, T of any customers: from one purchase to a hundred, from days to years."""
    age = np.round(rng.uniform(1, 1500, size)) / 7
    x = np.where(rng.random(size) < 0.3, 0, np.minimum(rng.geometric(0.1, size), np.maximum(age * 7 - 1, 0)))
    t_x = np.where(x > 0, np.round(rng.random(size) * age * 7) / 7, 0.0)
    return x.astype(float), np.where(x > 0, np.maximum(t_x, 1 / 7), 0.0), np.maximum(age, t_x)


@pytest.mark.shows("CHU-07")
@pytest.mark.parametrize("kind", LEAVING, ids=lambda kind: kind.__name__)
def test_the_chance_of_being_there_falls_while_nothing_happens(kind):
    # P(alive) falls with T for fixed x > 0 and t_x (methods §12).
    rng = np.random.default_rng(1)
    for _ in range(50):
        model = model_of(kind, rng)
        x, t_x, age = histories(rng, HISTORIES // 50)

        later = np.array([model.p_alive(Seen(x, t_x, age + more)) for more in (0, 1, 5, 20, 80, 400)])

        assert ((later >= 0) & (later <= 1)).all()
        assert (np.diff(later[:, x > 0], axis=0) <= 1e-9).all()


@pytest.mark.shows("CHU-07")
@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, ParetoNbd, Nbd], ids=lambda kind: kind.__name__)
def test_more_time_brings_more_purchases_and_a_larger_chance_of_one(kind):
    rng = np.random.default_rng(2)
    for _ in range(20):
        model = model_of(kind, rng)
        seen = Seen(*histories(rng, HISTORIES // 40))

        purchases = np.array([model.expected(seen, weeks) for weeks in WEEKS])
        buys = np.array([model.p_buys(seen, weeks) for weeks in WEEKS])

        assert np.isfinite(purchases).all()
        assert (purchases >= 0).all()
        assert (np.diff(purchases, axis=0) >= -1e-8 * (1 + purchases[1:])).all()
        assert ((buys >= 0) & (buys <= 1)).all()
        assert (np.diff(buys, axis=0) >= -1e-7).all()
        assert (buys <= model.p_alive(seen) + 1e-7).all()
        assert (np.diff(model.expected_new(np.array(WEEKS, dtype=float))) >= -1e-9).all()


@pytest.mark.shows("CHU-07")
def test_the_value_of_a_day_lies_between_the_customers_own_mean_and_everybodys():
    rng = np.random.default_rng(3)
    for _ in range(50):
        p, q, gamma = rng.uniform(0.5, 10), rng.uniform(1.1, 10), rng.uniform(1, 1000)
        x, m = rng.integers(1, 60, HISTORIES // 50).astype(float), rng.lognormal(3, 1.5, HISTORIES // 50)
        everybody = p * gamma / (q - 1)

        found = GammaGamma(p, q, gamma, everybody).expected_value(x, m)
        surer = GammaGamma(p, q, gamma, everybody).expected_value(x + 50, m)

        assert (found >= np.minimum(m, everybody) * (1 - 1e-9)).all()
        assert (found <= np.maximum(m, everybody) * (1 + 1e-9)).all()
        assert (abs(surer - m) <= abs(found - m) + 1e-9 * everybody).all()


def test_subscribers_only_become_fewer():
    rng = np.random.default_rng(4)
    periods = np.arange(0, 40, dtype=float)
    for _ in range(HISTORIES // 20):
        first, second, power = np.exp(rng.uniform(-3, 3, 3))
        for left in (ShiftedBeta(first, second).survival(periods), BetaWeibull(first, second, power).survival(periods)):
            assert left[0] == pytest.approx(1)
            assert ((left >= 0) & (left <= 1 + 1e-12)).all()
            assert (np.diff(left) <= 1e-12).all()
        stay = ShiftedBeta(first, second).retention(periods[1:])
        assert ((stay > 0) & (stay < 1)).all()
        assert (np.diff(stay) >= -1e-12).all()


def test_every_interval_of_a_share_and_of_nps_holds_its_figure_and_narrows_with_answers():
    rng = np.random.default_rng(5)
    for _ in range(HISTORIES):
        good, fair, bad = (int(n) for n in rng.integers(0, 300, 3))
        size = good + fair + bad
        if not size:
            continue
        low, high = answers.wilson(good, size)
        assert 0 <= low <= good / size <= high <= 1
        more_low, more_high = answers.wilson(4 * good, 4 * size)
        assert more_high - more_low <= high - low
        nps = answers.nps_of_counts(good, fair, bad)
        assert -100 <= nps.low <= nps.high <= 100
        more = answers.nps_of_counts(16 * good, 16 * fair, 16 * bad)
        if size >= 30 and nps.error and nps.low > -100 and nps.high < 100:
            assert (nps.high - nps.low) / (more.high - more.low) == pytest.approx(4)


@pytest.mark.parametrize("horizon", [1, 30, 90, 1000])
def test_all_that_is_foreseen_of_real_looking_customers_is_possible(horizon):
    for seed in range(2):
        found = forecast.forecast(ledger_of(seed), as_of=on(399), horizon_days=horizon).customers

        for name in ("p_alive", "p_churn"):
            chance = found[name].to_numpy()
            assert ((chance >= 0) & (chance <= 1)).all()
        for name in ("expected_purchases", "expected_spend", "clv_12m", "revenue_at_risk"):
            assert np.isfinite(found[name].to_numpy()).all()
        assert (found["expected_purchases"].to_numpy() >= 0).all()
        assert (found["expected_purchases"].to_numpy() <= horizon).all()


def ledger_of(seed):
    lines = random_lines(seed, 2500, customers=250)
    return Ledger.of(customer_days(lines, as_of=on(399)), as_of=on(399))


# Where methods §3.3 lets a stage lead; a contract's end or P(alive) may lead anywhere downwards at once.
DOWN = {"at_risk", "silent", "lost"}
LEADS = {
    None: {"identified", "developing", "activated"},
    "identified": {"developing", "activated"},
    "developing": {"identified", "activated"},
    "activated": {"growing", *DOWN},
    "growing": {"mature", "declining", *DOWN},
    "mature": {"growing", "declining", *DOWN},
    "declining": {"mature", *DOWN},
    "at_risk": {"activated", "growing", "mature", "declining", "won_back", "silent", "lost"},
    "silent": {"lost", "won_back"},
    "lost": {"won_back"},
    "won_back": {"growing", *DOWN},
}
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def any_day(rng):
    return FIRST if rng.random() < 0.01 else LAST if rng.random() < 0.01 else on(int(rng.integers(-200, 1400)))


def lives(seed, size=HISTORIES):
    """Customers with any events in any order: contracts over before they began, contacts after the end, days of refunds."""
    rng = np.random.default_rng(seed)
    count = np.where(rng.random(size) < 0.15, 0, rng.geometric(0.12, size))
    customer = np.repeat(np.arange(size), count)
    # Each customer in a window of his own: some in a few days, some in years.
    span = np.exp(rng.uniform(0, np.log(1200), size)).astype(int) + 1
    number = rng.integers(0, 900, size)[customer] + (rng.random(len(customer)) * span[customer]).astype(int)
    found = {}
    for who, day, amount in zip(
        customer.tolist(), number.tolist(), rng.integers(-300, 900, len(customer)), strict=True
    ):
        found[who, day] = int(amount)
    keys = list(found)
    rng.shuffle(keys)
    table = pa.table(
        {
            "customer_id": pa.array([who for who, _ in keys], pa.int64()),
            "day": pa.array([on(day) for _, day in keys], pa.date32()),
            "amount_minor": pa.array([found[key] for key in map(tuple, keys)], pa.int64()),
            "is_purchase": [found[key] >= 0 and rng.random() < 0.95 for key in map(tuple, keys)],
        }
    )
    columns = ("first_seen_on", "first_contact_on", "last_contact_on", "contract_ended_on")
    known = {name: [any_day(rng) if rng.random() < 0.4 else None for _ in range(size)] for name in columns}
    chance = pa.array(rng.random(size), mask=rng.random(size) < 0.5)
    days = {name: pa.array(values, pa.date32()) for name, values in known.items()}
    return table, pa.table({"customer_id": pa.array(range(size), pa.int64()), **days, "p_alive": chance})


@pytest.mark.shows("LIF-06")
@pytest.mark.parametrize("seed", range(2))
def test_no_order_of_events_breaks_the_stages_and_each_is_reached_the_way_it_may_be(seed):
    table, customers = lives(seed)
    prior = Priors(Prior(np.log(45), 0.6))

    history = lifecycle.stage_history(table, as_of=on(1250), customers=customers, prior=prior).to_pylist()
    now = lifecycle.stages(table, as_of=on(1250), customers=customers, prior=prior)

    assert now.num_rows == HISTORIES
    assert now["stage"].null_count == 0
    assert {row["stage"] for row in history} == set(STAGES)
    assert {row["rule"] for row in history} == set(RULES)
    first = [b for a, b in pairwise([{"customer_id": None}, *history]) if a["customer_id"] != b["customer_id"]]
    assert {row["stage"] for row in first} <= LEADS[None] | {"lost"}
    for before, after in pairwise(history):
        if before["customer_id"] == after["customer_id"]:
            assert after["stage"] in LEADS[before["stage"]], (before, after)
            assert before["on"] is None or before["on"] <= after["on"] <= on(1250)


@pytest.mark.shows("TIE-12")
def test_no_order_of_scores_and_gates_moves_a_star_further_than_it_may_go():
    rng = np.random.default_rng(6)
    ids = np.arange(500)
    state = None
    reached = set()
    for _ in range(60):
        score = np.round(rng.uniform(0, 100, 500), rng.integers(0, 3))
        hollow, unrated = rng.random(500) < 0.1, rng.random(500) < 0.05
        graded = pa.table(
            {
                "customer_id": ids,
                "score": score,
                "score_available": pa.array(score, mask=unrated),
                "provisional": hollow,
                "unrated": unrated,
            }
        )
        shut = rng.choice(ids, 40, replace=False)
        kinds = rng.choice(list(grading.GATES), 40).tolist()
        gates = pa.table({"customer_id": shut, "gate": kinds})

        found = grading.step(state, graded, gates)

        held = found["held"].fill_null(0).to_numpy()
        reached |= set(held.tolist())
        assert ((held == 0) == unrated).all()
        assert ((held >= 0) & (held <= 5)).all()
        most = {int(who): grading.GATES[kind] for who, kind in zip(shut, kinds, strict=True)}
        assert all(held[who] <= limit for who, limit in most.items())
        if state is not None:
            before, same = state["held"].fill_null(0).to_numpy(), state["provisional"].to_numpy() == hollow
            free = ~np.isin(ids, shut) & (before > 0) & (held > 0) & same
            assert (abs(held[free].astype(int) - before[free]) <= 1).all()
        assert (found["stars"].is_valid().to_numpy() == (~hollow & ~unrated)).all()
        state = found
    assert reached == set(range(6))


def test_the_longer_the_silence_the_more_unusual():
    table, _ = lives(8, 2000)
    prior = rhythm.priors(table, as_of=on(2100))

    views = [rhythm.rhythm(table, as_of=on(day), prior=prior)["p_gap"].to_numpy() for day in (2100, 2101, 2150, 4000)]

    assert all(((view >= 0) & (view <= 1)).all() for view in views)
    assert all((before <= after).all() for before, after in pairwise(views))
