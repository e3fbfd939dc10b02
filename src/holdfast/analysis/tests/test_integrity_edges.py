"""Payment integrity to the day: where windows, gates, promises and limits begin and end (methods §1.2)."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import integrity as engine
from holdfast.analysis.integrity import IntegrityParams
from holdfast.analysis.tests.invoices import invoices, promises
from holdfast.analysis.tests.ledgers import on

pytestmark = pytest.mark.shows("CRE-01")

YEAR = IntegrityParams()


def row(rows, day, *, params=YEAR, **more):
    found = engine.integrity(invoices(rows), as_of=on(day), params=params, **more).to_pylist()
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("day", "counted"), [(364, 1), (365, 0)])
def test_what_was_issued_and_paid_365_days_ago_no_longer_counts(day, counted):
    assert row([("a", 0, 0, 0, 100), ("a", day, day + 30, None, 5)], day)["judged"] == counted
    assert row([("a", -90, -60, 0, 100), ("a", day, day + 30, None, 5)], day)["judged"] == counted


def test_an_open_item_counts_however_old():
    assert row([("a", 0, 30, None, 100)], 2_000)["judged"] == 1


@pytest.mark.parametrize(
    ("promised", "kept", "size", "told"),
    [(100, None, 0, 0), (99, None, 1, 0), (100, True, 1, 1), (101, True, 0, 0), (-264, True, 1, 1), (-265, True, 0, 0)],
)
def test_a_promise_is_judged_once_its_day_has_passed_and_for_a_year(promised, kept, size, told):
    found = row([("a", 90, 95, 95, 10)], 100, promises=promises([("a", promised, kept)]))

    assert (found["promises"], found["promises_kept"]) == (size, told)
    assert (found["promise_kept"] is None) == (size == 0)


@pytest.mark.parametrize(("day", "gate"), [(120, None), (121, "overdue_90")])
def test_the_gate_shuts_on_the_91st_day_beyond_terms(day, gate):
    assert row([("a", 0, 30, None, 100)], day)["gate"] == gate


@pytest.mark.parametrize(("day", "gate"), [(729, "write_off"), (730, None)])
def test_a_write_off_shuts_the_gate_for_24_months(day, gate):
    table = invoices([("a", -60, -30, None, 100)], written_off_on=pa.array([on(0)], pa.date32()))

    (found,) = engine.integrity(table, as_of=on(day), params=IntegrityParams(window_days=0)).to_pylist()

    assert found["gate"] == gate


def test_paid_on_the_day_is_not_late_and_a_day_after_is():
    assert row([("a", 0, 30, 30, 1), ("a", 0, 30, 29, 1)], 60)["late_share"] == 0
    assert row([("a", 0, 30, 31, 1), ("a", 0, 30, 29, 1)], 60)["late_share"] == 0.5


def test_three_judged_invoices_are_enough():
    two = [("a", 0, 30, 30, 10)] * 2
    assert row(two, 60)["integrity"] is None
    assert row([*two, ("a", 0, 90, None, 10)], 60)["integrity"] is None
    assert row([*two, ("a", 0, 30, 30, 10)], 60)["integrity"] == pytest.approx(80)


def test_terms_are_never_below_nothing():
    assert row([("a", 30, 0, 30, 10), ("a", 30, 60, 60, 10)], 90)["terms_days"] == pytest.approx(15)


# --- the sums beside it ---
@pytest.mark.shows("CRE-05")
def test_a_limit_of_nothing_is_not_held_by_the_step_of_a_review():
    free = engine.credit_limit(36_500_000, 30, 80)

    assert engine.credit_limit(36_500_000, 30, 80, current_minor=0) == free
    assert free.limit_minor == 3_600_000
    assert engine.credit_limit(-36_500_000, 30, 80).limit_minor == 0
    assert engine.credit_limit(36_500_000, 30, 80, customer_equity_minor=-1_000).limit_minor == 0


@pytest.mark.parametrize(
    ("index", "factor"), [(100, 1.2), (80, 1.2), (79.99, 1), (70, 1), (69.99, 0.8), (60, 0.8), (59.9, 0.5), (50, 0.5), (49.99, 0)]
)  # fmt: skip
def test_the_factor_of_the_limit_steps_at_its_thresholds(index, factor):
    assert engine.factor_of(index) == factor


def test_figures_without_a_base_are_null():
    assert engine.weighted_mean(np.array([5.0]), np.array([0.0])) is None
    assert engine.days_sales_outstanding(100, 0) is None
    assert engine.average_days_delinquent(100, 50, 0) is None
    assert engine.collection_effectiveness(0, 100, 100, 100) is None
    assert engine.collection_effectiveness(0, 50, 100, 100) is None


@pytest.mark.parametrize(("customers", "learned"), [(19, False), (20, True)])
def test_how_much_customers_differ_is_learned_from_twenty(customers, learned):
    size = np.full(customers, 10)
    cases = np.where(np.arange(customers) % 2, 9, 1)

    assert (engine.kappa_by_moments(cases, size) != 8) == learned


def test_customers_with_a_single_case_tell_nothing_of_their_difference():
    cases, size = np.array([1, 0] * 30), np.ones(60, dtype=int)
    more, sizes = np.append(cases, [2, 7] * 15), np.append(size, np.full(30, 10))

    assert engine.kappa_by_moments(cases, size) == 8
    assert engine.kappa_by_moments(more, sizes) == engine.kappa_by_moments(more[60:], sizes[60:])
    assert 1 < engine.kappa_by_moments(more, sizes) < 200


def test_customers_who_could_not_differ_more_count_for_themselves():
    size = np.full(40, 50)

    assert engine.kappa_by_moments(np.where(np.arange(40) % 2, 50, 0), size) == 1


# --- the chance of lateness: the day of issue itself ---
@pytest.mark.shows("CRE-04")
@pytest.mark.parametrize("due", [100, 95, 130])
def test_what_happens_to_an_invoice_on_its_day_of_issue_is_not_known_to_its_own_chance(due):
    past = [("a", day, day + 10, day + (20 if day % 2 else 5), 100) for day in range(0, 80, 4)]

    def chance(paid, amount=100):
        table = invoices([*past, ("a", 100, due, paid, amount)])
        return engine.late_chances(table)["p_late"].to_pylist()

    kept = [chance(paid) for paid in (None, 90, 100, 101, 400)]

    assert all(one == kept[0] for one in kept)


@pytest.mark.shows("CRE-04")
def test_other_rows_of_the_same_day_change_no_chance():
    past = [("a", day, day + 10, day + (20 if day % 3 else 5), 100) for day in range(0, 80, 4)]
    asked = ("a", 100, 130, None, 100)
    alone = engine.late_chances(invoices([*past, asked]))["p_late"].to_pylist()

    for other in [("a", 100, 100, 400, 9_000), ("a", 100, 95, None, 1), ("b", 100, 110, 100, 50)]:
        beside = engine.late_chances(invoices([*past, asked, other]))["p_late"].to_pylist()
        assert beside[: len(alone)] == alone
