"""Promises to pay, undo of money to the cent, and what always holds of it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.commerce import facts, rules, services
from holdfast.records.commerce.models import Allocation, Invoice, Payment, PaymentPromise
from holdfast.records.commerce.tests.factories import InvoiceFactory, PaymentFactory
from holdfast.records.customers import services as customers
from holdfast.records.customers.tests.factories import CustomerFactory

DAY = date(2026, 10, 5)


@pytest.fixture
def by(db):
    return UserFactory(role="sales_manager")


@pytest.fixture
def customer(db):
    return CustomerFactory()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def balance():
    """(Σ open of what counts, Σ invoiced − Σ received for it): always the same."""
    invoiced = Invoice.objects.filter(voided_at=None).aggregate(all=Sum("amount_minor"), open=Sum("open_minor"))
    received = Allocation.objects.filter(payment__isnull=False).aggregate(all=Sum("amount_minor"))
    return (invoiced["open"] or 0), (invoiced["all"] or 0) - (received["all"] or 0)


def credit():
    """(Σ unallocated credit, Σ received − Σ allocated): always the same."""
    paid = Payment.objects.filter(voided_at=None).aggregate(all=Sum("amount_minor"), open=Sum("open_minor"))
    allocated = Allocation.objects.filter(payment__isnull=False).aggregate(all=Sum("amount_minor"))
    return (paid["open"] or 0), (paid["all"] or 0) - (allocated["all"] or 0)


# --- promises ---------------------------------------------------------------------------------------------------
@pytest.mark.shows("CRE-04")
@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ([("2026-10-10", 50_000)], True),
        ([("2026-10-08", 20_000), ("2026-10-10", 30_000)], True),
        ([("2026-10-10", 49_999)], False),
        ([("2026-10-11", 50_000)], False),
        ([("2026-10-04", 50_000)], False),  # before it was promised
        ([("2026-10-04", 60_000), ("2026-10-10", 40_000)], True),  # all of it is paid
        ([], False),
    ],
)
def test_a_promise_is_kept_when_enough_comes_from_the_promise_on_by_its_day(by, customer, received, kept):
    invoice = InvoiceFactory(customer=customer)
    promise = services.add_promise(
        invoice, promised_on=date(2026, 10, 10), amount_minor=50_000, made_on=DAY, note="财务说", by=by
    )

    for day, minor in received:
        PaymentFactory(customer=customer, received_on=date.fromisoformat(day), amount_minor=minor)

    assert fresh(promise).kept is kept
    assert facts.promises().get()["kept"] is kept


@pytest.mark.time_machine("2026-11-22")
def test_a_promise_waits_for_its_day_and_the_night_judges_it(by, customer, time_machine):
    invoice = InvoiceFactory(customer=customer)
    promise = services.add_promise(invoice, promised_on=date(2026, 11, 22), amount_minor=50_000, by=by)
    assert (promise.kept, promise.made_on, services.judge_due()) == (None, date(2026, 11, 22), 0)

    time_machine.move_to("2026-11-23T00:10:00+08:00")

    assert fresh(promise).is_broken
    assert services.judge_due() == 1
    assert fresh(promise).kept is False


def test_a_bounce_breaks_the_promise_that_seemed_kept(by, customer):
    invoice = InvoiceFactory(customer=customer)
    promise = services.add_promise(invoice, promised_on=DAY, amount_minor=50_000, by=by)
    PaymentFactory(customer=customer, received_on=DAY)
    assert fresh(promise).kept is True

    services.add_payment(customer, received_on=date(2026, 10, 9), amount_minor=-100_000, by=by)

    assert fresh(promise).kept is False


@pytest.mark.parametrize(
    "fields",
    [
        {"promised_on": None},
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 100_001},
        {"made_on": date(2026, 10, 6)},
    ],
)
def test_a_promise_that_cannot_be_is_refused(by, customer, fields):
    invoice = InvoiceFactory(customer=customer)

    with pytest.raises(Refusal):
        services.add_promise(invoice, **{"promised_on": DAY, "amount_minor": 100, "by": by, **fields})


def test_a_promise_recorded_by_mistake_is_removed_and_stays_in_the_journal(by, customer):
    promise = services.add_promise(InvoiceFactory(customer=customer), promised_on=DAY, amount_minor=100, by=by)

    services.remove_promise(promise, by=by)

    assert not PaymentPromise.objects.exists()
    assert Change.objects.get(verb="delete").subject == f"customers.customer:{customer.pk}"


# --- undo -------------------------------------------------------------------------------------------------------
def state():
    """Everything but the row's own time stamps, to compare before and after an undo."""
    columns = [
        [name for name in (field.attname for field in model._meta.concrete_fields) if not name.endswith("ed_at")]
        for model in (Invoice, Payment, Allocation, PaymentPromise)
    ]
    models = (Invoice, Payment, Allocation, PaymentPromise)
    return [list(model.objects.order_by("pk").values(*names)) for model, names in zip(models, columns, strict=True)]


@pytest.mark.parametrize("act", ["payments", "void", "unallocate", "allocate", "bounce", "change", "dispute"])
def test_a_batch_of_money_is_taken_back_to_the_cent(by, customer, act):
    invoice = InvoiceFactory(customer=customer, issued_on=date(2026, 7, 1))
    other = InvoiceFactory(customer=customer)
    services.add_promise(invoice, promised_on=date(2026, 8, 3), amount_minor=100_000, made_on=date(2026, 8, 1), by=by)
    payment = PaymentFactory(customer=customer, amount_minor=120_000, received_on=date(2026, 8, 2))
    before, batch = state(), audit.open_batch("import", by=by)

    act_on(act, customer, invoice, other, payment, by, batch)
    assert state() != before
    audit.undo(batch, by=by)

    assert state() == before


def act_on(act, customer, invoice, other, payment, by, batch):
    if act == "payments":
        rows = [{"customer": customer, "received_on": DAY, "amount_minor": 50_000} for _n in range(3)]
        services.add_payments(rows[:2], by=by, batch=batch)
        services.add_payments(rows[2:], by=by, batch=batch)
    elif act == "void":
        services.void_payment(payment, by=by, batch=batch)
        services.void_invoice(other, by=by, batch=batch)
    elif act == "unallocate":
        services.unallocate(payment, by=by, batch=batch)
    elif act == "allocate":
        services.unallocate(payment, by=by, batch=batch)
        services.allocate(payment, pairs=[(other, 70_000)], by=by, batch=batch)
        services.allocate(payment, pairs=[(other, 5_000)], by=by, batch=batch)
    elif act == "bounce":
        services.add_payment(customer, received_on=DAY, amount_minor=-110_000, by=by, batch=batch)
    elif act == "change":
        services.change_invoices([(other, {"amount_minor": 20_000, "note": "改"})], by=by, batch=batch)
    else:
        services.dispute_invoice(other, on=DAY, by=by, batch=batch)


def test_an_import_of_invoices_and_their_payments_is_taken_back_whole(by, customer):
    batch = audit.open_batch("import", by=by)
    row = {"customer": customer, "issued_on": DAY, "due_on": DAY, "amount_minor": 100}
    first = services.add_invoices([{**row, "number": f"F{n}"} for n in range(3)], by=by, batch=batch)
    services.add_payments([{"customer": customer, "received_on": DAY, "amount_minor": 250}], by=by, batch=batch)
    services.add_promise(first[2], promised_on=DAY, amount_minor=50, by=by, batch=batch)

    audit.undo(batch, by=by)

    assert state() == [[], [], [], []]


def test_an_import_of_invoices_that_were_paid_since_is_not_torn_out(by, customer):
    batch = audit.open_batch("import", by=by)
    row = {"customer": customer, "issued_on": DAY, "due_on": DAY, "amount_minor": 100, "number": "F1"}
    services.add_invoices([row], by=by, batch=batch)
    PaymentFactory(customer=customer)

    with pytest.raises(Refusal, match="又被改动或引用"):
        audit.undo(batch, by=by)


# --- always -----------------------------------------------------------------------------------------------------
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "credit_note", "pay", "keep", "bounce", "allocate", "free", "void", "drop", "use"]),
        st.integers(1, 9),
        st.integers(0, 5),
    ),
    max_size=14,
)


@pytest.mark.slow
@pytest.mark.shows("CRE-03")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_open_is_invoiced_less_allocated(db, steps):
    with transaction.atomic():
        customer = CustomerFactory()
        for number, (step, size, which) in enumerate(steps):
            try:
                with transaction.atomic():
                    take(step, size * 100, which, customer, number)
            except Refusal:
                pass
            assert balance()[0] == balance()[1]
            assert credit()[0] == credit()[1]
        for invoice in Invoice.objects.filter(voided_at=None, kind="invoice"):
            settled = invoice.allocations.aggregate(all=Sum("amount_minor"))["all"] or 0
            assert invoice.open_minor == invoice.amount_minor - settled
            assert (invoice.paid_on is None) == (invoice.open_minor > 0)
        transaction.set_rollback(True)


def take(step, minor, which, customer, number):
    """One thing that somebody does to this customer's money."""
    payments, invoices = list(Payment.objects.order_by("pk")), list(Invoice.objects.order_by("pk"))
    payment = payments[which % len(payments)] if payments else None
    invoice = invoices[which % len(invoices)] if invoices else None
    if step in ("invoice", "credit_note"):
        InvoiceFactory(customer=customer, kind=step, amount_minor=minor, number=f"H{number}")
    elif step in ("pay", "keep", "bounce"):
        fields = {"allocations": []} if step == "keep" else {}
        PaymentFactory(customer=customer, amount_minor=-minor if step == "bounce" else minor, **fields)
    elif step == "use":
        services.allocate_credit([customer.pk], by=None)
    elif step == "drop" and invoice:
        services.void_invoice(invoice, by=None)
    elif payment and step in ("allocate", "free", "void"):
        act = {"allocate": services.allocate, "free": services.unallocate, "void": services.void_payment}[step]
        act(payment, by=None)


@given(amount=st.integers(-5, 500), owed=st.lists(st.integers(-3, 90), max_size=8))
def test_a_payment_is_spread_in_order_and_never_more_than_either_side(amount, owed):
    parts = rules.spread(amount, list(enumerate(owed)))

    assert sum(minor for _key, minor in parts) == max(min(amount, sum(max(one, 0) for one in owed)), 0)
    assert all(0 < minor <= owed[key] for key, minor in parts)
    assert all(minor == owed[key] for key, minor in parts[:-1])


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time; PostgreSQL needs locks")
@pytest.mark.django_db(transaction=True)
@pytest.mark.shows("CRE-03")
def test_two_people_who_allocate_at_once_never_allocate_more_than_there_is():
    customer = CustomerFactory()
    invoice = InvoiceFactory(customer=customer, amount_minor=100_000)
    sources = [PaymentFactory(customer=customer, amount_minor=70_000, allocations=[]) for _n in range(2)]
    start, answers = threading.Barrier(2), []

    def settle(payment):
        try:
            start.wait()
            answers.append(services.allocate(payment, by=None))
        finally:
            connection.close()

    threads = [threading.Thread(target=settle, args=(payment,)) for payment in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [30_000, 70_000]
    assert (fresh(invoice).open_minor, balance()) == (0, (0, 0))
    assert credit() == (40_000, 40_000)


def test_who_allocates_what_somebody_else_just_allocated_is_given_only_the_rest(by, customer):
    invoice = InvoiceFactory(customer=customer, amount_minor=100_000)
    mine, theirs = (PaymentFactory(customer=customer, amount_minor=70_000, allocations=[]) for _n in range(2))
    seen = fresh(invoice)  # as it stood on the page before the other one was quicker

    services.allocate(theirs, by=by)

    with pytest.raises(Refusal, match="只剩"):
        services.allocate(mine, pairs=[(seen, 70_000)], by=by)
    assert services.allocate(mine, by=by) == 30_000


@pytest.mark.slow
def test_a_file_of_payments_is_written_in_few_questions(by, customer, django_assert_max_num_queries):
    customers = [CustomerFactory() for _n in range(20)]
    for one in customers:
        InvoiceFactory(customer=one)
    rows = [{"customer": one, "received_on": DAY, "amount_minor": 30_000} for one in customers for _n in range(3)]

    with django_assert_max_num_queries(16):
        services.add_payments(rows, by=by)

    assert Allocation.objects.count() == 60


@pytest.mark.shows("CRE-03")
def test_two_customers_made_one_bring_their_money_along_and_part_again_as_they_were(by, customer):
    other = CustomerFactory()
    invoice = InvoiceFactory(customer=other, issued_on=date(2026, 7, 1))
    services.add_promise(invoice, promised_on=DAY, made_on=DAY, amount_minor=5, by=by)
    payment = PaymentFactory(customer=other, amount_minor=130_000)
    open_one = InvoiceFactory(customer=customer, amount_minor=50_000)
    before = state()

    batch = customers.merge_customers(customer, other, by=by)
    assert {fresh(one).customer_id for one in (invoice, payment, open_one)} == {customer.pk}
    assert (balance(), credit()) == ((50_000, 50_000), (30_000, 30_000))
    customers.undo_merge(batch, by=by)
    assert state() == before

    customers.merge_customers(customer, other, by=by)
    assert services.allocate_credit([customer.pk], by=by) == 30_000
    assert (balance(), credit()) == ((20_000, 20_000), (0, 0))
