"""Payments on pages, the panel of a customer's money, and the order page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.commerce.models import Allocation, Invoice, Payment
from holdfast.records.commerce.tests.factories import InvoiceFactory, OrderFactory, PaymentFactory
from holdfast.records.customers.tests.factories import CustomerFactory

NOW = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.fixture
def lin():
    return UserFactory(role="sales")


@pytest.fixture
def client(lin):
    client = Client()
    client.force_login(lin, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def customer(lin):
    return CustomerFactory(owner=lin, name="天星机械有限公司")


def owed(customer, days=40, minor=123_456, **fields):
    due = NOW - timedelta(days=days)
    return InvoiceFactory(
        customer=customer, issued_on=due - timedelta(days=30), due_on=due, amount_minor=minor, **fields
    )


def words(response):
    return response.content.decode()


# --- payments ---------------------------------------------------------------------------------------------------
@pytest.mark.shows("CRE-03")
def test_a_payment_recorded_on_an_invoice_settles_that_one(client, customer):
    old, invoice = owed(customer, 90, 5_000), owed(customer, 10, 8_000)

    form = words(client.get(f"/commerce/payments/new/?invoice={invoice.pk}"))
    assert 'value="80"' in form
    client.post(
        f"/commerce/payments/new/?invoice={invoice.pk}",
        {"customer": customer.code, "received_on": "2026-11-22", "amount": "100", "method": "wechat",
         "reference": "TX9", "settle": "invoice"},
    )  # fmt: skip

    payment = Payment.objects.get()
    assert (payment.open_minor, payment.method) == (2_000, "wechat")
    assert [Invoice.objects.get(pk=one.pk).open_minor for one in (old, invoice)] == [5_000, 0]
    page = words(client.get(invoice.get_absolute_url()))
    assert "TX9" in page
    assert "已收清" in page


@pytest.mark.parametrize(("settle", "left"), [("oldest", 0), ("none", 5_000)])
def test_a_payment_settles_the_oldest_or_waits(client, customer, settle, left):
    owed(customer, 90, 5_000)

    client.post(
        "/commerce/payments/new/",
        {"customer": customer.code, "received_on": "2026-11-22", "amount": "50", "method": "bank", "settle": settle},
    )

    assert Payment.objects.get().open_minor == left


def test_a_payment_is_allocated_freed_and_sent_back_on_its_page(client, customer):
    invoice = owed(customer, 90, 5_000)
    payment = PaymentFactory(customer=customer, amount_minor=6_000, allocations=[], received_on=date(2026, 11, 1))
    url = payment.get_absolute_url()

    too_much = client.post(f"{url}allocate/", {"invoice": invoice.pk, "amount": "50.01"})
    client.post(f"{url}allocate/", {"invoice": invoice.pk, "amount": "20"})
    client.post(f"{url}allocate/", {"invoice": "", "amount": ""})
    assert "只剩" in words(too_much)
    assert Allocation.objects.get().amount_minor == 5_000
    client.post(f"{url}free/{invoice.pk}/")
    assert Payment.objects.get().open_minor == 6_000
    refused = client.post(f"{url}bounce/", {"received_on": "2026-11-20", "amount": "60.01"})
    client.post(f"{url}bounce/", {"received_on": "2026-11-20", "amount": "10", "reason": "退票"})

    assert "超过了原来那笔回款" in words(refused)
    assert Payment.objects.get(pk=payment.pk).open_minor == 5_000
    assert "退票" in words(client.get(url))
    client.post(f"{url}void/")  # the bounce comes first
    assert Payment.objects.get(pk=payment.pk).voided_at is None


def test_credit_of_a_customer_is_offered_on_his_open_invoice(client, customer):
    payment = PaymentFactory(customer=customer, amount_minor=2_000)
    invoice = owed(customer, 5, 5_000)

    assert "未核销款" in words(client.get(invoice.get_absolute_url()))
    client.post(f"{invoice.get_absolute_url()}use-credit/")

    assert Invoice.objects.get().open_minor == 3_000
    assert Payment.objects.get(pk=payment.pk).open_minor == 0


def test_a_credit_note_is_used_on_its_page(client, customer):
    invoice = owed(customer, 5, 5_000)
    note = owed(customer, 1, 3_000, kind="credit_note")

    client.post(f"{note.get_absolute_url()}use/", {"invoice": invoice.pk, "amount": ""})

    assert Invoice.objects.get(pk=invoice.pk).open_minor == 2_000
    assert invoice.number in words(client.get(note.get_absolute_url()))


# --- the customer's panel and his orders ------------------------------------------------------------------------
@pytest.mark.shows("CRE-03", "ARC-02")
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "平均晚付"), ("en", "Mean delay")])
def test_the_panel_draws_how_the_customer_pays(client, customer, language, told):
    for late in (-5, 0, 12, 70, 120):
        invoice = owed(customer, 150, 1_000, number=f"FPP{late}")
        PaymentFactory(
            customer=customer, amount_minor=1_000, allocations=[(invoice, 1_000)],
            received_on=invoice.due_on + timedelta(days=late),
        )  # fmt: skip
    owed(customer, 20, 700)
    client.cookies["holdfast_language"] = language

    page = words(client.get(f"/commerce/customers/{customer.pk}/money/"))
    fragment = words(client.get(f"/commerce/customers/{customer.pk}/money/", headers={"HX-Request": "true"}))

    assert told in page
    assert page.count("<rect") >= 6
    assert "FPP120" in fragment
    assert "<html" not in fragment


def test_the_panel_of_a_customer_without_money_invites_the_first_invoice(client, customer):
    assert "记第一张发票" in words(client.get(f"/commerce/customers/{customer.pk}/money/"))


def test_the_customer_page_asks_for_the_money_panel(client, customer):
    assert f"/commerce/customers/{customer.pk}/money/" in words(client.get(customer.get_absolute_url()))


@pytest.mark.shows("SAL-05")
def test_an_order_shows_promised_and_actual_delivery_its_invoices_and_returns_at_both_ends(client, customer):
    line = {"text": "滤芯", "quantity": 5, "price": 10}
    order = OrderFactory(
        customer=customer, ordered_on=date(2026, 10, 1),
        lines=[{**line, "promised_on": date(2026, 10, 10), "delivered_on": date(2026, 10, 14)},
               {**line, "promised_on": date(2026, 10, 10), "delivered_on": date(2026, 10, 9)},
               {**line, "promised_on": date(2026, 12, 10)}],
    )  # fmt: skip
    back = OrderFactory(customer=customer, ordered_on=date(2026, 10, 20), kind="return", returns=order, lines=[line])
    invoice = owed(customer, 5, order=order)

    page, other = words(client.get(order.get_absolute_url())), words(client.get(back.get_absolute_url()))

    assert invoice.number in page
    assert back.number in page
    assert order.number in other
    assert "按时送达" in page
    assert "最多 4 天" in page
    assert "还没到承诺日" in page
