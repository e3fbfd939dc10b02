"""No Chinese is left on an English page, but for what people have typed."""

import re
from datetime import timedelta

import pytest
import time_machine

from holdfast.doors.desk.tests.situations import TODAY, risky
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory
from holdfast.records.customers.models import StandingChange
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGES = [
    "/", "/workbench/print/", "/search/", "/search/?q=acme", "/search/?q=nobody", "/customers/{customer}/", "/commerce/orders/",
    "/commerce/orders/?q=nothing", "/commerce/orders/{order}/", "/commerce/orders/{voided}/", "/commerce/orders/new/",
    "/commerce/orders/{order}/edit/", "/commerce/customers/{customer}/orders/", "/commerce/products/",
    "/commerce/products/new/", "/commerce/products/{product}/edit/", "/tasks/", "/tasks/?which=done", "/tasks/new/",
    "/tasks/log/", "/tasks/{task}/", "/tasks/{task}/finish/", "/tasks/{task}/assign/", "/tasks/customers/{customer}/",
]  # fmt: skip


@pytest.fixture
def boss():
    """A manager who reads English, in a department with an English name."""
    return UserFactory(role="sales_manager", name="Ann Lee", language="en", department=DepartmentFactory(name="East"))


def _company(boss):
    """One of everything that these pages show, written in English."""
    contact = {"name": "Joe", "title": "Buyer", "phone": "13812346621", "birth_month": 11, "birth_day": 25}
    customer = risky(boss, "Acme", contacts=[contact], special_requirements="South gate only", city="Leeds")
    product = ProductFactory(code="A1", name="Filter", category="Filters", unit="pc")
    line = {"product": product, "quantity": 2, "promised_on": TODAY - timedelta(days=9)}
    order = OrderFactory(customer=customer, number="S1", ordered_on=TODAY - timedelta(days=20), lines=[line])
    OrderFactory(
        customer=customer, number="R1", kind="return", returns=order, lines=[{**line, "quantity": 1}], ordered_on=TODAY
    )
    voided = OrderFactory(customer=customer, number="V1", lines=[line])
    commerce.void_order(voided, by=boss)
    task = TaskFactory(customer=customer, assignee=boss, title="Call Joe", due_on=TODAY, source="reports.action:1")
    TaskFactory(customer=customer, assignee=boss, title="Visit", due_on=TODAY, done=True, outcome="Fine")
    for field, before, after in (("stars", "4", "5"), ("stage", "mature", "declining"), ("risk", "low", "high")):
        StandingChange.objects.create(
            customer=customer, on=TODAY, month="2026-11", field=field, before=before, after=after
        )
    return {"customer": customer.pk, "order": order.pk, "voided": voided.pk, "product": product.pk, "task": task.pk}


@pytest.mark.parametrize("address", PAGES)
def test_an_english_page_is_english_throughout(login, boss, address):
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        page = login(boss).get(address.format(**_company(boss)))

    text = re.sub(r"<script.*?</script>", "", page.content.decode(), flags=re.S)
    left = set(re.findall("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text)) - {"守", "中文"}
    assert page.status_code == 200
    assert left == set()
