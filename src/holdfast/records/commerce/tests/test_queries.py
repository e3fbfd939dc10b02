from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.commerce import facts, queries, services
from holdfast.records.commerce.models import Order
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def test_numbers_and_codes_find_their_rows():
    order, product = OrderFactory(number="S1"), ProductFactory(code="A1")

    assert queries.orders_by_number(["S1", "S2", "S1"]) == {"S1": order}
    assert queries.products_by_code(["A1", "A2"]) == {"A1": product}


@pytest.mark.parametrize("text", ["A-1", "a-1", "A-1 高效滤芯", "高效滤芯"])
def test_a_product_is_known_by_code_or_name(text):
    product = ProductFactory(code="A-1", name="高效滤芯")

    assert queries.product_named(text) == product
    assert queries.product_named("没有") is None


def test_numbers_go_on_where_the_day_left_off():
    day = date(2026, 11, 20)
    OrderFactory(number="SO20261120-007")
    OrderFactory(number="SO20261120-x")

    assert queries.next_number(day) == "SO20261120-008"
    assert queries.next_number(day, "return") == "RT20261120-001"


def test_takings_are_of_the_given_customers_and_days(owner):
    mine, other = CustomerFactory(owner=owner), CustomerFactory()
    for customer, day in ((mine, 1), (mine, 30), (other, 15)):
        OrderFactory(customer=customer, ordered_on=date(2026, 11, day), lines=[(1, "10", "6")])

    found = queries.revenue_of(Order.objects.visible_to(owner), date(2026, 11, 1), date(2026, 11, 29))

    assert found == queries.Takings(revenue_minor=1000, orders=1)


def test_a_leap_day_has_a_year_before():
    from holdfast.records.commerce.queries.money import year_before

    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert year_before(date(2026, 3, 1)) == date(2025, 3, 1)


def test_purchase_days_are_those_when_more_was_bought_than_came_back(admin):
    customer = CustomerFactory()

    def order(day, price, **fields):
        return OrderFactory(customer=customer, ordered_on=date(2026, 10, day), lines=[(1, price, None)], **fields)

    order(1, "10"), order(1, "20")
    order(2, "10"), order(2, "10", kind="return")
    services.void_order(order(3, "10"), by=admin)
    order(4, "10")

    assert queries.purchase_days(customer, date(2026, 10, 1)) == [date(2026, 10, 1), date(2026, 10, 4)]
    assert queries.purchase_days(customer, date(2026, 10, 2)) == [date(2026, 10, 4)]


# --- facts --------------------------------------------------------------------------------------------------------


def rows_of(queryset):
    """The rows as an engine that reads the database by SQL text gets them."""
    with connection.cursor() as cursor:
        cursor.execute(str(queryset.query))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_facts_have_every_line_that_counts(admin):
    product = ProductFactory(cost=D("60"))
    line = {
        "product": product, "quantity": D(2), "price": D("113"), "list_price": D("226"), "tax_rate": D("0.13"),
        "promised_on": date(2026, 10, 20),
    }  # fmt: skip
    sale = OrderFactory(ordered_on=date(2026, 10, 13), lines=[line])
    OrderFactory(customer=sale.customer, kind="return", returns=sale, lines=[{**line, "quantity": D(1)}])
    services.void_order(OrderFactory(), by=admin)

    lines = sorted(facts.lines(), key=lambda row: row["line_id"])

    assert [(row["kind"], row["net_minor"], row["cost_minor"], row["list_minor"]) for row in lines] == [
        ("sale", 20000, 12000, 40000),
        ("return", -10000, -6000, -20000),
    ]
    assert {row["customer_id"] for row in lines} == {sale.customer_id}
    assert lines[0]["day"] == date(2026, 10, 13)


@pytest.mark.parametrize("name", ["lines", "orders", "products"])
def test_the_sql_of_facts_runs_as_it_stands(name):
    OrderFactory(lines=[{"product": ProductFactory(), "quantity": D(2)}])

    rows = rows_of(getattr(facts, name)())

    assert len(rows) == 1
    assert set(rows[0]) == set(getattr(facts, name)()[0])


@pytest.mark.parametrize("role", ["sales", "sales_manager", "service", "analyst", None])
def test_walking_the_list_shows_just_what_the_policy_shows(department, role):
    viewer = UserFactory(role=role, department=department)
    for customer in (
        CustomerFactory(owner=viewer),
        CustomerFactory(owner=UserFactory(department=department), department=department),
        CustomerFactory(),
    ):
        OrderFactory(customer=customer)

    seen, walked = (
        set(orders.values_list("pk", flat=True))
        for orders in (Order.objects.visible_to(viewer), Order.objects.walked_by(viewer))
    )

    assert seen == walked
    assert len(seen) == {"sales": 1, "sales_manager": 2, "service": 2, "analyst": 3, None: 0}[role]


@pytest.mark.parametrize("many", [0, 2000])
def test_the_list_is_the_same_however_it_is_read(manager, monkeypatch, many):
    from holdfast.records.commerce.queries import lists

    monkeypatch.setattr(lists, "MANY", many)
    order = OrderFactory(customer=CustomerFactory(owner=manager))
    OrderFactory()

    assert queries.order_list(manager, {}).rows == [order]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are SQLite's here")
@pytest.mark.parametrize("number", ["so-1", "SO1"])
def test_an_orders_beginning_is_found_by_the_index_of_its_number(admin, number):
    """Every search asks this beside the customers: read in full, five million numbers took a third of a second."""
    plan = queries.orders_like(admin, number)[:5].explain()

    assert "SCAN commerce_order" not in plan
    assert "number>?" in plan
