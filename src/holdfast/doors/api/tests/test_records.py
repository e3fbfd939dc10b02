"""Orders, money, tasks, contacts, needs, events, journal and scores through the API."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from holdfast.common.months import today
from holdfast.doors.api.tests.callers import Caller
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.insight.scores import services as scores
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Invoice, Order, Payment, Product
from holdfast.records.customers.models import CustomField, Need
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Entry, Interaction, Task


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="杭州明达机械有限公司", contacts=[{"name": "王敏"}])


@pytest.fixture
def product(admin):
    return commerce.add_product(by=admin, code="LX-200", name="滤芯", price=Decimal("128.5"), cost=Decimal("80"))


def order_body(customer, **more):
    line = {"product_code": "LX-200", "quantity": "3", "tax_rate": "0.13"}
    return {"customer_id": customer.pk, "ordered_on": "2026-10-08", "lines": [line], **more}


# --- orders ---
def test_an_order_is_added_with_its_lines_and_reckoned_by_the_house(caller, customer, product):
    response = caller.post("orders", order_body(customer))

    row = response.json()
    assert response.status_code == 201
    assert row["number"].startswith("SO20261008-")
    assert row["amount_minor"] == 38_550
    assert row["lines"][0]["product_id"] == product.pk
    assert row["lines"][0]["price"] == "128.5"
    assert "cost_minor" not in row
    assert "cost_price" not in row["lines"][0]


def test_costs_are_shown_to_who_may_see_profit_and_written_by_nobody_else(caller, manager, customer, product):
    body = order_body(customer)
    body["lines"][0]["cost_price"] = "1"

    refused = caller.post("orders", body)
    made = Caller(manager).post("orders", body)

    assert refused.status_code == 403
    assert made.json()["cost_minor"] == 300


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ordered_on": "2999-01-01"}, "ordered_on"),
        ({"customer_id": 999_999}, "customer_id"),
        ({"currency": "USD"}, "rate"),
        ({"lines": [{"product_code": "none", "quantity": "1"}]}, "lines.0.product"),
        ({"lines": [{"text": "x", "quantity": "-1", "price": "1"}]}, "lines.0.quantity"),
        ({"lines": []}, "lines"),
        ({"lines": [{"text": "x", "quantity": "1"}]}, "lines"),
    ],
)
def test_an_order_that_cannot_stand_is_refused_on_its_field(caller, customer, product, change, field):
    response = caller.post("orders", order_body(customer, **change))

    assert response.status_code == 422
    assert response.json()["error"]["field"] == field
    assert not Order.objects.exists()


def test_changing_an_order_keeps_what_is_not_said(caller, customer, product):
    made = caller.post("orders", order_body(customer))
    path = f"orders/{made.json()['id']}"

    changed = caller.patch(path, {"note": "分两批"}, If_Match=made["ETag"])
    again = caller.patch(path, {"note": "另一句"}, If_Match=made["ETag"])

    assert changed.json()["note"] == "分两批"
    assert changed.json()["amount_minor"] == 38_550
    assert again.status_code == 412


def test_a_return_counts_down_and_hangs_on_its_order(caller, customer, product):
    made = caller.post("orders", order_body(customer)).json()

    back = caller.post("orders", order_body(customer, kind="return", returns_id=made["id"]))
    void = caller.post(f"orders/{made['id']}/void")

    assert back.json()["amount_minor"] == -38_550
    assert void.status_code == 422  # a standing return hangs on it


def test_many_orders_at_once_look_their_names_up_together(caller, customer, product, django_assert_max_num_queries):
    rows = [order_body(customer, number=f"B-{n}") for n in range(60)]
    rows[7]["customer_id"] = 10**9

    with django_assert_max_num_queries(90):
        response = caller.post("orders/bulk", {"rows": rows})

    assert response.status_code == 207
    assert response.json()["data"][7]["error"]["field"] == "customer_id"
    assert Order.objects.count() == 59


def test_products_hide_cost_and_grade(caller, manager, product):
    assert not {"cost", "grade"} & set(caller.get(f"products/{product.pk}").json())
    assert Caller(manager).get(f"products/{product.pk}").json()["cost"] == "80"
    assert Caller(manager).patch(f"products/{product.pk}", {"cost": "81"}).json()["cost"] == "81"
    assert Product.objects.get().cost == 81


# --- money ---
def test_an_invoice_and_what_pays_it(manager, customer):
    caller = Caller(manager)
    body = {
        "number": "FP-1",
        "customer_id": customer.pk,
        "issued_on": "2026-10-01",
        "due_on": "2026-10-31",
        "amount_minor": 10_000,
    }

    invoice = caller.post("invoices", body).json()
    promise = caller.post(f"invoices/{invoice['id']}/promises", {"promised_on": "2026-12-01", "amount_minor": 10_000})
    payment = caller.post("payments", {"customer_id": customer.pk, "received_on": "2026-11-03", "amount_minor": 4_000})
    listed = caller.get("invoices?state=open").json()["data"]

    assert promise.status_code == 201
    assert payment.json()["allocations"][0]["invoice_id"] == invoice["id"]
    assert [(row["number"], row["open_minor"]) for row in listed] == [("FP-1", 6_000)]
    assert caller.post(f"payments/{payment.json()['id']}/void").json()["voided_at"] is not None
    assert Invoice.objects.get().open_minor == 10_000


def test_who_may_not_record_money_reads_it_only(owner, customer, manager):
    body = {"customer_id": customer.pk, "received_on": "2026-11-03", "amount_minor": 4_000}
    Caller(manager).post("payments", body)
    caller = Caller(owner, words=["customer_view", "order_edit"])

    assert len(caller.get("payments").json()["data"]) == 1
    assert caller.post("payments", body).status_code == 403
    assert Payment.objects.count() == 1


# --- tasks and contacts ---
def test_a_task_is_opened_finished_and_becomes_a_contact(caller, customer, owner):
    task = caller.post("tasks", {"customer_id": customer.pk, "title": "确认续订", "due_on": "2026-11-25"}).json()

    done = caller.post(f"tasks/{task['id']}/finish", {"outcome": "已续订", "minutes": 15})
    again = caller.post(f"tasks/{task['id']}/finish", {"outcome": "已续订"})

    assert task["assignee_id"] == owner.pk
    assert done.json()["outcome"] == "已续订"
    assert again.status_code == 422
    assert Interaction.objects.get().minutes == 15
    assert caller.get("entries?kind=contact").json()["data"][0]["words"]


def test_a_task_goes_only_to_people_within_reach(caller, manager, customer, teammate, stranger):
    body = {"customer_id": customer.pk, "title": "x", "due_on": "2026-11-25"}

    assert caller.post("tasks", {**body, "assignee_id": stranger.pk}).status_code == 422
    assert Caller(manager).post("tasks", {**body, "assignee_id": teammate.pk}).status_code == 201
    assert Task.objects.get().assignee == teammate


def test_contacts_are_corrected_only_by_who_logged_them(caller, manager, customer):
    made = caller.post("interactions", {"customer_id": customer.pk, "channel": "call", "at": "2026-11-01T08:00:00Z"})
    path = f"interactions/{made.json()['id']}"

    assert Caller(manager).patch(path, {"minutes": 5}).status_code == 403
    assert caller.patch(path, {"minutes": 5}).json()["minutes"] == 5
    assert caller.delete(path).status_code == 204
    assert not Interaction.objects.exists()


def test_a_moment_without_its_zone_is_refused(caller, customer):
    body = {"customer_id": customer.pk, "channel": "call", "at": "2026-11-01T08:00:00"}

    assert caller.post("interactions", body).json()["error"]["field"] == "at"


# --- needs, files, own fields ---
def test_a_need_is_kept_confirmed_and_superseded(caller, customer):
    made = caller.post(
        "needs", {"customer_id": customer.pk, "kind": "preference", "text": "只收上午", "said_on": "2026-10-01"}
    ).json()

    caller.post(f"needs/{made['id']}/confirm", {"on": "2026-10-10"})
    new = caller.post(f"needs/{made['id']}/supersede", {"text": "下午也可以", "said_on": "2026-10-20"})

    standing = caller.get(f"needs?standing=true&customer={customer.pk}").json()["data"]
    assert [need["text"] for need in standing] == ["下午也可以"]
    assert Need.objects.get(pk=made["id"]).superseded_by_id == new.json()["id"]


def test_a_file_is_told_and_taken_away(caller, customer, owner, settings, tmp_path):
    settings.DATA = tmp_path
    document = timeline.add_document(
        customer, file=io.BytesIO("合同正文".encode()), name="合同.txt", folder="contract", by=owner
    )

    told = caller.get("documents").json()["data"][0]
    taken = caller.get(f"documents/{document.pk}/versions/1")

    assert told["versions"][0]["size_bytes"] == 12
    assert b"".join(taken.streaming_content).decode() == "合同正文"
    assert taken["Content-Disposition"].startswith("attachment")
    assert caller.get(f"documents/{document.pk}/versions/2").status_code == 404


def test_own_fields_are_told_written_and_filtered_by(caller, customer, owner):
    CustomField.objects.create(code="area", label="面积", kind="number", is_filterable=True)
    CustomField.objects.create(code="secret", label="机密", kind="text", view_roles=["admin"])

    fields = caller.get("custom-fields").json()["data"]
    changed = caller.patch(f"customers/{customer.pk}", {"custom": {"area": 120}})
    found = caller.get("customers?custom_area_min=100").json()["data"]
    hidden = [
        caller.patch(f"customers/{customer.pk}", {"custom": {"secret": "x"}}),
        caller.get("customers?custom_secret=x"),
    ]

    assert [field["code"] for field in fields] == ["area"]
    assert changed.json()["custom"] == {"area": 120}
    assert [row["id"] for row in found] == [customer.pk]
    assert [answer.status_code for answer in hidden] == [422, 400]


# --- events ---
@pytest.mark.shows("ARC-13")
def test_what_a_customer_does_elsewhere_enters_the_history_once(caller, customer):
    event = {
        "id": "web-8841", "customer_code": customer.code, "kind": "browse", "at": "2026-10-08T09:30:00+08:00", "what": "滤芯",
    }  # fmt: skip

    first = caller.post("events", event)
    caller.post("events", {**event, "what": "滤芯 200"})
    row = caller.get("entries?source=api.event", Accept_Language="zh-CN").json()["data"]

    assert first.status_code == 201
    assert Entry.objects.filter(source="api.event").count() == 1
    assert (row[0]["words"], row[0]["text"], row[0]["payload"]) == ("在别处浏览", "滤芯 200", {"event": "browse"})


@pytest.mark.shows("ARC-13")
def test_many_events_at_once_tell_each_row(caller, customer, teammate):
    other = CustomerFactory(owner=teammate)
    rows = [
        {
            "id": "1",
            "customer_id": customer.pk,
            "kind": "feedback",
            "at": "2026-10-08T01:00:00Z",
            "what": "交期",
            "rating": 9,
        },
        {"id": "2", "customer_id": other.pk, "kind": "feedback", "at": "2026-10-08T01:00:00Z", "what": "交期"},
        {"id": "3", "customer_id": customer.pk, "kind": "purchase", "at": "2999-10-08T01:00:00Z", "what": "交期"},
        {
            "id": "1",
            "customer_id": customer.pk,
            "kind": "feedback",
            "at": "2026-10-08T01:00:00Z",
            "what": "交期",
            "rating": 9,
        },
    ]

    told = caller.post("events/bulk", {"rows": rows}).json()["data"]

    assert [row["status"] for row in told] == [201, 422, 422, 201]
    assert told[0]["id"] == told[3]["id"]
    assert Entry.objects.filter(source="api.event").count() == 1


def test_events_survive_the_comparing_of_the_history(caller, customer):
    caller.post("events", {"customer_id": customer.pk, "kind": "browse", "at": "2026-10-08T01:00:00Z", "what": "滤芯"})

    timeline.rebuild_entries()

    assert Entry.objects.filter(source="api.event").exists()


# --- journal and scores ---
def test_the_journal_needs_its_word_and_masks_numbers(caller, admin, customer):
    caller.patch(f"customers/{customer.pk}", {"phone": "13812341234"})

    refused = caller.get("journal")
    told = Caller(admin).get(f"journal?subject=customers.customer:{customer.pk}").json()["data"]

    assert refused.status_code == 403
    assert "13812341234" not in str(told)
    assert any(line["verb"] == "change" and line["differences"] for line in told)


@pytest.mark.slow
def test_scores_of_a_month_are_the_persons_customers_without_profit(
    caller, manager, customer, teammate, settings, tmp_path
):
    settings.DATA = tmp_path
    CustomerFactory(owner=teammate)
    month = f"{today():%Y-%m}"
    scores.score_month(month)

    own = caller.get(f"scores/{month}").json()
    both = Caller(manager).get(f"scores/{month}?limit=1").json()
    rest = Caller(manager).get(f"scores/{month}?cursor={both['next']}").json()

    assert [row["customer_id"] for row in own["data"]] == [customer.pk]
    assert "profit_12m_minor" not in own["data"][0]
    assert "profit_12m_minor" in both["data"][0]
    assert len(rest["data"]) == 1
    assert caller.get("scores/2001-01").status_code == 404
    assert caller.get(f"customers/{customer.pk}/scores").json()["data"][0]["month"] == month


# --- cost of a list ---
LISTS = [
    "customers?expand=contacts,standing", "contacts", "orders?expand=lines", "products", "tasks", "interactions", "entries",
    "needs", "invoices", "payments", "promises", "documents", "standings", "standing-changes", "tags", "saved-views", "people",
    "departments", "journal", "notices",
]  # fmt: skip


@pytest.mark.slow
@time_machine.travel("2026-11-22T09:00:10+08:00", tick=False)  # within one minute, whose turns are drawn before
@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_many_costs_as_many_statements_as_a_list_of_few(
    path, admin, customer, product, settings, tmp_path, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settings.DATA = tmp_path
    caller = Caller(admin)
    fill(admin, 2)
    caller.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        caller.get(path)
    fill(admin, 12)

    with django_assert_max_num_queries(len(few)):
        response = caller.get(path)

    assert response.status_code == 200


def fill(admin, count):
    """So many of everything that lists hold, each on a customer of its own."""
    product = Product.objects.get()
    for n in range(count):
        one = CustomerFactory(owner=UserFactory(), contacts=[{"name": "甲"}, {"name": "乙"}], tags=[f"标签{n}"])
        StandingFactory(customer=one)
        line = {"product": product, "quantity": Decimal(1)}
        number = f"{one.pk}"
        commerce.add_order(customer=one, number=number, ordered_on=dt.date(2026, 10, 1), lines=[line, line], by=admin)
        invoice = commerce.add_invoice(
            one, number=number, issued_on=dt.date(2026, 10, 1), due_on=dt.date(2026, 10, 2), amount_minor=100, by=admin
        )
        commerce.add_promise(invoice, promised_on=dt.date(2026, 12, 1), amount_minor=50, by=admin)
        commerce.add_payment(one, received_on=dt.date(2026, 10, 3), amount_minor=10, by=admin)
        timeline.open_task(one, title="x", assignee=admin, due_on=dt.date(2026, 12, 1), by=None)
        timeline.add_interaction(one, channel="call", at=timezone.now(), by=admin, participants=[admin, one.owner])
        timeline.add_document(one, file=io.BytesIO(b"text"), name="a.txt", folder="other", by=admin)
        Need.objects.create(customer=one, kind="need", text="x", said_on=dt.date(2026, 10, 1), author=admin)
