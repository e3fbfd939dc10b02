"""Invoices, payments and what settles what."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.records.commerce import facts, services
from holdfast.records.commerce.models import Allocation, Invoice, Payment
from holdfast.records.commerce.tests.factories import InvoiceFactory, OrderFactory, PaymentFactory
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


# --- invoices ---------------------------------------------------------------------------------------------------
@pytest.mark.shows("SAL-05", "CRE-03")
def test_an_invoice_is_kept_open_until_paid_and_stands_in_the_customers_history(by, customer):
    order = OrderFactory(customer=customer)

    invoice = services.add_invoice(
        customer, number=" FP-1 ", issued_on=DAY, due_on=date(2026, 11, 4), amount_minor=12_345, order=order, by=by
    )

    assert (invoice.number, invoice.open_minor, invoice.paid_on) == ("FP-1", 12_345, None)
    entry = Change.objects.get(model="commerce.invoice")
    assert (entry.subject, entry.verb, entry.actor_id) == (f"customers.customer:{customer.pk}", "add", by.pk)


def test_a_credit_note_counts_down_however_it_was_written(customer):
    first = InvoiceFactory(customer=customer, kind="credit_note", amount_minor=500)
    second = InvoiceFactory(customer=customer, kind="credit_note", amount_minor=-500)

    assert [first.amount_minor, second.amount_minor, second.open_minor] == [-500, -500, -500]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": " "}, "number"),
        ({"due_on": date(2026, 8, 31)}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"issued_on": None, "due_on": DAY}, "issued_on"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"),
        ({"amount_minor": 2**63}, "amount"),
        ({"rate": -1}, "rate"),
        ({"dispute_lost": True}, "disputed_on"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_at_its_field(customer, fields, field):
    with pytest.raises(Refusal) as refusal:
        InvoiceFactory(customer=customer, **fields)

    assert refusal.value.field == field
    assert not Invoice.objects.exists()


def test_a_number_is_used_once_and_a_refused_file_leaves_nothing(by, customer):
    InvoiceFactory(customer=customer, number="FP-1")
    row = {"customer": customer, "issued_on": DAY, "due_on": DAY, "amount_minor": 100}

    for numbers in (["FP-2", "FP-1"], ["FP-3", "FP-3"]):
        with pytest.raises(Refusal, match="已经用过"):
            services.add_invoices([{**row, "number": number} for number in numbers], by=by)

    assert Invoice.objects.count() == 1


def test_an_invoice_hangs_only_on_a_standing_order_of_the_same_customer(by, customer):
    others = OrderFactory()
    voided = OrderFactory(customer=customer)
    services.void_order(voided, by=by)

    for order in (others, voided):
        with pytest.raises(Refusal) as refusal:
            InvoiceFactory(customer=customer, order=order)
        assert refusal.value.field == "order"


def test_the_database_itself_refuses_more_settled_than_asked(customer):
    invoice = InvoiceFactory(customer=customer)
    payment = PaymentFactory(customer=customer, allocations=[])

    for model, pk, columns in (
        (Invoice, invoice.pk, {"open_minor": -1}),
        (Invoice, invoice.pk, {"open_minor": 100_001}),
        (Payment, payment.pk, {"open_minor": -1}),
        (Payment, payment.pk, {"open_minor": 100_001}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=pk).update(**columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(payment=payment, invoice=invoice, amount_minor=0)


def test_a_changed_invoice_keeps_what_is_settled_and_never_falls_below_it(by, customer):
    invoice = InvoiceFactory(customer=customer)
    PaymentFactory(customer=customer, amount_minor=60_000)

    services.change_invoice(invoice, amount_minor=80_000, by=by)

    assert (invoice.open_minor, fresh(invoice).open_minor) == (20_000, 20_000)
    for fields in ({"amount_minor": 59_999}, {"customer": CustomerFactory()}, {"amount_minor": -1}):
        with pytest.raises(Refusal):
            services.change_invoice(fresh(invoice), by=by, **fields)
    services.change_invoice(fresh(invoice), amount_minor=60_000, by=by)
    assert fresh(invoice).paid_on == DAY


def test_the_same_file_twice_changes_nothing(by, customer):
    invoice = InvoiceFactory(customer=customer)
    before = Change.objects.count()

    changed = services.change_invoices([(invoice, {"amount_minor": 100_000, "customer": customer, "note": ""})], by=by)

    assert (changed, Change.objects.count()) == ([], before)


def test_who_saves_an_invoice_that_somebody_else_changed_is_told(by, customer):
    invoice = InvoiceFactory(customer=customer)
    seen = invoice.updated_at
    services.change_invoice(invoice, note="先改的", by=by)

    with pytest.raises(Refusal, match="刚被别人改过"):
        services.change_invoice(invoice, note="后改的", seen=seen, by=by)

    assert fresh(invoice).note == "先改的"


def test_a_voided_invoice_gives_its_money_back_as_credit(by, customer):
    invoice = InvoiceFactory(customer=customer)
    payment = PaymentFactory(customer=customer)

    services.void_invoice(invoice, by=by)

    assert (fresh(payment).open_minor, fresh(invoice).open_minor, Allocation.objects.count()) == (100_000, 100_000, 0)
    assert balance() == (0, 0)
    with pytest.raises(Refusal, match="已经作废"):
        services.void_invoice(invoice, by=by)
    with pytest.raises(Refusal, match="已作废"):
        services.change_invoice(fresh(invoice), note="改", by=by)


def test_a_dispute_is_opened_and_settled_once(by, customer):
    invoice = InvoiceFactory(customer=customer)

    services.dispute_invoice(invoice, on=DAY, by=by)
    with pytest.raises(Refusal, match="还没有结果"):
        services.dispute_invoice(invoice, on=DAY, by=by)
    services.settle_dispute(invoice, lost=True, by=by)
    with pytest.raises(Refusal, match="没有未了的争议"):
        services.settle_dispute(invoice, lost=False, by=by)

    assert (fresh(invoice).disputed_on, fresh(invoice).dispute_lost, invoice.is_disputed) == (DAY, True, False)


def test_a_written_off_invoice_leaves_the_receivables_and_is_not_paid_by_the_next_payment(by, customer):
    lost, other = InvoiceFactory(customer=customer), InvoiceFactory(customer=customer)
    services.write_off(lost, on=DAY, by=by)

    PaymentFactory(customer=customer)

    assert (fresh(lost).open_minor, fresh(other).open_minor) == (100_000, 0)
    assert list(Invoice.objects.open()) == []
    with pytest.raises(Refusal):
        services.write_off(other, by=by)


# --- payments ---------------------------------------------------------------------------------------------------
@pytest.mark.shows("CRE-03")
def test_a_payment_settles_the_oldest_due_first_and_the_rest_stands_as_credit(by, customer):
    late = InvoiceFactory(customer=customer, issued_on=date(2026, 8, 1), amount_minor=30_000)
    early = InvoiceFactory(customer=customer, issued_on=date(2026, 6, 1), amount_minor=50_000)

    payment = services.add_payment(customer, received_on=DAY, amount_minor=90_000, method="wechat", by=by)

    assert [(fresh(one).open_minor, fresh(one).paid_on) for one in (early, late)] == [(0, DAY), (0, DAY)]
    assert (payment.open_minor, fresh(payment).open_minor) == (10_000, 10_000)
    assert list(payment.allocations.values_list("invoice", "amount_minor")) == [(early.pk, 50_000), (late.pk, 30_000)]


def test_two_payments_of_one_file_share_what_is_owed(by, customer):
    invoice = InvoiceFactory(customer=customer)
    rows = [{"customer": customer, "received_on": DAY, "amount_minor": 70_000} for _n in range(2)]

    first, second = services.add_payments(rows, by=by)

    assert (first.open_minor, second.open_minor, fresh(invoice).open_minor) == (0, 40_000, 0)


def test_a_payment_may_say_what_it_settles_or_stay_credit(by, customer):
    old, new = InvoiceFactory(customer=customer), InvoiceFactory(customer=customer)

    said = services.add_payment(customer, received_on=DAY, amount_minor=50_000, allocations=[(new, 20_000)], by=by)
    kept = services.add_payment(customer, received_on=DAY, amount_minor=50_000, allocations=[], by=by)

    assert [fresh(one).open_minor for one in (old, new, said, kept)] == [100_000, 80_000, 30_000, 50_000]


def test_an_allocation_never_exceeds_either_side_nor_crosses_customers(by, customer):
    invoice, other = InvoiceFactory(customer=customer, amount_minor=10_000), InvoiceFactory()
    note = InvoiceFactory(customer=customer, kind="credit_note")

    for target, minor in ((invoice, 10_001), (invoice, 0), (invoice, -5), (other, 5), (note, 5)):
        with pytest.raises(Refusal):
            services.add_payment(customer, received_on=DAY, amount_minor=50_000, allocations=[(target, minor)], by=by)
    with pytest.raises(Refusal, match="只剩"):
        services.add_payment(customer, received_on=DAY, amount_minor=5_000, allocations=[(invoice, 6_000)], by=by)

    assert (Payment.objects.count(), Allocation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"amount_minor": 0}, "amount"), ({"received_on": None}, "received_on"), ({"method": "shells"}, "method")],
)
def test_a_payment_that_cannot_be_is_refused_at_its_field(customer, fields, field):
    with pytest.raises(Refusal) as refusal:
        PaymentFactory(customer=customer, **fields)

    assert refusal.value.field == field


def test_credit_is_allocated_later_taken_back_and_allocated_again(by, customer):
    payment = PaymentFactory(customer=customer, amount_minor=150_000)
    invoice = InvoiceFactory(customer=customer)

    assert services.allocate(payment, by=by) == 100_000
    assert fresh(invoice).paid_on == payment.received_on
    assert services.unallocate(payment, by=by, invoice=invoice) == 100_000
    assert (fresh(invoice).open_minor, fresh(invoice).paid_on) == (100_000, None)
    assert services.allocate(payment, by=by, pairs=[(invoice, 1)]) == 1
    assert services.allocate(payment, by=by, pairs=[(invoice, 2)]) == 2

    assert list(payment.allocations.values_list("amount_minor", flat=True)) == [3]
    assert (fresh(payment).open_minor, payment.open_minor) == (149_997, 149_997)
    with pytest.raises(Refusal, match="没有可核销的"):
        services.allocate(PaymentFactory(), by=by)


@pytest.mark.shows("CRE-03")
def test_a_credit_note_settles_invoices_like_money(by, customer):
    invoice = InvoiceFactory(customer=customer, amount_minor=80_000)
    note = InvoiceFactory(customer=customer, kind="credit_note", amount_minor=50_000)

    assert services.allocate(note, by=by) == 50_000

    assert (fresh(invoice).open_minor, fresh(note).open_minor) == (30_000, 0)
    assert balance() == (30_000, 30_000)
    services.void_invoice(note, by=by)
    assert (fresh(invoice).open_minor, balance()) == (80_000, (80_000, 80_000))


def test_all_credit_of_several_customers_is_used_at_once_payments_first(by):
    customers = [CustomerFactory(), CustomerFactory()]
    for one in customers:
        PaymentFactory(customer=one, amount_minor=30_000)
        InvoiceFactory(customer=one, kind="credit_note", amount_minor=30_000)
        InvoiceFactory(customer=one, amount_minor=50_000)

    settled = services.allocate_credit([one.pk for one in customers], by=by)

    assert settled == 100_000
    assert set(Payment.objects.values_list("open_minor", flat=True)) == {0}
    assert set(Invoice.objects.filter(kind="credit_note").values_list("open_minor", flat=True)) == {-10_000}


def test_a_bounce_opens_the_invoices_again_newest_first(by, customer):
    first = InvoiceFactory(customer=customer, issued_on=date(2026, 7, 1), amount_minor=50_000)
    second = InvoiceFactory(customer=customer, amount_minor=40_000)
    payment = PaymentFactory(customer=customer, amount_minor=100_000)

    bounce = services.add_payment(customer, received_on=date(2026, 10, 9), amount_minor=-60_000, by=by)

    assert bounce.reverses_id == payment.pk
    assert [fresh(one).open_minor for one in (first, second, payment, bounce)] == [10_000, 40_000, 0, 0]
    assert credit() == (0, 0)
    assert facts.bounces().get()["amount_minor"] == -60_000
    services.void_payment(bounce, by=by)
    assert fresh(payment).open_minor == 60_000


def test_a_bounce_takes_back_no_more_than_came(by, customer):
    payment = PaymentFactory(customer=customer, amount_minor=1_000)
    named = {"received_on": DAY, "by": by, "reverses": payment}

    for customer_of, fields in (
        (customer, {"amount_minor": -1_001, **named}),
        (customer, {"amount_minor": -1_001, "received_on": DAY, "by": by}),
        (CustomerFactory(), {"amount_minor": -1, **named}),
        (customer, {"amount_minor": -1, **named, "received_on": date(2026, 10, 4)}),
    ):
        with pytest.raises(Refusal):
            services.add_payment(customer_of, **fields)
    services.add_payment(customer, amount_minor=-600, **named)
    with pytest.raises(Refusal, match="超过了"):
        services.add_payment(customer, amount_minor=-600, **named)
    with pytest.raises(Refusal, match="先作废退票"):
        services.void_payment(payment, by=by)

    assert credit() == (400, 400)


def test_a_voided_payment_counts_nowhere_and_opens_what_it_settled(by, customer):
    invoice = InvoiceFactory(customer=customer)
    payment = PaymentFactory(customer=customer)

    services.void_payment(payment, by=by)

    assert (fresh(invoice).open_minor, fresh(invoice).paid_on) == (100_000, None)
    assert (credit(), balance()) == ((0, 0), (100_000, 100_000))
    for act in (services.void_payment, services.change_payment, services.allocate):
        with pytest.raises(Refusal):
            act(payment, by=by)


def test_another_day_of_receipt_moves_the_day_the_invoice_was_paid(by, customer):
    invoice = InvoiceFactory(customer=customer)
    payment = PaymentFactory(customer=customer)

    services.change_payment(payment, received_on=date(2026, 10, 20), note="银行次日入账", by=by)

    assert (fresh(invoice).paid_on, fresh(payment).note) == (date(2026, 10, 20), "银行次日入账")
    assert fresh(invoice).days_beyond == 19


def test_an_invoice_is_paid_on_the_day_the_last_money_came_in_whatever_order_it_was_recorded(by, customer):
    invoice = InvoiceFactory(customer=customer)

    PaymentFactory(customer=customer, amount_minor=40_000, received_on=date(2026, 10, 8))
    PaymentFactory(customer=customer, amount_minor=60_000, received_on=date(2026, 9, 20))

    assert fresh(invoice).paid_on == date(2026, 10, 8)
