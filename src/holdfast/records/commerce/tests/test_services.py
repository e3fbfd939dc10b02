from datetime import date
from decimal import Decimal as D

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.commerce import services
from holdfast.records.commerce.models import Order, OrderLine, Product
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory, line_of
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 13)


def dump():
    """Every row of the room, as the database has it."""
    return [list(model.objects.order_by("pk").values()) for model in (Product, Order, OrderLine)]


def row(customer, number="S1", lines=((2, "10", "6"),), **fields):
    return {
        "number": number, "customer": customer, "ordered_on": DAY, "lines": [line_of(line) for line in lines], **fields,
    }  # fmt: skip


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


# --- new orders ---------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-02")
def test_an_order_has_lines_amounts_and_totals(customer, owner):
    product = ProductFactory(price=D("113"), cost=D("60"))
    lines = [{"product": product, "quantity": D(2), "tax_rate": D("0.13")}, line_of((1, "50", "20"))]

    order = services.add_order(customer, number="S1", ordered_on=DAY, lines=lines, by=owner)

    order.refresh_from_db()
    assert (order.amount_minor, order.revenue_minor, order.cost_minor) == (27600, 25000, 14000)
    assert [line.amount_minor for line in order.lines.all()] == [22600, 5000]
    assert [line.cost_price for line in order.lines.all()] == [D(60), D(20)]


def test_the_cost_is_the_products_of_that_moment(customer, owner):
    product = ProductFactory(cost=D("60"))
    first = services.add_order(
        customer, number="S1", ordered_on=DAY, lines=[{"product": product, "quantity": D(1)}], by=owner
    )

    services.change_product(product, cost=D("70"), by=owner)

    assert first.lines.get().cost_minor == 6000


def test_one_line_without_a_cost_leaves_the_orders_cost_unknown(customer):
    order = OrderFactory(customer=customer, lines=[(1, "10", "6"), (1, "10", None)])

    assert order.cost_minor is None
    assert order.profit_minor is None


@pytest.mark.parametrize("number", ["S1", " S1 "])
def test_a_number_is_used_once(customer, owner, number):
    OrderFactory(customer=customer, number="S1")

    with pytest.raises(Refusal, match="订单号已经用过") as refused:
        services.add_orders([row(customer, number)], by=owner)

    assert refused.value.field == "number"


def test_many_orders_are_all_written_or_none(customer, owner):
    bad = row(customer, "S3", lines=[(0, "10", "6")])

    with pytest.raises(Refusal, match="S3 · #1"):
        services.add_orders([row(customer, "S1"), row(customer, "S2"), bad], by=owner)

    assert not Order.objects.exists()
    assert not Change.objects.filter(model="commerce.order").exists()


def test_foreign_orders_keep_the_rate_and_the_converted_amount(customer, owner):
    order = services.add_orders([row(customer, currency="USD", rate=D("7.1"), lines=[(2, "10", "6")])], by=owner)[0]

    order.refresh_from_db()
    assert (order.currency, order.rate, order.amount_minor, order.cost_minor) == ("USD", D("7.1"), 14200, 1200)


def test_the_query_count_does_not_grow_with_the_orders(customer, owner, django_assert_max_num_queries):
    rows = [row(customer, f"S{n}", lines=[(1, "10", "6")] * 3) for n in range(20)]

    with django_assert_max_num_queries(14):
        services.add_orders(rows, by=owner)


# --- returns ------------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-02")
def test_a_return_counts_down_and_knows_its_order(customer, owner):
    sale = OrderFactory(customer=customer, lines=[(5, "10", "6")])

    back = services.add_orders([row(customer, "R1", kind="return", returns=sale, lines=[(2, "10", "6")])], by=owner)[0]

    assert (back.amount_minor, back.cost_minor) == (-2000, -1200)
    assert list(sale.returned_by.all()) == [back]


def test_no_more_may_come_back_than_was_ordered(customer, owner):
    sale = OrderFactory(customer=customer, number="S9", lines=[(5, "10", "6")])
    OrderFactory(customer=customer, kind="return", returns=sale, lines=[(3, "10", "6")])

    with pytest.raises(Refusal, match="S9 的「滤芯」共订 5，退货合计 6") as refused:
        services.add_orders([row(customer, "R2", kind="return", returns=sale, lines=[(3, "10", "6")])], by=owner)

    assert refused.value.field == "lines"
    assert not Order.objects.filter(number="R2").exists()


def test_a_voided_return_frees_the_quantity_again(customer, owner):
    sale = OrderFactory(customer=customer, lines=[(5, "10", "6")])
    first = OrderFactory(customer=customer, kind="return", returns=sale, lines=[(5, "10", "6")])

    services.void_order(first, by=owner)

    assert services.add_orders([row(customer, "R2", kind="return", returns=sale, lines=[(5, "10", "6")])], by=owner)


def test_an_order_cannot_shrink_below_what_came_back(customer, owner):
    sale = OrderFactory(customer=customer, lines=[(5, "10", "6")])
    OrderFactory(customer=customer, kind="return", returns=sale, lines=[(3, "10", "6")])

    with pytest.raises(Refusal, match="超过了所订数量"):
        services.change_order(sale, lines=[line_of((2, "10", "6"))], by=owner)

    assert sale.lines.get().quantity == 5


def test_a_return_without_its_order_is_taken_as_it_is(customer, owner):
    back = services.add_orders([row(customer, "R1", kind="return", lines=[(7, "10", "6")])], by=owner)[0]

    assert back.returns is None
    assert back.revenue_minor == -7000


@pytest.mark.parametrize("wrong", ["customer", "day", "kind"])
def test_a_return_hangs_only_on_a_sale_of_the_same_customer_and_not_before_it(customer, owner, wrong):
    sale = OrderFactory(
        customer=CustomerFactory() if wrong == "customer" else customer,
        ordered_on=date(2026, 11, 1) if wrong == "day" else DAY,
        kind="return" if wrong == "kind" else "sale",
    )

    with pytest.raises(Refusal):
        services.add_orders([row(customer, "R1", kind="return", returns=sale, lines=[(1, "10", "6")])], by=owner)


# --- changes ------------------------------------------------------------------------------------------------------


def test_changing_lines_moves_the_totals(customer, owner):
    order = OrderFactory(customer=customer, lines=[(1, "10", "6"), (2, "20", "9")])

    services.change_order(order, lines=[line_of((3, "10", "6"))], note="改", by=owner)

    order.refresh_from_db()
    assert (order.amount_minor, order.cost_minor, order.note) == (3000, 1800, "改")
    assert order.lines.count() == 1


def test_the_same_lines_again_change_nothing(customer, owner):
    lines = [line_of((1, "10", "6")), {"product": ProductFactory(), "quantity": D(2)}]
    order = services.add_order(customer, number="S1", ordered_on=DAY, lines=lines, by=owner)
    before, entries = dump(), Change.objects.count()

    changed = services.change_orders([(order, {"lines": lines, "ordered_on": DAY})], by=owner)

    assert changed == []
    assert dump() == before
    assert Change.objects.count() == entries


def test_a_line_that_says_no_cost_keeps_the_one_it_has(customer, owner):
    product = ProductFactory(cost=D("6"))
    line = {"product": product, "quantity": D(1), "price": D("10")}
    order = services.add_order(customer, number="S1", ordered_on=DAY, lines=[line], by=owner)
    services.change_product(product, cost=D("9"), by=owner)

    services.change_order(order, lines=[{**line, "quantity": D(2)}], by=owner)

    assert order.lines.get().cost_minor == 1200


def test_a_new_rate_reckons_the_lines_anew(customer, owner):
    order = services.add_orders([row(customer, currency="USD", rate=D("7"))], by=owner)[0]

    services.change_order(order, rate=D("8"), by=owner)

    assert order.lines.get().amount_minor == 16000
    assert Order.objects.get().amount_minor == 16000


def test_two_people_do_not_overwrite_each_other(customer, owner, teammate):
    order = OrderFactory(customer=customer)
    seen = order.updated_at
    services.change_order(Order.objects.get(pk=order.pk), note="先改", by=teammate)

    with pytest.raises(Refusal, match="刚被别人改过"):
        services.change_order(order, note="后改", seen=seen, by=owner)

    assert Order.objects.get().note == "先改"


def test_a_voided_order_stays_and_cannot_change(customer, owner):
    order = OrderFactory(customer=customer)
    services.void_order(order, by=owner)

    with pytest.raises(Refusal, match="已作废"):
        services.change_order(Order.objects.get(pk=order.pk), note="改", by=owner)
    with pytest.raises(Refusal, match="已经作废"):
        services.void_order(order, by=owner)


def test_an_order_with_a_standing_return_is_not_voided(customer, owner):
    sale = OrderFactory(customer=customer)
    OrderFactory(customer=customer, kind="return", returns=sale, number="R7", lines=[(1, "12.5", "8")])

    with pytest.raises(Refusal, match="R7"):
        services.void_order(sale, by=owner)


# --- journal and undo ---------------------------------------------------------------------------------------------


@pytest.mark.shows("SEC-03")
def test_a_new_order_and_its_lines_stand_in_one_entry_of_the_customers_history(customer, owner):
    order = services.add_orders([row(customer)], by=owner)[0]

    entry = Change.objects.get(model="commerce.order")
    assert (entry.actor, entry.subject, entry.before) == (owner, f"customers.customer:{customer.pk}", None)
    assert entry.after["lines"][0]["quantity"] == "2.000"
    assert entry.object_id == str(order.pk)


def test_undoing_a_batch_puts_orders_lines_and_products_back(customer, owner):
    product = ProductFactory()
    old = services.add_orders([row(customer, "S1", lines=[(1, "10", "6"), (2, "20", "9"), (3, "30", None)])], by=owner)[
        0
    ]
    before = dump()
    batch = audit.open_batch("import", by=owner)
    services.change_products([(product, {"price": D("99")})], by=owner, batch=batch)
    new = services.add_products([{"code": "N1", "name": "新品", "price": D(5)}], by=owner, batch=batch)[0]
    services.add_orders([row(customer, "S2", lines=[{"product": new, "quantity": D(4)}])], by=owner, batch=batch)
    sale = Order.objects.get(number="S2")
    back = row(customer, "R2", kind="return", returns=sale, lines=[{"product": new, "quantity": D(1)}])
    services.add_orders([back], by=owner, batch=batch)
    services.change_orders(
        [(old, {"lines": [line_of((9, "10", "6")), line_of((2, "20", "9"))]})], by=owner, batch=batch
    )

    audit.undo(batch, by=owner)

    assert dump() == before


def test_undoing_brings_more_and_other_lines_back_as_they_were(customer, owner):
    order = services.add_orders([row(customer, lines=[(1, "10", "6")])], by=owner)[0]
    before = dump()
    batch = audit.open_batch("import", by=owner)
    more = [line_of((5, "11", "6")), line_of((2, "20", "9")), line_of((3, "30", None))]
    services.change_orders([(order, {"lines": more, "number": "S1B"})], by=owner, batch=batch)

    audit.undo(batch, by=owner)

    assert dump() == before


# --- products -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": " "}, "code"), ({"name": ""}, "name"), ({"grade": 5}, "grade"), ({"cost": D(-1)}, "cost")],
)
def test_a_product_that_cannot_stand_is_refused_on_its_field(owner, changes, field):
    with pytest.raises(Refusal) as refused:
        services.add_products([{"code": "A", "name": "甲", **changes}], by=owner)

    assert refused.value.field == field


def test_a_product_code_is_used_once(owner):
    ProductFactory(code="A")

    with pytest.raises(Refusal, match="A 已经用过"):
        services.add_products([{"code": "A", "name": "甲"}], by=owner)
    with pytest.raises(Refusal, match="B 已经用过"):
        services.add_products([{"code": "B", "name": "乙"}, {"code": "B", "name": "丙"}], by=owner)


def test_unchanged_products_are_left_alone(owner):
    product = ProductFactory()

    assert services.change_products([(product, {"price": product.price, "name": product.name})], by=owner) == []


@pytest.mark.slow
def test_ten_thousand_lines_take_no_longer_than_a_few_seconds(customer, owner):
    import time

    rows = [row(customer, f"S{n}", lines=[(1, "10", "6")] * 5) for n in range(400)]
    start = time.perf_counter()

    services.add_orders(rows, by=owner)

    assert time.perf_counter() - start < 4
