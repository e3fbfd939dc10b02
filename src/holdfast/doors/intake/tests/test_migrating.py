"""Small exports of other systems, with their own headings, all the way in."""

from __future__ import annotations

import datetime as dt

import pytest

from holdfast.doors.intake.tests import making
from holdfast.records.commerce.models import Invoice, Order
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.shows("PLT-02", "ARC-14"), pytest.mark.slow]


def bring(kind, system, manager, headings, *rows, **options):
    imp = making.applied(making.csv_file(headings, rows), kind, manager, "export.csv", options=options)
    assert imp.facts["known"] == system
    assert (imp.rejected, imp.state) == (0, "applied")
    return imp


def test_espocrm_accounts_contacts_calls_and_won_opportunities_come_in(manager):
    bring("customers", "espocrm", manager,
          ["id", "name", "website", "emailAddress", "phoneNumber", "type", "industry", "billingAddressStreet",
           "billingAddressCity", "billingAddressState", "billingAddressCountry", "description", "createdAt",
           "assignedUserName"],
          ["5f1", "Acme Pumps", "acme.example", "info@acme.example", "+44 20 7946 0000", "Reseller", "Manufacturing",
           "1 High Street", "Leeds", "Yorkshire", "UK", "deliver before noon", "2024-03-18 09:15:00", manager.name])  # fmt: skip
    bring("contacts", "espocrm", manager,
          ["id", "salutationName", "firstName", "lastName", "name", "accountName", "title", "emailAddress",
           "phoneNumber", "description"],
          ["6a1", "Ms.", "Ann", "Lee", "Ann Lee", "Acme Pumps", "Buyer", "ann@acme.example", "+44 7700 900123", ""])  # fmt: skip
    bring("interactions", "espocrm", manager,
          ["id", "name", "status", "dateStart", "dateEnd", "duration", "direction", "description", "parentName",
           "assignedUserName"],
          ["7b1", "Quote", "Held", "2026-01-05 14:30:00", "2026-01-05 14:45:00", "900", "Inbound", "asked for a quote",
           "Acme Pumps", manager.name])  # fmt: skip
    bring("orders", "espocrm", manager,
          ["id", "name", "accountName", "stage", "amount", "amountCurrency", "probability", "closeDate", "description"],
          ["8c1", "Six pumps", "Acme Pumps", "Closed Won", "12000", "CNY", "100", "2026-02-01", ""])  # fmt: skip

    customer = Customer.objects.get()
    talk = Interaction.objects.get()
    assert (customer.city, customer.industry, customer.first_seen_on) == (
        "Leeds",
        "Manufacturing",
        dt.date(2024, 3, 18),
    )
    assert (customer.special_requirements, customer.tags.get().name) == ("deliver before noon", "Reseller")
    assert (Contact.objects.get().name, Contact.objects.get().title) == ("Ann Lee", "Buyer")
    assert (talk.direction, talk.summary, talk.minutes) == ("in", "asked for a quote", None)
    assert (Order.objects.get().number, Order.objects.get().customer) == ("8c1", customer)


def test_odoo_partners_people_orders_and_invoices_come_in(manager):
    bring("customers", "odoo", manager,
          ["Name", "Reference", "Phone", "Email", "Street", "City", "Country", "Tax ID", "Salesperson", "Tags"],
          ["Deco Addict", "D-7", "+1 603 555 0100", "deco@example.com", "77 Santa Barbara Rd", "Pleasant Hill",
           "United States", "", manager.name, "Furniture"])  # fmt: skip
    bring("contacts", "odoo", manager,
          ["Name", "Related Company", "Job Position", "Phone", "Mobile", "Email"],
          ["Douglas Fletcher", "Deco Addict", "Functional Consultant", "+1 603 555 0101", "", "df@example.com"])  # fmt: skip
    bring("orders", "odoo", manager,
          ["Order Reference", "Customer", "Order Date", "Order Lines/Product", "Order Lines/Quantity",
           "Order Lines/Unit Price"],
          ["S00021", "Deco Addict", "2026-01-05 10:11:12", "Desk", "2", "450.00"],
          ["", "", "", "Lamp", "4", "18.50"])  # fmt: skip
    bring("invoices", "odoo", manager,
          ["Number", "Invoice Partner Display Name", "Invoice/Bill Date", "Due Date", "Origin", "Untaxed Amount Signed",
           "Total Signed", "Amount Due Signed", "Payment Status"],
          ["INV/2026/00001", "Deco Addict", "2026-01-06", "2026-02-05", "S00021", "974.00", "1100.62", "0", "Paid"],
          ["RINV/2026/00001", "Deco Addict", "2026-01-20", "2026-01-20", "", "-100.00", "-113.00", "0", "Paid"])  # fmt: skip

    customer = Customer.objects.get()
    invoices = {row.number: row for row in Invoice.objects.all()}
    assert (customer.code, customer.owner) == ("D-7", manager)
    assert Contact.objects.get().title == "Functional Consultant"
    assert Order.objects.get().lines.count() == 2
    assert invoices["INV/2026/00001"].amount_minor == 110_062
    assert invoices["INV/2026/00001"].order == Order.objects.get()
    assert (invoices["RINV/2026/00001"].kind, invoices["RINV/2026/00001"].amount_minor) == ("credit_note", -11_300)


def test_fxiaoke_customers_people_and_sales_records_come_in(manager):
    bring("customers", "fxiaoke", manager,
          ["客户名称（必填）", "客户编号", "客户级别", "1级行业", "来源", "电话", "省", "市", "详细地址", "负责人（必填）",
           "创建时间", "备注"],
          ["苏州澄光机械有限公司", "KH001", "重点客户", "制造业", "展会", "0512-62345678", "江苏省", "苏州市", "星湖街 1 号", manager.name,
           "2024-03-18 09:15", ""])  # fmt: skip
    bring("contacts", "fxiaoke", manager,
          ["姓名（必填）", "客户名称", "职务", "手机", "邮件", "备注"],
          ["周启明", "苏州澄光机械有限公司", "采购经理", "13800000001", "zhou@example.com", ""])  # fmt: skip
    bring("interactions", "fxiaoke", manager,
          ["客户名称", "联系人", "销售记录类型", "销售记录内容", "发布人", "发布时间"],
          ["苏州澄光机械有限公司", "周启明", "拜访", "看了新产线", manager.name, "2026-01-05 14:30"])  # fmt: skip

    customer, talk = Customer.objects.get(), Interaction.objects.get()
    assert (customer.code, customer.industry, customer.source) == ("KH001", "制造业", "展会")
    assert (talk.channel, talk.contact.name, talk.author) == ("visit", "周启明", manager)


def test_headings_of_no_system_are_guessed_as_ever(manager):
    imp = making.receive(making.csv_file(["客户名称", "城市"], [["甲", "苏州"]]), "customers", manager)

    assert "known" not in imp.facts


def test_the_columns_page_names_the_system(login, manager):
    content = making.csv_file(["Name", "Tax ID", "Salesperson"], [["Deco Addict", "", ""]])
    imp = making.receive(content, "customers", manager)

    page = login(manager).get(f"/imports/{imp.pk}/columns/").content.decode()

    assert "Odoo" in page
