from datetime import date
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.commerce import services
from holdfast.records.commerce.models import Order
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory, line_of
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", code="C100")


@pytest.fixture
def order(customer):
    return OrderFactory(customer=customer, number="S100", lines=[(10, "12.5", "8")])


def line_data(place=0, **values):
    return {f"lines-{place}-{name}": value for name, value in values.items()}


def order_data(*lines, **changes):
    plain = {
        "customer": "C100",
        "number": "",
        "ordered_on": "2026-11-20",
        "kind": "sale",
        "currency": "CNY",
        "rate": "1",
    }
    plain |= {"lines-TOTAL_FORMS": str(max(len(lines), 1)), "lines-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        plain |= line_data(place, **line)
    return plain | changes


A_LINE = {"text": "滤芯", "quantity": "4", "price": "25", "tax_percent": "13"}


# --- who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.shows("SEC-01")
def test_the_list_has_only_orders_of_customers_one_sees(login, owner, stranger, order):
    own, others = (login(person).get(reverse("commerce:orders")).content.decode() for person in (owner, stranger))

    assert "S100" in own
    assert "S100" not in others
    assert "澄光" not in others


@pytest.mark.parametrize("name", ["order", "order_edit"])
def test_an_order_out_of_scope_is_not_found(login, stranger, order, name):
    assert login(stranger).get(reverse(f"commerce:{name}", args=[order.pk])).status_code == 404


def test_the_customers_panel_out_of_scope_is_not_found(login, stranger, order):
    assert login(stranger).get(reverse("commerce:panel", args=[order.customer_id])).status_code == 404


@pytest.mark.parametrize("name", ["order_new", "order_edit", "order_void"])
def test_without_the_right_orders_cannot_be_written(login, order, name):
    auditor = UserFactory(role="auditor")
    url = reverse(f"commerce:{name}", args=[] if name == "order_new" else [order.pk])

    assert login(auditor).post(url).status_code == 403


@pytest.mark.parametrize("name", ["product_new", "product_edit"])
def test_sales_do_not_write_products(login, owner, name):
    url = reverse(f"commerce:{name}", args=[] if name == "product_new" else [ProductFactory().pk])

    assert login(owner).get(url).status_code == 403


@pytest.mark.shows("ARC-12")
@pytest.mark.parametrize("page", ["orders", "order", "order_edit", "panel", "products"])
def test_cost_and_margin_only_for_those_who_may_see_profit(login, owner, manager, customer, page):
    product = ProductFactory(price=D("900"), cost=D("777"), grade=3)
    lines = [{"product": product, "quantity": D(1), "price": D("900")}]
    order = services.add_order(customer, number="S1", ordered_on=date(2026, 11, 3), lines=lines, by=owner)
    arguments = {"order": [order.pk], "order_edit": [order.pk], "panel": [customer.pk]}.get(page, [])
    url = reverse(f"commerce:{page}", args=arguments)

    sales, boss = (login(person).get(url).content.decode() for person in (owner, manager))

    secrets = [text for text in ("777", "123.00", ">123<", "毛利", "利润等级", "单位成本") if text in boss]
    assert secrets, "the manager sees figures of profit on every one of these pages"
    assert [text for text in secrets if text in sales] == []


# --- the list -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["S3", "R1", "S2", "S1"]),
        ("?q=S2", ["S2"]),
        ("?q=澄光", ["S1"]),
        ("?kind=return", ["R1"]),
        ("?since=2026-10-02", ["S3", "R1", "S2"]),
        ("?q=s2", ["S2"]),
        ("?until=2026-10-02", ["S2", "S1"]),
        ("?state=voided", ["S3"]),
        ("?state=late", ["S2"]),
        ("?sort=oldest", ["S1", "S2", "R1", "S3"]),
        ("?sort=amount", ["S2", "S3", "S1", "R1"]),
        ("?since=rubbish&sort=rubbish&after=rubbish", ["S3", "R1", "S2", "S1"]),
    ],
)
def test_filters_and_sorts_work_together(login, owner, customer, query, found):
    other = CustomerFactory(owner=owner, name="无锡远帆")
    late = {**line_of((9, "100", None)), "promised_on": date(2026, 10, 20)}
    OrderFactory(customer=customer, number="S1", ordered_on=date(2026, 10, 1))
    OrderFactory(customer=other, number="S2", ordered_on=date(2026, 10, 2), lines=[late])
    OrderFactory(customer=other, number="R1", kind="return", ordered_on=date(2026, 10, 3))
    services.void_order(OrderFactory(customer=other, number="S3", ordered_on=date(2026, 10, 4)), by=owner)

    page = login(owner).get(reverse("commerce:orders") + query)

    assert [order.number for order in page.context["page"].rows] == found


def test_pages_follow_each_other_by_key_without_gap_or_repeat(login, owner, customer):
    services.add_orders(
        [
            {"number": f"S{n:03d}", "customer": customer, "ordered_on": date(2026, 10, 1 + n % 3), "lines": [line_of((1, "1", None))]}
            for n in range(120)
        ],
        by=owner,
    )  # fmt: skip
    browser, url, seen, pages = login(owner), reverse("commerce:orders"), [], []
    query = {}
    while True:
        page = browser.get(url, query).context["page"]
        pages.append(page)
        seen += [order.number for order in page.rows]
        if page.after is None:
            break
        query = {"after": page.after}

    back = browser.get(url, {"before": pages[-1].before}).context["page"]

    assert len(seen) == len(set(seen)) == 120
    assert [order.pk for order in back.rows] == [order.pk for order in pages[-2].rows]


def test_nothing_found_says_how_to_go_on(login, owner, order):
    page = login(owner).get(reverse("commerce:orders"), {"q": "没有这个"}).content.decode()

    assert "没有符合的订单" in page


def test_the_list_asks_the_same_number_of_questions_however_long(login, owner, customer):
    browser, url = login(owner), reverse("commerce:orders")

    def questions():
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    OrderFactory(customer=customer)
    few = questions()
    for _n in range(8):
        OrderFactory(customer=customer)

    assert questions() == few <= 7


@pytest.mark.parametrize("name", ["orders", "order", "panel", "products", "order_new"])
def test_the_fragment_is_that_part_of_the_page(login, owner, order, name):
    arguments = {"order": [order.pk], "panel": [order.customer_id]}.get(name, [])
    browser, url = login(owner), reverse(f"commerce:{name}", args=arguments)

    page, part = browser.get(url).content.decode(), browser.get(url, headers=HTMX).content.decode()

    def plain(text):  # the form's token differs from answer to answer
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    assert "<html" not in part
    assert plain(part).strip() in plain(page)


# --- the form -----------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-02")
def test_an_order_is_recorded_from_the_form(login, owner, customer):
    product = ProductFactory(code="P9", price=D("12.5"))
    lines = [{"product": "P9 什么都行", "quantity": "2"}, A_LINE, {"text": ""}]

    answer = login(owner).post(reverse("commerce:order_new"), order_data(*lines))

    order = Order.objects.get()
    assert answer.status_code == 302
    assert (order.number, order.customer, order.amount_minor) == ("SO20261120-001", customer, 12500)
    assert [line.product for line in order.lines.all()] == [product, None]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"customer": "没有这个客户"}, "没有找到「没有这个客户」"),
        ({"ordered_on": "2026-12-01"}, "下单日期在未来"),
        ({"ordered_on": ""}, "必填"),
        ({"currency": "USD", "rate": ""}, "外币订单请填写当日汇率"),
        ({"returns": "S100"}, "只有退货才填原订单号"),
        ({"kind": "return", "returns": "没有"}, "没有找到订单 没有"),
        ({"number": "S100"}, "订单号已经用过"),
        ({"lines-0-quantity": ""}, "数量不能为空"),
        ({"lines-0-quantity": "-4"}, "销售订单的数量应大于零"),
        ({"lines-0-product": "没有编码"}, "没有编码为「没有编码」的产品"),
        ({"lines-0-shipped_on": "2026-11-01"}, "早于下单日"),
        ({"lines-0-text": "", "lines-0-quantity": "", "lines-0-price": ""}, "至少要有一行商品"),
        ({"lines-TOTAL_FORMS": "0"}, "至少要有一行商品"),
    ],
)
def test_a_form_that_cannot_stand_says_why_and_loses_nothing(login, owner, order, changes, sentence):
    answer = login(owner).post(reverse("commerce:order_new"), order_data(A_LINE, note="别丢", **changes))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "别丢" in page
    assert Order.objects.count() == 1


def test_customers_out_of_scope_cannot_be_ordered_for(login, stranger, customer):
    answer = login(stranger).post(reverse("commerce:order_new"), order_data(A_LINE))

    assert answer.status_code == 422
    assert "没有找到「C100」" in answer.content.decode()
    assert not Order.objects.exists()


def test_more_lines_come_without_losing_what_was_typed(login, owner, customer):
    answer = login(owner).post(reverse("commerce:order_new"), order_data(A_LINE, more="1"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="oline"') == 4
    assert 'value="滤芯"' in page
    assert not Order.objects.exists()


def test_changing_an_order_keeps_the_cost_that_one_does_not_see(login, owner, order):
    line = order.lines.get()
    data = order_data({"line": str(line.pk), "text": "滤芯", "quantity": "20", "price": "12.5"}, number="S100")

    answer = login(owner).post(reverse("commerce:order_edit", args=[order.pk]), data)

    changed = order.lines.get()
    assert answer.status_code == 302
    assert (changed.quantity, changed.cost_price, changed.cost_minor) == (20, D(8), 16000)


def test_an_edit_over_somebody_elses_is_refused_and_shown(login, owner, teammate, order):
    seen = order.updated_at.isoformat()
    with time_machine.travel("2026-11-22T10:05:00+08:00", tick=False):
        services.change_order(Order.objects.get(pk=order.pk), note="先改", by=teammate)

    answer = login(owner).post(
        reverse("commerce:order_edit", args=[order.pk]), order_data(A_LINE, number="S100", note="后改", seen=seen)
    )

    assert answer.status_code == 422
    assert "刚被别人改过" in answer.content.decode()
    assert Order.objects.get().note == "先改"


def test_the_edit_form_shows_the_order_as_it_is(login, manager, order):
    page = login(manager).get(reverse("commerce:order_edit", args=[order.pk])).content.decode()

    for value in (
        "C100 苏州澄光精密机械有限公司",
        "S100",
        "2026-10-13",
        "滤芯",
        'value="10"',
        'value="12.5"',
        'value="8"',
    ):
        assert value in page


def test_saving_the_form_untouched_changes_nothing(login, manager, order):
    browser, url = login(manager), reverse("commerce:order_edit", args=[order.pk])
    page = browser.get(url).context
    data = {name: page["form"][name].value() or "" for name in page["form"].fields}
    data |= {f"lines-{key}": value for key, value in page["lines"].management_form.initial.items()}
    for form in page["lines"]:
        data |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    before = list(Order.objects.values()), list(order.lines.values())

    answer = browser.post(url, data)

    assert answer.status_code == 302
    assert (list(Order.objects.values()), list(order.lines.values())) == before


def test_a_return_form_names_the_order_and_its_customer(login, owner, order):
    page = login(owner).get(reverse("commerce:order_new"), {"returns": order.pk}).context

    assert page["form"]["returns"].value() == "S100"
    assert page["form"]["kind"].value() == "return"
    assert page["form"]["customer"].value().startswith("C100")


def test_voiding_says_so_and_the_order_no_longer_counts(login, owner, order):
    page = login(owner).post(reverse("commerce:order_void", args=[order.pk]), follow=True).content.decode()

    order.refresh_from_db()
    assert order.voided_at
    assert "已作废订单 S100" in page


def test_a_refused_void_shows_the_reason(login, owner, order):
    OrderFactory(customer=order.customer, kind="return", returns=order, number="R5", lines=[(1, "12.5", "8")])

    page = login(owner).post(reverse("commerce:order_void", args=[order.pk]), follow=True).content.decode()

    assert "有退货 R5 关联" in page


# --- the customer's panel -----------------------------------------------------------------------------------------


def test_the_panel_has_twelve_months_with_the_margin_for_those_who_may(login, owner, manager, customer):
    OrderFactory(customer=customer, ordered_on=date(2026, 11, 3), lines=[(1, "100", "60")])
    OrderFactory(customer=customer, ordered_on=date(2025, 12, 1), lines=[(1, "40", "30")])
    OrderFactory(customer=customer, ordered_on=date(2025, 11, 30), lines=[(1, "999", "1")])
    url = reverse("commerce:panel", args=[customer.pk])

    sales, boss = (login(person).get(url).context for person in (owner, manager))

    revenue, profit = boss["chart"]["series"]
    assert revenue["values"] == [4000, *[0] * 10, 10000]
    assert profit["values"] == [1000, *[None] * 10, 4000]
    assert len(sales["chart"]["series"]) == 1
    assert (boss["money"].revenue_12m_minor, boss["money"].profit_12m_minor) == (14000, 5000)
    assert boss["money"].margin == pytest.approx(5000 / 14000)


def test_voided_orders_count_nowhere_and_returns_are_taken_off(login, owner, customer):
    OrderFactory(customer=customer, ordered_on=date(2026, 11, 3), lines=[(1, "100", "60")])
    OrderFactory(customer=customer, ordered_on=date(2026, 11, 4), kind="return", lines=[(1, "30", "18")])
    services.void_order(OrderFactory(customer=customer, ordered_on=date(2026, 11, 5)), by=owner)

    money = login(owner).get(reverse("commerce:panel", args=[customer.pk])).context["money"]

    assert (money.revenue_12m_minor, money.orders_12m, money.profit_12m_minor) == (7000, 1, 2800)


def test_the_panel_of_a_customer_without_orders_invites_the_first(login, owner, customer):
    page = login(owner).get(reverse("commerce:panel", args=[customer.pk])).content.decode()

    assert "还没有订单" in page
    assert f"?customer={customer.pk}" in page
