"""Customers through the API."""

from __future__ import annotations

import pytest

from holdfast.doors.api.tests.callers import Caller
from holdfast.records.customers.models import Customer
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory


@pytest.fixture
def caller(owner):
    return Caller(owner)


@pytest.mark.shows("SEC-01")
def test_a_list_holds_the_persons_own_customers_and_nobody_elses(caller, owner, teammate):
    mine = CustomerFactory(owner=owner, name="杭州明达机械有限公司")
    CustomerFactory(owner=teammate, name="苏州远望电子有限公司")

    response = caller.get("customers")

    assert [row["id"] for row in response.json()["data"]] == [mine.pk]
    assert response.json()["next"] is None


def test_pages_follow_one_another_without_a_gap(caller, owner):
    made = [CustomerFactory(owner=owner).pk for _n in range(7)]

    found, cursor = [], ""
    while cursor is not None:
        page = caller.get(f"customers?limit=3&cursor={cursor}").json()
        found += [row["id"] for row in page["data"]]
        cursor = page["next"]

    assert found == made[::-1]


def test_adding_a_customer_gives_its_row_address_and_version(caller, owner):
    body = {"name": "宁波海川贸易有限公司", "phone": "13812341234", "tags": ["重点"], "contacts": [{"name": "王敏"}]}

    response = caller.post("customers", body)

    made = Customer.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/customers/{made.pk}"
    assert response["ETag"] == '"1"'
    assert response.json()["tags"] == ["重点"]
    assert made.owner == owner
    assert made.contacts.get().name == "王敏"


def test_a_customer_out_of_reach_is_not_found(caller, teammate):
    other = CustomerFactory(owner=teammate)

    answers = [caller.get(f"customers/{other.pk}"), caller.patch(f"customers/{other.pk}", {"name": "改"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Customer.objects.get(pk=other.pk).name == other.name


def test_expanding_brings_contacts_and_standing(caller, owner):
    mine = CustomerFactory(owner=owner, contacts=[{"name": "王敏", "phone": "13812341234"}])
    StandingFactory(customer=mine, stars=4)

    row = caller.get("customers?expand=contacts,standing").json()["data"][0]

    assert row["contacts"][0]["name"] == "王敏"
    assert row["standing"]["stars"] == 4
    assert "profit_12m_minor" not in row["standing"]
