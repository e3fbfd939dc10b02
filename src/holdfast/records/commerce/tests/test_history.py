"""The lines that orders, deliveries, invoices, payments and promises have in a customer's history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.records.commerce import services
from holdfast.records.commerce.tests.factories import InvoiceFactory, OrderFactory, PaymentFactory
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.rules import wording_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]
OURS = ("commerce.order", "commerce.delivery", "commerce.invoice", "commerce.payment", "commerce.paymentpromise")
LINE = {"text": "滤芯", "quantity": Decimal(5), "price": Decimal(10)}


@pytest.fixture
def by():
    return UserFactory(role="sales_manager")


@pytest.fixture
def customer():
    return CustomerFactory()


def told(customer, source):
    return [
        wording_of(source).words(one.payload)
        for one in Entry.objects.filter(customer=customer, source=source).order_by("at")
    ]


def check():
    """What the doctor finds wrong in our lines."""
    counts = timeline.rebuild_entries(is_dry=True)
    return {source: {k: v for k, v in counts[source].items() if v and k != "right"} for source in OURS}


def lines():
    ours = Entry.objects.filter(source__in=OURS).order_by("source", "source_id")
    return list(ours.values("source", "source_id", "payload", "at", "text"))


FINE = {source: {} for source in OURS}


@pytest.mark.shows("ARC-02", "SAL-05")
def test_a_customers_history_tells_orders_deliveries_money_and_promises(by, customer):
    order = OrderFactory(
        customer=customer, number="SO1", ordered_on=date(2026, 10, 1), note="急单",
        lines=[{**LINE, "promised_on": date(2026, 10, 5), "delivered_on": date(2026, 10, 8)}, LINE],
    )  # fmt: skip
    back = OrderFactory(
        customer=customer, number="RT1", ordered_on=date(2026, 10, 9), kind="return", returns=order, lines=[LINE]
    )
    invoice = InvoiceFactory(customer=customer, number="FP1", amount_minor=10_000, order=order)
    services.add_promise(invoice, promised_on=date(2026, 10, 20), made_on=date(2026, 10, 10), amount_minor=500, by=by)
    PaymentFactory(customer=customer, amount_minor=500, received_on=date(2026, 10, 19))
    PaymentFactory(customer=customer, amount_minor=-200, received_on=date(2026, 10, 21))

    assert told(customer, "commerce.order") == ["下单 SO1 · ¥100.00", "退货 RT1 · ¥50.00"]
    assert told(customer, "commerce.delivery") == ["订单 SO1 送达 1 / 2 行，其中 1 行晚于承诺"]
    assert told(customer, "commerce.invoice") == ["开票 FP1 · ¥100.00 · 到期 10-01"]
    assert set(told(customer, "commerce.payment")) == {"回款 ¥5.00 · 银行转账", "退回 ¥2.00 · 银行转账"}
    assert told(customer, "commerce.paymentpromise") == ["承诺 10-20 前付 ¥5.00（FP1） · 失约"]
    entry = Entry.objects.get(source="commerce.order", source_id=order.pk)
    assert (timezone.localtime(entry.at).date(), entry.text, back.pk > 0) == (order.ordered_on, "急单", True)
    assert check() == FINE
    with translation.override("en"):
        words = [told(customer, source) for source in OURS]
        assert not [one for line in words for one in line if any("一" <= letter <= "鿿" for letter in one)]


def test_a_change_a_void_and_an_undo_are_told_anew(by, customer):
    order = OrderFactory(customer=customer, number="SO1", lines=[LINE])
    invoice = InvoiceFactory(customer=customer, number="FP1")
    payment = PaymentFactory(customer=customer, amount_minor=300)
    batch = audit.open_batch("x", by=by)

    delivered = [{**LINE, "delivered_on": date(2026, 10, 20)}]
    services.change_orders([(order, {"lines": delivered})], by=by, batch=batch)
    services.change_invoices([(invoice, {"number": "FP2"})], by=by, batch=batch)
    assert told(customer, "commerce.delivery") == ["订单 SO1 送达 1 / 1 行"]
    assert "FP2" in told(customer, "commerce.invoice")[0]
    audit.undo(batch, by=by)
    assert told(customer, "commerce.delivery") == []
    assert "FP1" in told(customer, "commerce.invoice")[0]

    services.void_payment(payment, by=by)
    services.void_invoice(invoice, by=by)
    services.void_order(order, by=by)
    assert [told(customer, source)[0][-3:] for source in OURS if told(customer, source)] == ["已作废"] * 3
    assert check() == FINE


def test_an_undone_import_leaves_no_line(by, customer):
    batch = audit.open_batch("import", by=by)
    lines = [{**LINE, "delivered_on": date(2026, 10, 20)}]
    services.add_order(customer, number="SO1", ordered_on=date(2026, 10, 1), lines=lines, by=by, batch=batch)
    row = {"number": "F1", "issued_on": date(2026, 10, 1), "due_on": date(2026, 10, 2), "amount_minor": 5}
    services.add_invoices([{**row, "customer": customer}], by=by, batch=batch)
    services.add_payment(customer, received_on=date(2026, 10, 3), amount_minor=5, by=by, batch=batch)

    audit.undo(batch, by=by)

    assert not Entry.objects.filter(source__in=OURS).exists()


def test_the_doctor_makes_lost_and_wrong_lines_anew(by, customer):
    order = OrderFactory(customer=customer, lines=[{**LINE, "delivered_on": date(2026, 10, 20)}])
    invoice = InvoiceFactory(customer=customer)
    services.add_promise(invoice, promised_on=date(2026, 12, 1), amount_minor=5, by=by)
    PaymentFactory(customer=customer)
    before = lines()
    Entry.objects.filter(source__in=OURS[:4]).delete()
    Entry.objects.filter(source="commerce.paymentpromise").update(payload={})
    Entry.objects.create(
        customer=customer, source="commerce.order", source_id=order.pk + 99, kind="order", at=timezone.now()
    )

    assert check()["commerce.order"] == {"missing": 1, "extra": 1}
    timeline.rebuild_entries()

    assert lines() == before
    assert check() == FINE
