from decimal import Decimal as D

import pytest
from django.urls import reverse

from holdfast.records.commerce.models import Product
from holdfast.records.commerce.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_products_are_found_by_code_name_category_and_state(login, owner):
    ProductFactory(code="A1", name="高效滤芯", category="滤芯")
    ProductFactory(code="B2", name="合成油", category="油品", is_active=False)
    browser, url = login(owner), reverse("commerce:products")

    def codes(**query):
        return [product.code for product in browser.get(url, query).context["page"].rows]

    assert codes() == ["A1", "B2"]
    assert codes(q="合成") == codes(category="油品") == codes(active="no") == ["B2"]
    assert codes(q="a1") == codes(active="yes") == ["A1"]


def test_a_product_is_added_and_changed(login, manager):
    browser = login(manager)
    data = {"code": "A1", "name": "高效滤芯", "price": "12.5", "cost": "8", "grade": "2", "is_active": "on"}

    browser.post(reverse("commerce:product_new"), data)
    product = Product.objects.get()
    browser.post(reverse("commerce:product_edit", args=[product.pk]), data | {"cost": "9", "is_active": ""})

    product.refresh_from_db()
    assert (product.price, product.cost, product.grade, product.is_active) == (D("12.5"), D(9), 2, False)


def test_a_used_product_code_is_refused_on_its_field(login, manager):
    ProductFactory(code="A1")

    answer = login(manager).post(reverse("commerce:product_new"), {"code": "A1", "name": "另一个"})

    assert answer.status_code == 422
    assert "A1 已经用过" in answer.context["form"].errors["code"][0]
