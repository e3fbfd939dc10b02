"""BG/NBD, MBG/NBD, Pareto/NBD, NBD, Gamma-Gamma: published points, their own laws, and input too poor to fit."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.analysis import lifetime
from holdfast.analysis.lifetime import BgNbd, FitParams, GammaGamma, MbgNbd, Nbd, ParetoNbd, Seen, Tuples
from holdfast.analysis.lifetime.special import mean_until_leaving
from holdfast.analysis.tables import TableError
from holdfast.analysis.tests.ledgers import days, on

# Published parameters of CDNOW (methods §4.1); MBG's are of our own fit.
BG = BgNbd(0.243, 4.414, 0.793, 2.426)
PARETO = ParetoNbd(0.553, 10.578, 0.606, 11.669)
MBG = MbgNbd(0.52484, 6.18299, 0.89136, 1.61400)
MODELS = (BG, MBG, PARETO, Nbd(0.385, 12.07))
# The BTYD walkthrough's.
BG_TALL = BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258881)
PARETO_TALL = ParetoNbd(0.5533971, 10.5801985, 0.6060625, 11.6562237)


def seen(x, t_x, age):
    return Seen(*np.broadcast_arrays(*(np.atleast_1d(np.asarray(part, dtype=float)) for part in (x, t_x, age))))


ONE = seen(2, 30.43, 38.86)


@pytest.mark.shows("CHU-07")
@pytest.mark.parametrize(
    ("model", "expected", "alive"),
    [(BG, 1.2260, 0.72658), (PARETO, 1.45512, 0.86917), (MBG, 1.26267, 0.70613)],
    ids=["BG", "Pareto", "MBG"],
)
def test_customer_1_of_cdnow(model, expected, alive):
    # Source: methods §4.1: x = 2, t_x = 30.43, T = 38.86, next 39 weeks.
    assert model.expected(ONE, 39) == pytest.approx(expected, abs=1e-4)
    assert model.p_alive(ONE) == pytest.approx(alive, abs=1e-4)


@pytest.mark.parametrize(
    ("model", "weeks39", "weeks78"),
    [(BG, 1.19672, 1.86052), (PARETO, 1.21300, 1.90940), (MBG, 1.18228, 1.80364)],
    ids=["BG", "Pareto", "MBG"],
)
def test_a_new_customers_purchases(model, weeks39, weeks78):
    # Source: methods §4.1.
    assert model.expected_new([39, 78]) == pytest.approx([weeks39, weeks78], abs=1e-4)


@pytest.mark.parametrize(
    ("model", "expected", "alive", "new"),
    [(PARETO_TALL, 25.4553, 0.997918, 1.473113), (BG_TALL, 25.7591, 0.968919, 1.444011)],
    ids=["Pareto", "BG"],
)
def test_the_walkthroughs_best_customer(model, expected, alive, new):
    # Source: methods §4.1, BTYD walkthrough: x = 26, t_x = 30.86, T = 31, next 52 weeks.
    tall = seen(26, 30.86, 31)

    assert model.expected(tall, 52) == pytest.approx(expected, abs=1e-4)
    assert model.p_alive(tall) == pytest.approx(alive, abs=1e-6)
    assert model.expected_new(52) == pytest.approx(new, abs=1e-6)


def test_more_published_chances_of_being_there():
    # Source: methods §4.1; the first is R BTYD's documentation.
    assert PARETO_TALL.p_alive(seen(0, 0, 39)) == pytest.approx(0.2941633, abs=1e-6)
    assert BG.p_alive(seen(23, 39, 39)) == pytest.approx(0.968555, abs=1e-5)
    assert MBG.p_alive(seen(0, 0, 39)) == pytest.approx(0.389336, abs=1e-5)


def test_the_more_often_they_came_the_surer_silence_means_they_left():
    # Source: methods §4.1, increasing-frequency paradox.
    quiet = seen([1, 5, 10, 20], 30, 39)

    assert BG_TALL.p_alive(quiet) == pytest.approx([0.6962, 0.7056, 0.5716, 0.1968], abs=1e-4)
    assert PARETO_TALL.p_alive(quiet) == pytest.approx([0.8710, 0.8108, 0.6937, 0.3444], abs=1e-4)


def test_discounted_residual_transactions():
    # Source: methods §4.1: 15 % a year, closed form = numeric integral; × 24.6637 = 160.36 $.
    dert = PARETO.discounted_residual(ONE, 0.00268773)

    assert dert == pytest.approx(6.5017, abs=1e-4)
    assert dert * 24.6637 == pytest.approx(160.36, abs=0.01)


def test_what_a_purchase_day_is_worth():
    # Source: methods §4.1, parameters as published.
    model = GammaGamma(6.25, 3.74, 15.44, 6.25 * 15.44 / 2.74)

    found = model.expected_value([1, 2, 4, 10, 0], [25, 22.35, 70, 35, 0])

    assert found == pytest.approx([28.1146, 24.6637, 66.5645, 35.0092, 35.2190], abs=1e-4)


def test_an_exponent_of_one_is_the_limit_of_its_neighbours():
    for build in (lambda s: ParetoNbd(0.5, 10, s, 12), lambda a: BgNbd(0.3, 4, a, 2), lambda a: MbgNbd(0.3, 4, a, 2)):
        low, at, high = (build(value).expected(ONE, 39)[0] for value in (1 - 1e-3, 1.0, 1 + 1e-3))
        assert at == pytest.approx((low + high) / 2, rel=1e-5)


POSITIVE = st.floats(0.01, 30)
HISTORIES = st.tuples(st.integers(0, 300), st.floats(0, 1), st.floats(0.2, 300))


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.sampled_from((BgNbd, MbgNbd, ParetoNbd)), st.tuples(POSITIVE, POSITIVE, POSITIVE, POSITIVE), HISTORIES)
def test_chances_and_expectations_keep_their_laws(kind, values, history):
    x, share, age = history
    model = kind(*values)
    t_x = share * age if x else 0.0
    ages = seen(x, t_x, age * np.array([1, 1.3, 2, 4]))

    alive, buys = model.p_alive(ages), model.p_buys(ages, 13)
    growing = np.array([model.expected(ages, weeks) for weeks in (1, 13, 52)])

    for chance in (alive, buys):
        assert ((chance >= 0) & (chance <= 1)).all()
    if x:
        assert (np.diff(alive) <= 1e-9).all()
    assert np.isfinite(growing).all()
    assert (growing >= 0).all()
    assert (np.diff(growing, axis=0) >= -1e-9 * (1 + growing[1:])).all()
    # Who buys at all buys at least once.
    assert (buys <= model.expected(ages, 13) * (1 + 1e-6) + 1e-9).all()


def test_buying_in_no_time_is_impossible_and_in_endless_time_as_likely_as_being_there():
    for model in MODELS[:2]:
        assert model.p_buys(ONE, 1e-9) == pytest.approx(0, abs=1e-8)
        assert model.p_buys(ONE, 1e9) == pytest.approx(model.p_alive(ONE), rel=1e-3)


def drawn(customers=400, seed=4):
    rng = np.random.default_rng(seed)
    age = rng.integers(20, 400, customers)
    x = np.minimum(rng.poisson(rng.gamma(0.6, 4, customers)), age - 1)
    last = np.where(x > 0, (rng.uniform(0.1, 1, customers) * age).astype(int), 0)
    return table(x, last / 7, age / 7, np.where(x > 0, rng.gamma(4, 10, customers), np.nan))


def table(x, t_x, age, m):
    mean = np.asarray(m, dtype=float)
    columns = {"customer_id": np.arange(len(x)), "x": np.asarray(x, dtype=np.int64), "t_x": t_x, "T": age}
    return pa.table({**columns, "m": pa.array(mean, mask=np.isnan(mean))})


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, ParetoNbd, Nbd])
def test_the_slopes_are_those_of_the_likelihood(kind):
    tuples = Tuples.of(Seen.of(drawn()))
    for values in (np.array(kind.default), np.array(kind.default)[::-1] + 0.3):
        _, slope = kind.likelihood(tuples, values)
        h = 1e-5
        steps = [
            kind.likelihood(tuples, values + h * e)[0] - kind.likelihood(tuples, values - h * e)[0]
            for e in np.eye(len(values))
        ]
        assert slope == pytest.approx(np.array(steps) / (2 * h), rel=1e-5, abs=1e-3)


@pytest.mark.parametrize("fit", [lifetime.fit_bgnbd, lifetime.fit_mbgnbd, lifetime.fit_paretonbd, lifetime.fit_nbd])
def test_the_order_of_customers_changes_nothing(fit):
    rows = drawn()
    shuffled = rows.take(pa.array(np.random.default_rng(0).permutation(rows.num_rows)))

    assert fit(shuffled).model == fit(rows).model


def test_scaling_money_scales_the_values_and_nothing_else():
    rows = drawn()
    more = rows.set_column(4, "m", pa.compute.multiply(rows["m"], 1000.0))

    plain, large = lifetime.fit_gamma_gamma(rows).model, lifetime.fit_gamma_gamma(more).model

    assert (large.p, large.q) == pytest.approx((plain.p, plain.q), rel=1e-6)
    assert (large.gamma, large.mean) == pytest.approx((1000 * plain.gamma, 1000 * plain.mean), rel=1e-6)


@pytest.mark.parametrize("size", [1, 3, 40])
@pytest.mark.parametrize("fit", [lifetime.fit_bgnbd, lifetime.fit_mbgnbd, lifetime.fit_paretonbd, lifetime.fit_nbd])
def test_too_few_customers_lean_on_the_defaults_and_say_so(fit, size):
    rows = table([0] * size, np.zeros(size), np.full(size, 10.0), np.full(size, np.nan))

    found = fit(rows)

    assert found.leaning
    assert not found.failed
    known = Seen.of(rows)
    assert ((found.model.p_alive(known) >= 0) & (found.model.p_alive(known) <= 1)).all()


def test_a_fit_out_of_time_says_so():
    found = lifetime.fit_mbgnbd(drawn(), FitParams(seconds=0.0))

    assert "out_of_time" in found.flags
    assert found.failed


def test_no_repeat_purchase_means_no_model_of_spend():
    assert lifetime.fit_gamma_gamma(table([0, 0], [0.0, 0.0], [5.0, 6.0], [np.nan, np.nan])) is None


def test_the_same_price_every_time_does_not_break_the_fit():
    rows = table(np.full(80, 3), np.full(80, 5.0), np.full(80, 9.0), np.full(80, 50.0))

    found = lifetime.fit_gamma_gamma(rows)

    assert found.model.expected_value(3, 50.0) == pytest.approx(50.0, rel=0.05)


def test_the_summary_of_three_customers_by_hand():
    rows = days([("a", 0, 1000), ("a", 14, 300), ("a", 49, 500), ("b", 49, 100), ("c", 7, -50)])

    found = lifetime.summary(rows, as_of=on(70)).to_pylist()

    assert found == [
        {"customer_id": "a", "x": 2, "t_x": 7.0, "T": 10.0, "m": 4.0},
        {"customer_id": "b", "x": 0, "t_x": 0.0, "T": 3.0, "m": None},
    ]


def test_impossible_times_are_refused():
    with pytest.raises(TableError, match="t_x"):
        lifetime.fit_bgnbd(table([1], [9.0], [5.0], [1.0]))
    with pytest.raises(TableError, match="finite"):
        lifetime.fit_bgnbd(table([1], [1.0], [np.nan], [1.0]))


def test_collapsing_keeps_every_customer_and_thinning_their_number():
    rows = Seen.of(drawn(3000))

    tuples = Tuples.of(rows)

    assert tuples.customers == 3000
    assert (tuples.weight @ tuples.x, tuples.weight @ tuples.age) == pytest.approx((rows.x.sum(), rows.age.sum()))
    assert tuples.thinned(500).customers == pytest.approx(3000)


@pytest.mark.parametrize(("kind", "more"), [(BgNbd, 0), (MbgNbd, 1)])
def test_the_closed_form_equals_the_plain_integral(kind, more):
    # The expectation itself: E[(1 − ((alpha+T)/(alpha+T+pt))^(r+x))/p], p of the posterior beta.
    x, age = np.arange(0, 40.0), 30.0
    model = kind(0.5, 6.0, 0.8, 2.5)

    found = model.if_alive(seen(x, 0.5 * age * (x > 0), age).pairs, 52)

    plain = mean_until_leaving(0.5 + x, np.full(40, 52 / 36), 0.8, 2.5 + x + more)
    assert found == pytest.approx(plain, rel=1e-8)


@pytest.mark.parametrize("values", [(300, 40, 0.3, 0.2), (10, 0.07, 0.4, 0.1), (350, 0.1, 1.06, 3.4), (2, 5, 300, 400)])
@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
def test_who_buys_a_thousand_times_is_forecast_too(kind, values):
    model = kind(*values)
    often = seen([3, 400, 990], 200, 205)

    growing = np.array([model.if_alive(often.pairs, weeks) for weeks in (0.01, 13, 52, 520)])

    assert np.isfinite(growing).all()
    assert (np.diff(growing, axis=0) >= 0).all()
    assert (growing <= model.rate(often) * np.array([[0.01], [13], [52], [520]]) * (1 + 1e-9)).all()
