"""MBG/CNBD-k: k by likelihood; k = 1 is the MBG/NBD model."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import lifetime
from holdfast.analysis.lifetime import FitParams, MbgNbd, Seen, Tuples, regularity
from holdfast.analysis.tables import TableError
from holdfast.analysis.tests.ledgers import days, on


def drawn(k, *, customers=1500, weeks=80.0, seed=1):
    """Customers whose gaps are Erlang-k, who may leave after any purchase."""
    rng = np.random.default_rng(seed)
    rows = []
    for rate, leaving in zip(rng.gamma(2.0, 0.1 * k, customers), rng.beta(1.0, 6.0, customers), strict=True):
        now, gaps = 0.0, []
        while rng.random() > leaving:
            gap = rng.gamma(k, 1 / rate)
            if now + gap > weeks:
                break
            now += gap
            gaps.append(gap)
        rows.append((len(gaps), now, weeks, float(np.log(gaps).sum()) if gaps else 0.0))
    x, t_x, age, litt = zip(*rows, strict=True)
    return pa.table({"x": x, "t_x": t_x, "T": age, "litt": litt})


def test_with_k_1_it_is_the_mbg_nbd_model():
    # Source: methods §4.1: CNBD-1 is NBD; likelihood, gradient and P(alive) must agree.
    table, values = drawn(2, customers=200), np.array([0.52, 6.2, 0.89, 1.6])
    seen = Seen.of(table)

    own, plain = regularity._likelihood(Tuples.of(seen), values, 1), MbgNbd.likelihood(Tuples.of(seen), values)

    assert own[0] == pytest.approx(plain[0], rel=1e-12)
    assert own[1] == pytest.approx(plain[1], rel=1e-9)
    assert regularity.MbgCnbd(1, *values).p_alive(seen) == pytest.approx(MbgNbd(*values).p_alive(seen), abs=1e-12)
    # Source: methods §4.1, x = 2, t_x = 30.43, T = 38.86 → .70613 (their fit).
    one = Seen(np.array([2.0]), np.array([30.43]), np.array([38.86]))
    fitted = regularity.MbgCnbd(1, 0.52484, 6.18299, 0.89136, 1.61400)
    assert fitted.p_alive(one)[0] == pytest.approx(0.70613, abs=1e-4)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_gradient_is_that_of_the_likelihood(k):
    tuples, values = Tuples.of(Seen.of(drawn(2, customers=150))), np.array([1.1, 5.0, 0.8, 3.0])

    _, slope = regularity._likelihood(tuples, values, k)

    for at in range(4):
        step = np.eye(4)[at] * 1e-5
        up, down = (regularity._likelihood(tuples, values + sign * step, k)[0] for sign in (1, -1))
        assert slope[at] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 3])
def test_the_regularity_is_found_by_likelihood(k):
    fit = regularity.fit_mbgcnbd(drawn(k))

    assert not fit.failed
    assert fit.model.k == k


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 2, 4])
def test_gaps_alone_tell_the_regularity_whoever_leaves_when(k):
    table = drawn(k)

    found = lifetime.gap_regularity(Tuples.of(Seen.of(table)), sum(table["litt"].to_pylist()))

    assert found == pytest.approx(k, rel=0.1)


def test_who_came_back_once_tells_no_regularity():
    once = Tuples.of(Seen(np.array([0.0, 1.0]), np.array([0.0, 4.0]), np.array([9.0, 9.0])))

    assert lifetime.gap_regularity(once, np.log(4.0)) is None
    # Two equal gaps are as even as gaps can be, whatever else.
    even = Tuples.of(Seen(np.array([2.0]), np.array([8.0]), np.array([9.0])))
    assert lifetime.gap_regularity(even, 2 * np.log(4.0)) > 100


@pytest.mark.slow
def test_a_search_on_a_part_ends_where_a_search_on_all_does():
    table = drawn(3)
    tuples, litt = Tuples.of(Seen.of(table)), sum(table["litt"].to_pylist())

    part, whole = (lifetime.fit_gaps(tuples, litt, FitParams(thin_above=most)) for most in (300, 10_000))

    assert part.model.k == whole.model.k == 3
    assert part.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-3)
    assert part.model.parameters == pytest.approx(whole.model.parameters, rel=2e-3)


def test_very_many_purchases_are_counted_without_losing_the_first():
    # e^−700 lies below what can be counted up from: shape 2,400 over three times the time it was seen in.
    model, often = (
        regularity.MbgCnbd(3, 2.0, 8.0, 0.1, 900.0),
        Seen(np.array([800.0]), np.array([60.0]), np.array([60.0])),
    )

    # 800 in 60 weeks, so about 13.3 a week for 100 weeks, less who leaves: .1 ÷ (900 + 800) each time.
    stays = np.exp(-np.arange(1176) * 0.1 / 1700).sum()
    assert model.expected(often, 100.0)[0] == pytest.approx(stays, rel=0.01)


def test_regularity_needs_the_gaps():
    table = regularity.regular_summary(days([("a", 0, 5), ("a", 14, 5), ("a", 21, 5), ("b", 3, 5)]), as_of=on(30))

    assert table["litt"].to_pylist() == pytest.approx([np.log(2), 0])
    with pytest.raises(TableError, match="litt"):
        regularity.fit_mbgcnbd(lifetime.summary(days([("a", 0, 5)]), as_of=on(30)))


@pytest.mark.parametrize("weeks", [1.0, 39.0, 200.0])
def test_with_k_1_it_expects_what_mbg_nbd_expects(weeks):
    seen = Seen(np.array([2.0, 0.0, 7.0]), np.array([30.43, 0.0, 20.0]), np.array([38.86, 39.0, 39.0]))
    values = (0.52484, 6.18299, 0.89136, 1.61400)

    own, plain = regularity.MbgCnbd(1, *values), MbgNbd(*values)

    assert own.expected(seen, weeks) == pytest.approx(plain.expected(seen, weeks), rel=1e-9)
    assert own.p_buys(seen, weeks) == pytest.approx(plain.p_buys(seen, weeks), rel=1e-10)
    assert own.expected_new(weeks) == pytest.approx(plain.expected_new(weeks), rel=1e-9)
    assert own.rate(seen) == pytest.approx(plain.rate(seen))


def test_the_published_points_hold():
    # Source: methods §4.1: MBG x = 2, t_x = 30.43, T = 38.86, t = 39 → 1.26267; E[X(39)], E[X(78)] 1.18228, 1.80364.
    model = regularity.MbgCnbd(1, 0.52484, 6.18299, 0.89136, 1.61400)

    assert model.expected(Seen(*(np.array([v]) for v in (2.0, 30.43, 38.86))), 39)[0] == pytest.approx(
        1.26267, abs=1e-4
    )
    assert model.expected_new([39.0, 78.0]) == pytest.approx([1.18228, 1.80364], abs=1e-4)


@pytest.mark.slow
@pytest.mark.shows("CHU-07")
@pytest.mark.parametrize("k", [2, 3])
def test_what_it_expects_is_what_its_customers_do(k):
    rng = np.random.default_rng(9)
    size, age, weeks = 200_000, 40.0, 30.0
    model = regularity.MbgCnbd(k, 2.0, 8.0, 1.0, 4.0)
    rate, leaving = rng.gamma(2.0, 1 / 8.0, size), rng.beta(1.0, 4.0, size)
    x, last, later, now = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    there = rng.random(size) > leaving
    while there.any():
        now = np.where(there, now + rng.gamma(k, 1 / rate), now)
        inside = there & (now <= age)
        x, last = x + inside, np.where(inside, now, last)
        later += there & (now > age) & (now <= age + weeks)
        there &= (now <= age + weeks) & (rng.random(size) > leaving)

    seen = Seen(x, last, np.full(size, age))
    expected, buys = model.expected(seen, weeks), model.p_buys(seen, weeks)

    assert model.expected_new(age)[0] == pytest.approx(x.mean(), abs=0.02)
    quiet = age - last
    for group in (x == 0, x == 2, (x >= 4) & (quiet < 5), (x >= 3) & (quiet > 20)):
        error = later[group].std() / np.sqrt(group.sum())
        assert expected[group].mean() == pytest.approx(later[group].mean(), abs=4 * error)
        share = (later[group] > 0).mean()
        assert buys[group].mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / group.sum()))
