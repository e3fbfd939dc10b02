"""Orders with lines: grouping, customers and products they name, writing and taking back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdfast.doors.intake import services
from holdfast.doors.intake.models import WorkFile
from holdfast.doors.intake.tests import making
from holdfast.records.commerce.models import Order, OrderLine, Product
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory
from holdfast.records.customers.models import Customer
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
CREATE = {"options": {"customers": "create"}}


def lines_file(*rows, headings=("订单号", "客户名称", "日期", "品名", "数量", "单价", "金额")):
    return making.csv_file(headings, rows)


def first_problems(imp):
    with WorkFile(imp.path) as work:
        return [(row.number, row.problems[0].code) for row in work.rejected()]


@pytest.mark.shows("PLT-02")
def test_rows_of_one_number_become_one_order_with_its_lines(manager):
    content = making.workbook(making.ORDER_HEADINGS, making.orders(14, lines=3))

    imp = making.applied(content, "orders", manager, "订单.xlsx", **CREATE)

    assert imp.written == {"customers": 7, "products": 3, "orders": 14, "lines": 42, "updated": 0}
    order = Order.objects.get(number="SO0003")
    assert (order.customer.code, order.ordered_on, order.lines.count()) == ("K3", dt.date(2026, 1, 5), 3)
    assert order.amount_minor == 3 * 3750
    assert order.customer.name == "客户3号"


def test_orders_of_unknown_customers_come_back_unless_they_may_be_made(manager):
    content = making.workbook(making.ORDER_HEADINGS, making.orders(2, lines=2))

    imp = making.checked(content, "orders", manager)

    assert (imp.counts["rejected"], imp.counts["held"], imp.to_write) == (2, 2, 0)
    assert first_problems(imp)[0] == (2, "unknown_customer")


@pytest.mark.slow
def test_undo_takes_orders_and_the_customers_and_products_made_for_them_away(manager, owner):
    customer = CustomerFactory(code="K1", owner=owner, department=owner.department)
    OrderFactory(customer=customer, number="SO0001", ordered_on=dt.date(2026, 1, 5), lines=[(1, 10, 5)])
    before = making.dump()
    content = making.workbook(making.ORDER_HEADINGS, making.orders(10))
    options = {"options": {"customers": "create", "on_duplicate": "update"}}
    imp = making.applied(content, "orders", manager, **options)
    assert imp.written["updated"] == 1

    making.undone(imp, manager)

    assert making.dump() == before


@pytest.mark.parametrize("action", ["skip", "update"])
def test_the_same_orders_twice_change_nothing(manager, action):
    content = making.workbook(making.ORDER_HEADINGS, making.orders(9))
    making.applied(content, "orders", manager, **CREATE)
    before = making.dump()

    again = making.checked(content, "orders", manager, options={"customers": "create", "on_duplicate": action})

    assert (again.counts["skip"], again.to_write) == (18, 0)
    assert making.dump() == before


def test_an_order_with_one_bad_line_waits_as_a_whole(manager):
    content = lines_file(
        ("A1", "甲", "2026-01-05", "泵", "2", "5", ""), ("A1", "甲", "2026-01-05", "阀", "两个", "5", ""),
        ("A2", "甲", "2026-01-06", "泵", "1", "5", ""),
    )  # fmt: skip

    imp = making.applied(content, "orders", manager, "订单.csv", **CREATE)

    assert first_problems(imp) == [(2, "held"), (3, "number")]
    assert list(Order.objects.values_list("number", flat=True)) == ["A2"]


def test_merged_cells_take_number_customer_and_day_from_above_and_totals_stay_out(manager):
    content = lines_file(
        ("A1", "甲", "2026-01-05", "泵", "2", "5", ""), ("", "", "", "阀", "1", "3", ""), ("", "", "", "合计", "3", "", "13"),
        ("A2", "乙", "2026-01-06", "泵", "1", "5", ""), ("", "", "", "管", "4", "1", ""),
    )  # fmt: skip

    imp = making.applied(content, "orders", manager, "订单.csv", **CREATE)

    assert dict(Order.objects.values_list("number", "amount_minor")) == {"A1": 1300, "A2": 900}
    assert first_problems(imp) == [(4, "total_row")]


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "expected"),
    [
        ("3", "", "10", (Decimal(3), Decimal("3.333333"), 1000)),
        ("", "", "¥1.2万", (Decimal(1), Decimal(12000), 1200000)),
        ("2", "100", "180", (Decimal(2), Decimal(90), 18000)),
        ("2", "1,000.50", "2001", (Decimal(2), Decimal("1000.5"), 200100)),
        ("-1", "5", "", (Decimal(-1), Decimal(5), -500)),
    ],
)
def test_quantity_price_and_amount_settle_each_other(manager, quantity, price, amount, expected):
    content = lines_file(("A1", "甲", "2026-01-05", "泵", quantity, price, amount))

    making.applied(content, "orders", manager, "订单.csv", **CREATE)

    line = OrderLine.objects.get()
    assert (line.quantity, line.price, line.amount_minor) == expected


def test_an_amount_that_is_the_orders_total_on_every_line_is_not_counted_twice(manager):
    content = lines_file(
        ("A1", "甲", "2026-01-05", "泵", "2", "5", "13"), ("A1", "甲", "2026-01-05", "阀", "1", "3", "13")
    )

    making.applied(content, "orders", manager, "订单.csv", **CREATE)

    assert Order.objects.get().amount_minor == 1300


def test_a_file_without_order_numbers_makes_one_order_a_customer_and_day(manager):
    content = making.csv_file(
        ["客户名称", "日期", "品名", "数量", "单价"],
        [
            ["甲", "2026-01-05", "泵", "1", "2"],
            ["甲", "2026-01-05", "阀", "1", "2"],
            ["甲", "2026-01-06", "泵", "1", "2"],
        ],
    )

    making.applied(content, "orders", manager, "流水.csv", **CREATE)

    assert sorted(Order.objects.values_list("number", flat=True)) == ["甲-20260105", "甲-20260106"]


def test_two_customers_in_one_order_are_refused(manager):
    content = lines_file(("A1", "甲", "2026-01-05", "泵", "1", "5", ""), ("A1", "乙", "2026-01-05", "泵", "1", "5", ""))

    imp = making.checked(content, "orders", manager, "订单.csv", **CREATE)

    assert first_problems(imp) == [(2, "held"), (3, "order_customer")]


def test_only_negative_quantities_are_a_return_linked_to_its_order(manager):
    content = making.csv_file(
        ["订单号", "客户名称", "日期", "品名", "数量", "单价", "原订单号"],
        [["A1", "甲", "2026-01-05", "泵", "3", "5", ""], ["R1", "甲", "2026-01-09", "泵", "-2", "5", "A1"]],
    )

    making.applied(content, "orders", manager, "订单.csv", **CREATE)
    again = making.checked(content, "orders", manager, "订单.csv", options={"on_duplicate": "update"})

    returned = Order.objects.get(number="R1")
    assert (returned.kind, returned.amount_minor, returned.returns) == ("return", -1000, Order.objects.get(number="A1"))
    assert again.to_write == 0


def test_equal_rows_are_told_and_kept_unless_the_importer_says_otherwise(manager):
    row = ("A1", "甲", "2026-01-05", "泵", "1", "5", "")

    kept = making.checked(lines_file(row, row), "orders", manager, "订单.csv", **CREATE)
    once = {"customers": "create", "drop_duplicates": "yes"}
    dropped = making.checked(lines_file(row, row), "orders", manager, "订单.csv", options=once)

    assert (kept.quirks["duplicates"], kept.to_write) == (1, 2)
    assert (dropped.quirks["duplicates"], dropped.to_write) == (1, 1)


@pytest.mark.shows("ARC-12")
def test_cost_is_not_read_for_somebody_who_may_not_see_profit(manager, department):
    from holdfast.foundation.accounts.models import Role
    from holdfast.foundation.accounts.tests.factories import UserFactory

    words = ["customer_view", "customer_edit", "order_edit", "import"]
    role = Role.objects.create(code="loader", name="录单", words=words, scope="department")
    clerk = UserFactory(login="clerk", department=department, roles=[role])
    headings = ["订单号", "客户名称", "日期", "品名", "数量", "单价", "成本价"]
    content = making.csv_file(headings, [["A1", "甲", "2026-01-05", "泵", "1", "5", "2"]])

    by_clerk = making.receive(content, "orders", clerk, "订单.csv")
    by_manager = making.receive(content, "orders", manager, "订单.csv")

    assert "cost_price" not in by_clerk.columns
    assert by_manager.columns["cost_price"] == "成本价"


def test_a_customer_outside_the_scope_is_not_given_an_order(manager, stranger):
    CustomerFactory(code="K0", name="别人的", owner=stranger, department=stranger.department)
    content = making.workbook(making.ORDER_HEADINGS, making.orders(1))

    imp = making.checked(content, "orders", manager, **CREATE)

    assert first_problems(imp)[0] == (2, "hidden_customer")


def test_a_known_product_gives_its_cost_and_price(manager):
    ProductFactory(code="P-0", name="泵", price=Decimal(9), cost=Decimal(4))
    headings = ["订单号", "客户名称", "日期", "产品编号", "数量"]
    content = making.csv_file(headings, [["A1", "甲", "2026-01-05", "P-0", "2"]])

    making.applied(content, "orders", manager, "订单.csv", **CREATE)

    assert (Order.objects.get().amount_minor, Order.objects.get().cost_minor) == (1800, 800)
    assert Product.objects.count() == 1


def test_foreign_currency_needs_its_rate(manager):
    headings = ["订单号", "客户名称", "日期", "品名", "数量", "单价", "币种", "汇率"]
    row = ["A1", "甲", "2026-01-05", "泵", "1", "10", "USD"]
    without = making.checked(making.csv_file(headings[:-1], [row]), "orders", manager, "a.csv", **CREATE)

    making.applied(making.csv_file(headings, [[*row, "7.1"]]), "orders", manager, "b.csv", **CREATE)

    assert first_problems(without) == [(2, "rate_missing")]
    assert Order.objects.get().amount_minor == 7100
    assert Customer.objects.count() == 1


def test_a_customer_code_that_cannot_be_one_keeps_only_its_order_out(manager):
    headings = ["订单号", "客户编号", "日期", "品名", "数量", "单价"]
    rows = [["A1", "K 1", "2026-01-05", "泵", "1", "5"], ["A2", "K2", "2026-01-05", "泵", "1", "5"]]

    imp = making.applied(making.csv_file(headings, rows), "orders", manager, "a.csv", **CREATE)

    assert first_problems(imp) == [(2, "bad_code")]
    assert list(Order.objects.values_list("number", flat=True)) == ["A2"]


def test_a_product_made_by_somebody_else_meanwhile_is_used(manager):
    imp = making.checked(making.workbook(making.ORDER_HEADINGS, making.orders(2)), "orders", manager, **CREATE)
    known = ProductFactory(code="P-0", name="早有的产品", price=None, cost=Decimal(2))

    imp = making.run(services.start_apply(imp, by=manager))

    assert imp.written["products"] == 1
    assert OrderLine.objects.filter(product=known).count() == 2


def test_a_lines_whole_cost_gives_the_cost_of_one(manager):
    headings = ["单据编号", "单据日期", "客户", "物料名称", "数量", "含税单价", "价税合计", "成本金额"]
    content = making.csv_file(headings, [["A1", "2026-01-05", "甲", "泵", "3", "5", "15", "6"]])

    making.applied(content, "orders", manager, "出库.csv", **CREATE)

    assert OrderLine.objects.get().cost_price == 2
    assert Order.objects.get().cost_minor == 600


@pytest.mark.parametrize(("heading", "revenue"), [("不含税单价", 11300), ("含税单价", 10000)])
def test_the_heading_tells_whether_tax_is_in_the_price(manager, heading, revenue):
    headings = ["订单号", "客户", "日期", "品名", "数量", heading, "税率"]
    content = making.csv_file(headings, [["A1", "甲", "2026-01-05", "泵", "1", "113", "13%"]])

    making.applied(content, "orders", manager, "a.csv", **CREATE)

    assert Order.objects.get().revenue_minor == revenue
