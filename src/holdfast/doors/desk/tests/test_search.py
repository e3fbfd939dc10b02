import pytest

from holdfast.doors.desk.tests.situations import risky
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.shows("ARC-10")
@pytest.mark.parametrize("text", ["澄光", "cgjm", "chengguang", "6621", "王建国"])
def test_customers_are_found_by_name_pinyin_phone_and_contact(login, owner, text):
    customer = risky(owner)

    page = login(owner).get("/search/", {"q": text})

    assert page.context["found"] == [customer]


def test_orders_are_found_by_their_number(login, owner, stranger):
    order = OrderFactory(customer=CustomerFactory(owner=owner), number="XS-2609-041")

    assert login(owner).get("/search/", {"q": "xs-2609"}).context["orders"] == [order]
    assert login(stranger).get("/search/", {"q": "xs-2609"}).context["orders"] == []


def test_suggestions_are_links_and_nothing_else(login, owner):
    customer = risky(owner)

    part = login(owner).get("/search/", {"part": "suggest", "q": "澄光"}).content.decode()

    assert part.strip().startswith(f'<a href="{customer.get_absolute_url()}" role="option">')
    assert "<html" not in part


def test_no_suggestion_says_so_and_no_text_says_nothing(login, owner):
    browser = login(owner)

    assert "没有符合的客户" in browser.get("/search/", {"part": "suggest", "q": "没有这个"}).content.decode()
    assert browser.get("/search/", {"part": "suggest", "q": " "}).content.decode().strip() == ""


def test_a_customer_box_gets_code_and_name(login, owner):
    customer = risky(owner)

    part = login(owner).get("/search/", {"part": "options", "customer": "澄光"}).content.decode()

    assert f'<option value="{customer.code} {customer.name}">' in part


@pytest.mark.parametrize("text", ["", "\0", "没\0有这个", "没有这个", "' OR 1=1 --", "%", "长" * 500])
def test_whatever_is_typed_gets_a_calm_answer(login, owner, text):
    risky(owner)

    page = login(owner).get("/search/", {"q": text})

    assert page.status_code == 200
    assert page.context["found"] == []
