"""应收, invoices and payments on pages: what is shown, to whom, and what they write."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from holdfast.foundation.accounts.rules import BUILT_IN_ROLES, Permission
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change, Export
from holdfast.records.commerce import services
from holdfast.records.commerce.models import Invoice, PaymentPromise
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


@pytest.mark.shows("CRE-04")
@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", ["应收合计", "已逾期", "账龄", "天星机械有限公司", "1,235"]),
     ("en", ["Receivables", "Overdue", "Days sales outstanding", "Whom to call", "Age"])],
)  # fmt: skip
def test_the_receivables_are_shown_by_age_and_customer_in_both_languages(client, customer, language, told):
    owed(customer)
    client.cookies["holdfast_language"] = language

    page = words(client.get("/commerce/receivables/"))

    assert [word for word in told if word not in page] == []


def test_the_bars_lead_to_the_invoices_behind_them(client, customer):
    late, fresh = owed(customer, 40, number="FPLATE"), owed(customer, -3, number="FPFRESH")

    by_age = words(client.get("/commerce/receivables/?by=invoice&bucket=d60"))
    everything = words(client.get("/commerce/receivables/?by=invoice"))

    assert "bucket=d60" in words(client.get("/commerce/receivables/"))
    assert late.number in by_age
    assert fresh.number not in by_age
    assert fresh.number in everything


def test_whom_to_call_stands_masked_for_who_is_not_the_owner(customer):
    customer.contacts.create(name="王姐", phone="13812345678")
    owed(customer)
    auditor = UserFactory(role="auditor")
    client = Client()
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")

    page = words(client.get("/commerce/receivables/"))

    assert "王姐" in page
    assert "13812345678" not in page
    assert "138****5678" in page


@pytest.mark.shows("CRE-04")
def test_filters_leave_disputed_and_broken_promises(client, customer, lin):
    broken, disputed, plain = (owed(customer, 20 + n, number=f"FPX{n}") for n in range(3))
    services.add_promise(broken, promised_on=date(2026, 11, 20), made_on=date(2026, 11, 10), amount_minor=100, by=lin)
    services.dispute_invoice(disputed, on=NOW, by=lin)

    for query, expected in (("promise=broken", broken), ("disputed=1", disputed), ("q=fpx2", plain)):
        page = words(client.get(f"/commerce/receivables/?by=invoice&{query}"))
        assert [one.number for one in (broken, disputed, plain) if one.number in page] == [expected.number]


def test_an_address_with_nonsense_shows_the_list_anyway(client, customer):
    owed(customer)

    page = client.get("/commerce/receivables/?by=x&bucket=y&owner=z&customer=-1&sort=w&page=99&promise=q")

    assert page.status_code == 200
    assert customer.name in words(page)


@pytest.mark.shows("CRE-04")
def test_an_export_holds_what_the_list_shows_and_is_recorded(customer):
    boss = UserFactory(role="sales_manager", department=customer.department)
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    mine = CustomerFactory(owner=boss)
    invoice = owed(mine, 95, 123_456, note="催过")
    owed(mine, -5, 10)
    services.add_promise(invoice, promised_on=date(2026, 12, 1), amount_minor=100, by=boss)

    answer = client.post("/commerce/receivables/export/?bucket=over90")

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    assert invoice.number in cells
    assert 1234.56 in cells
    assert 95 in cells
    assert len([row for row in rows if mine.name in row]) == 1
    export = Export.objects.get()
    assert (export.what, export.rows, export.filters) == ("commerce.receivables", 1, {"bucket": "over90"})
    assert Change.objects.filter(verb="export", actor=boss).exists()


def test_exporting_needs_its_word(client, customer):
    assert client.post("/commerce/receivables/export/").status_code == 403


# --- who may ----------------------------------------------------------------------------------------------------
def test_the_word_for_money_belongs_to_those_who_sell():
    holders = {code for code, (_zh, _en, held, _scope) in BUILT_IN_ROLES.items() if Permission.INVOICE_EDIT in held}

    assert holders == {"admin", "sales_manager", "sales"}


def test_who_may_only_look_sees_no_button_and_cannot_write(customer):
    invoice, payment = owed(customer), PaymentFactory(customer=customer, amount_minor=10, allocations=[])
    client = Client()
    client.force_login(UserFactory(role="auditor"), backend="django.contrib.auth.backends.ModelBackend")

    assert "记回款" not in words(client.get(invoice.get_absolute_url()))
    for url in (
        "/commerce/invoices/new/", "/commerce/payments/new/", f"{invoice.get_absolute_url()}edit/",
        f"{invoice.get_absolute_url()}void/", f"{payment.get_absolute_url()}void/",
        f"{invoice.get_absolute_url()}promise/", f"{payment.get_absolute_url()}bounce/",
    ):  # fmt: skip
        assert client.post(url).status_code == 403


def test_a_stranger_finds_neither_invoice_nor_payment(client):
    invoice = owed(CustomerFactory())
    payment = PaymentFactory(customer=invoice.customer, amount_minor=10, allocations=[])
    promise = services.add_promise(invoice, promised_on=NOW, amount_minor=10, by=None)

    for url in (
        invoice.get_absolute_url(), payment.get_absolute_url(), f"/commerce/customers/{invoice.customer_id}/money/",
        f"{invoice.get_absolute_url()}edit/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404
    for url in (
        f"{invoice.get_absolute_url()}promise/{promise.pk}/remove/", f"{invoice.get_absolute_url()}write-off/",
        f"{payment.get_absolute_url()}free/{invoice.pk}/", f"{payment.get_absolute_url()}allocate/",
        f"{invoice.get_absolute_url()}use-credit/", f"{invoice.get_absolute_url()}settle/",
    ):  # fmt: skip
        assert client.post(url).status_code == 404
    assert invoice.number not in words(client.get("/commerce/receivables/?by=invoice"))


# --- invoices ---------------------------------------------------------------------------------------------------
@pytest.mark.shows("SAL-05")
def test_an_invoice_is_recorded_from_an_order_with_a_number_of_its_own(client, customer):
    order = OrderFactory(customer=customer)

    form = words(client.get(f"/commerce/invoices/new/?order={order.pk}"))
    assert order.number in form
    assert customer.code in form
    answer = client.post(
        "/commerce/invoices/new/",
        {"customer": customer.code, "order": order.number, "kind": "invoice", "issued_on": "2026-11-20",
         "due_on": "2026-12-20", "amount": "1234.56", "currency": "cny", "note": "首批"},
    )  # fmt: skip

    invoice = Invoice.objects.get()
    assert answer["Location"] == invoice.get_absolute_url()
    assert (invoice.number, invoice.amount_minor, invoice.order) == ("FP20261120-001", 123_456, order)
    assert invoice.number in words(client.get(order.get_absolute_url()))
    assert order.number in words(client.get(invoice.get_absolute_url()))


def test_a_foreign_invoice_is_converted_and_keeps_its_cents_when_saved_unchanged(client, customer):
    given = {
        "customer": customer.code, "number": "US-1", "kind": "invoice", "issued_on": "2026-11-20", "due_on": "2026-12-20",
        "amount": "100", "currency": "USD", "rate": "7.12345678",
    }  # fmt: skip
    client.post("/commerce/invoices/new/", given)
    invoice = Invoice.objects.get()

    form = client.get(f"{invoice.get_absolute_url()}edit/").context["form"]
    client.post(f"{invoice.get_absolute_url()}edit/", {**form.initial, "note": "改了备注"})

    kept = Invoice.objects.get()
    assert (kept.amount_minor, kept.currency, kept.note) == (71_235, "USD", "改了备注")
    refused = client.post("/commerce/invoices/new/", {**given, "number": "US-2", "rate": ""})
    assert "当日汇率" in words(refused)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"customer": "没有这家"}, "没有找到"),
        ({"due_on": "2026-11-01"}, "到期日早于开票日"),
        ({"issued_on": "2026-11-23"}, "开票日期在未来"),
        ({"amount": "0"}, "缺少金额"),
        ({"amount": "-3"}, "大于或等于0"),
        ({"order": "没有"}, "没有找到订单"),
        ({"number": "FPTAKEN"}, "已经用过"),
    ],
)
def test_a_refused_invoice_says_why_and_loses_nothing(client, customer, change, told):
    owed(customer, number="FPTAKEN")
    given = {
        "customer": customer.code, "number": "FPNEW", "kind": "invoice", "issued_on": "2026-11-20",
        "due_on": "2026-12-20", "amount": "10", "currency": "CNY", "note": "别弄丢我",
    }  # fmt: skip

    answer = client.post("/commerce/invoices/new/", {**given, **change})

    assert answer.status_code == 422
    assert told in words(answer)
    assert "别弄丢我" in words(answer)
    assert Invoice.objects.count() == 1


@pytest.mark.shows("CRE-04")
def test_an_invoice_takes_promises_and_shows_whether_they_were_kept(client, customer, lin):
    invoice = owed(customer)
    url = invoice.get_absolute_url()
    services.add_promise(invoice, promised_on=date(2026, 11, 10), made_on=date(2026, 11, 1), amount_minor=5, by=lin)

    refused = client.post(
        f"{url}promise/", {"promised_on": "2026-11-21", "promised_amount": "5", "promise_note": "王总"}
    )
    client.post(f"{url}promise/", {"promised_on": "2026-11-30", "promised_amount": "1000", "promise_note": "财务王姐"})

    page = words(client.get(url))
    assert refused.status_code == 422
    assert "承诺付款日已经过去" in words(refused)
    assert "王总" in words(refused)
    assert "失约" in page
    assert "财务王姐" in page
    promise = PaymentPromise.objects.get(amount_minor=100_000)
    client.post(f"{url}promise/{promise.pk}/remove/")
    assert PaymentPromise.objects.count() == 1


def test_a_dispute_goes_from_opened_to_settled_on_the_page(client, customer):
    invoice = owed(customer)
    url = invoice.get_absolute_url()

    client.post(f"{url}dispute/", {"on": "2026-11-23"})
    assert Invoice.objects.get().disputed_on is None
    client.post(f"{url}dispute/", {"on": "2026-11-20"})
    assert "有异议" in words(client.get(url))
    client.post(f"{url}settle/", {"lost": "no"})

    assert Invoice.objects.get().dispute_lost is False
    assert "客户有理" in words(client.get(url))


def test_an_invoice_is_written_off_or_voided_with_its_mark(client, customer):
    lost, wrong = owed(customer), owed(customer)

    client.post(f"{lost.get_absolute_url()}write-off/", {"on": "2026-11-22"})
    client.post(f"{wrong.get_absolute_url()}void/")

    assert "列为坏账" in words(client.get(lost.get_absolute_url()))
    assert "作废，不计入应收" in words(client.get(wrong.get_absolute_url()))
    assert "没有未收的发票" in words(client.get("/commerce/receivables/"))
