"""What is owed, how old it is, how long customers take, and whom to call."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.commerce import facts, queries, rules, services
from holdfast.records.commerce.tests.factories import InvoiceFactory, PaymentFactory
from holdfast.records.customers.tests.factories import CustomerFactory

NOW = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00")]


@pytest.fixture
def boss():
    return UserFactory(role="admin")


def owed(customer, days, minor, **fields):
    """An open invoice that fell due so many days ago."""
    due = NOW - timedelta(days=days)
    return InvoiceFactory(
        customer=customer, issued_on=due - timedelta(days=30), due_on=due, amount_minor=minor, **fields
    )


@pytest.mark.shows("CRE-04")
def test_ages_begin_the_day_after_the_due_day_and_reconcile_to_the_cent(boss):
    customer = CustomerFactory()
    for place, days in enumerate((-5, 0, 1, 30, 31, 60, 61, 90, 91, 400)):
        owed(customer, days, 10**place)

    age = queries.ageing(boss)

    assert dict(age.minor) == {"not_due": 11, "d30": 1100, "d60": 110_000, "d90": 11_000_000, "over90": 1_100_000_000}
    assert (age.total_minor, age.overdue_minor) == (1_111_111_111, 1_111_111_100)
    assert (age.count, age.overdue_count, age.oldest_days) == (10, 8, 400)
    assert age.total_minor == sum(row["open_minor"] for row in facts.invoices())


def test_only_what_is_open_counts_and_credit_stands_beside_it(boss):
    customer = CustomerFactory()
    owed(customer, 10, 500)
    PaymentFactory(customer=customer, amount_minor=200)  # settles part of it
    services.void_invoice(owed(customer, 10, 1_000), by=None)
    services.write_off(owed(customer, 10, 2_000), by=None)
    PaymentFactory(customer=customer, amount_minor=70, allocations=[])
    owed(customer, 1, 30, kind="credit_note")

    age, own = queries.ageing(boss), queries.ageing_of(customer)

    assert (age.total_minor, age.credit_minor) == (300, 100)
    assert own == age
    assert queries.credit_by_customer([customer.pk]) == {customer.pk: 100}


def test_ages_are_counted_only_over_customers_one_sees():
    lin = UserFactory(role="sales")
    owed(CustomerFactory(owner=lin), 5, 100)
    owed(CustomerFactory(), 5, 7_000)

    assert queries.ageing(lin).total_minor == 100
    assert [row.open_minor for row in queries.receivable_list(lin, {})] == [100]
    assert [row["total"] for row in queries.debtor_keys(lin, {"sort": "amount"})] == [100]


@given(days=st.integers(-400, 400), ahead=st.integers(-3, 3))
def test_every_age_lies_in_exactly_one_band_with_the_days_that_bound_it(days, ahead):
    code = rules.bucket_of(days)

    first, last = rules.bucket_days(code, NOW)
    due = NOW - timedelta(days=days)
    holding = [one for one in rules.BUCKETS if _holds(one, due)]

    assert holding == [code]
    assert _holds(code, due)
    assert first is None or last is None or first <= last


def _holds(code, due):
    first, last = rules.bucket_days(code, NOW)
    return (first is None or first <= due) and (last is None or due <= last)


@pytest.mark.shows("CRE-04")
def test_dso_is_open_by_invoiced_times_days_and_the_published_vector_comes_out(boss):
    # methods.md §1.2: receivables 300k of which 220k current, sales 1.8M in 365 days → 60.83, 44.61, 16.22
    customer = CustomerFactory()
    paid = owed(customer, -20, 150_000_000)
    PaymentFactory(customer=customer, amount_minor=150_000_000, allocations=[(paid, 150_000_000)])
    owed(customer, -10, 22_000_000)
    owed(customer, 40, 8_000_000)

    terms = queries.terms(boss, queries.ageing(boss))

    assert round(terms.dso, 2) == 60.83
    assert round(terms.best_dso, 2) == 44.61
    assert round(terms.days_delinquent, 2) == 16.22
    assert queries.terms_of(customer, queries.ageing_of(customer)) == terms


def test_without_an_invoice_in_the_year_there_is_no_dso(boss):
    assert queries.terms(boss, queries.ageing(boss)).dso is None


@pytest.mark.shows("CRE-04")
def test_the_history_tells_days_beyond_terms_early_and_late(boss):
    # methods.md §1.2: invoices (10,000, 0 d) (5,000, +30) (3,000, −20) (2,000, +60) → ADBT 10.5 d
    customer = CustomerFactory()
    for minor, late in ((10_000, 0), (5_000, 30), (3_000, -20), (2_000, 60)):
        invoice = owed(customer, 100, minor)
        PaymentFactory(
            customer=customer, amount_minor=minor, received_on=invoice.due_on + timedelta(days=late),
            allocations=[(invoice, minor)],
        )  # fmt: skip
    owed(customer, 12, 700)  # overdue: so far
    owed(customer, -3, 900)  # not due: not told

    history = queries.payment_history(customer)

    assert sorted(one.days for one in history.delays) == [-20, 0, 12, 30, 60]
    assert (history.mean_days, history.on_time, history.paid) == (10.5, 2, 4)


# --- lists ------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(boss):
    """Three debtors: big and fresh, small and old, disputed; the last two of lin."""
    lin = UserFactory(role="sales")
    big, old, other = CustomerFactory(name="新厂机械"), CustomerFactory(owner=lin), CustomerFactory(owner=lin)
    fresh, late = owed(big, 2, 1_000_000), owed(old, 95, 50_000)
    disputed = owed(other, 40, 10_000, disputed_on=date(2026, 11, 1))
    owed(other, -9, 3_000_000)
    return lin, fresh, late, disputed


def test_the_list_asks_first_for_money_times_days(boss, three):
    _lin, fresh, late, disputed = three

    found = list(queries.receivable_list(boss, {}))

    assert [row.pk for row in found[:3]] == [late.pk, fresh.pk, disputed.pk]
    assert [row.weight for row in found] == [50_000 * 95, 1_000_000 * 2, 10_000 * 40, 0]
    assert [row.pk for row in queries.receivable_list(boss, {"sort": "amount"})][-1] == disputed.pk
    assert next(iter(queries.receivable_list(boss, {"sort": "due"}))).pk == late.pk


def test_filters_narrow_by_age_owner_dispute_promise_and_name(boss, three):
    lin, fresh, late, disputed = three
    services.add_promise(late, promised_on=date(2026, 11, 20), amount_minor=100, made_on=date(2026, 11, 1), by=boss)
    services.add_promise(fresh, promised_on=date(2026, 11, 25), amount_minor=100, by=boss)

    def numbers(**params):
        return {row.pk for row in queries.receivable_list(boss, params)}

    assert numbers(bucket="over90") == {late.pk}
    assert numbers(bucket="overdue") == {fresh.pk, late.pk, disputed.pk}
    assert numbers(owner=lin.pk, bucket="d60") == {disputed.pk}
    assert numbers(disputed=True) == {disputed.pk}
    assert numbers(promise="broken") == {late.pk}
    assert numbers(promise="waiting") == {fresh.pk}
    assert numbers(q="新厂") == {fresh.pk}
    assert numbers(q=late.number.lower()) == {late.pk}
    assert {row.pk for row in queries.receivable_list(lin, {"owner": "me", "bucket": "overdue"})} == {
        late.pk,
        disputed.pk,
    }


@pytest.mark.shows("CRE-04")
def test_debtors_are_told_with_whom_to_call_what_they_owe_and_promised(boss, three):
    _lin, _fresh, late, _disputed = three
    promise = services.add_promise(late, promised_on=date(2026, 12, 1), amount_minor=100, by=boss)

    first, second, third = queries.debtors(boss, {}, queries.debtor_keys(boss, {}))

    assert [one.ageing.overdue_minor for one in (first, second, third)] == [50_000, 1_000_000, 10_000]
    assert (first.promise, second.promise) == (promise, None)
    assert (third.disputed_minor, third.ageing.total_minor, third.ageing.minor["not_due"]) == (
        10_000,
        3_010_000,
        3_000_000,
    )
    assert sum(one.ageing.total_minor for one in (first, second, third)) == queries.ageing(boss).total_minor
    by = {sort: [row["customer"] for row in queries.debtor_keys(boss, {"sort": sort})] for sort in ("amount", "due")}
    assert by["amount"] == [third.customer.pk, second.customer.pk, first.customer.pk]
    assert by["due"] == [first.customer.pk, third.customer.pk, second.customer.pk]


def test_promises_are_listed_due_and_broken_only_about_open_invoices(boss, three):
    _lin, fresh, late, disputed = three
    soon = services.add_promise(fresh, promised_on=date(2026, 11, 25), amount_minor=100, by=boss)
    services.add_promise(fresh, promised_on=date(2026, 12, 25), amount_minor=100, by=boss)
    broken = services.add_promise(late, promised_on=date(2026, 11, 21), amount_minor=100, by=boss)
    services.add_promise(disputed, promised_on=date(2026, 11, 21), amount_minor=100, by=boss)
    PaymentFactory(customer=disputed.customer, received_on=NOW, amount_minor=10_000)  # too late, but paid

    assert list(queries.promises_due(boss, date(2026, 11, 29))) == [soon]
    assert list(queries.promises_broken(boss)) == [broken]
    told = queries.attention(boss)
    assert (told.disputed, told.broken, told.due) == (0, 1, 1)


@pytest.mark.slow
def test_the_lists_take_the_same_few_questions_however_many_customers_owe(boss, django_assert_num_queries):
    for _n in range(30):
        owed(CustomerFactory(), 3, 100)
    boss.words  # noqa: B018 - read the rights before counting

    with django_assert_num_queries(7):  # keys, sums, customers, contacts, two of credit, promises
        assert len(queries.debtors(boss, {}, queries.debtor_keys(boss, {})[:20])) == 20
    with django_assert_num_queries(1):
        assert [row.customer.owner for row in queries.receivable_list(boss, {})[:20]]
    with django_assert_num_queries(3):
        queries.ageing(boss)
