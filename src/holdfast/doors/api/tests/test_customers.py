"""Customers through the API."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from holdfast.doors.api.tests.callers import Caller
from holdfast.foundation.accounts.models import Role
from holdfast.foundation.accounts.rules import NEVER_BY_TOKEN, Permission
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers.models import Contact, Customer, OwnershipChange
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory


@pytest.mark.shows("SEC-01")
def test_a_list_holds_the_persons_own_customers_and_nobody_elses(caller, owner, teammate):
    mine = CustomerFactory(owner=owner, name="杭州明达机械有限公司")
    CustomerFactory(owner=teammate, name="苏州远望电子有限公司")

    response = caller.get("customers")

    assert [row["id"] for row in response.json()["data"]] == [mine.pk]
    assert response.json()["next"] is None


@pytest.mark.parametrize("sort", ["new", "old", "name", "stake", "stars", "recent"])
def test_pages_follow_one_another_without_a_gap(caller, owner, sort):
    made = [CustomerFactory(owner=owner) for _n in range(7)]
    for number, customer in enumerate(made[:4]):
        StandingFactory(
            customer=customer, stars=number + 1, at_stake_minor=number, last_on=dt.date(2026, 10, number + 1)
        )

    found, cursor = [], ""
    while cursor is not None:
        page = caller.get(f"customers?limit=3&sort={sort}&cursor={cursor}").json()
        found += [row["id"] for row in page["data"]]
        cursor = page["next"]

    assert sorted(found) == [customer.pk for customer in made]


def test_a_cursor_of_another_order_is_refused(caller, owner):
    CustomerFactory(owner=owner), CustomerFactory(owner=owner)
    cursor = caller.get("customers?limit=1&sort=name").json()["next"]

    assert caller.get(f"customers?limit=1&sort=new&cursor={cursor}").status_code == 400


def test_filters_are_those_of_the_page(caller, owner):
    near = CustomerFactory(owner=owner, name="杭州明达机械有限公司", city="杭州", tags=["重点"])
    CustomerFactory(owner=owner, name="苏州远望电子有限公司", city="苏州")
    StandingFactory(customer=near, stars=5)

    found = [caller.get(f"customers?{query}").json()["data"] for query in ("region=杭州", "stars=5", "q=明达机械")]

    assert [[row["id"] for row in rows] for rows in found] == [[near.pk]] * 3


def test_only_asked_fields_come_and_always_the_key(caller, owner):
    CustomerFactory(owner=owner)

    assert set(caller.get("customers?fields=name,city").json()["data"][0]) == {"id", "name", "city"}


def test_synchronising_gives_what_changed_oldest_change_first_also_what_was_put_away(caller, owner):
    first, second, third = (CustomerFactory(owner=owner) for _n in range(3))
    since = timezone.now()
    caller.patch(f"customers/{third.pk}", {"city": "杭州"})
    caller.post(f"customers/{first.pk}/archive")

    rows = caller.get(f"customers?updated_since={since.isoformat().replace('+', '%2B')}").json()["data"]

    assert [row["id"] for row in rows] == [third.pk, first.pk]
    assert rows[1]["archived_at"] is not None
    assert second.pk not in [row["id"] for row in rows]


def test_synchronising_in_pages_misses_nothing(caller, owner):
    made = [CustomerFactory(owner=owner).pk for _n in range(5)]

    found, cursor = [], ""
    while cursor is not None:
        page = caller.get(f"customers?limit=2&updated_since=2020-01-01T00:00:00Z&cursor={cursor}").json()
        found += [row["id"] for row in page["data"]]
        cursor = page["next"]

    assert found == made


@pytest.mark.parametrize("query", ["profit_min=1", "score_max=5", "sort=profit", "margin_min=3"])
def test_who_may_not_see_profit_cannot_filter_or_sort_by_it(caller, query):
    assert caller.get(f"customers?{query}").status_code == 403


def test_profit_is_absent_without_the_word_and_there_with_it(owner, manager):
    mine = CustomerFactory(owner=owner)
    StandingFactory(customer=mine, profit_12m_minor=5_000)

    hidden = Caller(owner).get(f"customers/{mine.pk}/standing").json()
    shown = Caller(manager).get(f"customers/{mine.pk}/standing").json()

    assert not {"profit_12m_minor", "profit_part", "efficiency_part", "score"} & set(hidden)
    assert shown["profit_12m_minor"] == 5_000


@pytest.mark.shows("SEC-01")
def test_numbers_are_masked_for_who_may_not_reveal_and_a_mask_is_never_written_back(owner, department):
    mine = CustomerFactory(
        owner=owner, phone="13812341234", email="wang@example.com", contacts=[{"name": "王敏", "phone": "13900001111"}]
    )
    words = sorted(set(Permission) - {Permission.CONTACT_REVEAL})
    role = Role.objects.create(code="masked", name="只看掩码", words=words, scope="all")
    caller = Caller(UserFactory(roles=[role], department=department))

    row = caller.get(f"customers/{mine.pk}?expand=contacts").json()
    back = caller.patch(f"customers/{mine.pk}", {"phone": row["phone"]})

    assert row["phone"] == "138****1234"
    assert row["is_masked"]
    assert row["contacts"][0]["phone"] == "139****1111"
    assert back.status_code == 422
    assert Customer.objects.get(pk=mine.pk).phone == "13812341234"


def test_a_token_without_the_revealing_word_sees_masks_where_its_person_does_not(manager, owner):
    mine = CustomerFactory(owner=owner, phone="13812341234")
    without = sorted(manager.words - NEVER_BY_TOKEN - {"contact_reveal"})

    assert Caller(manager, words=without).get(f"customers/{mine.pk}").json()["phone"] == "138****1234"
    assert Caller(manager).get(f"customers/{mine.pk}").json()["phone"] == "13812341234"


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


def test_another_owner_needs_the_word_and_has_to_be_within_reach(caller, manager, owner, teammate, stranger):
    refused = caller.post("customers", {"name": "甲", "owner_id": teammate.pk})
    given = Caller(manager).post("customers", {"name": "乙", "owner_id": teammate.pk})
    beyond = Caller(manager).post("customers", {"name": "丙", "owner_id": stranger.pk})

    assert (refused.status_code, given.status_code, beyond.status_code) == (403, 201, 422)
    assert given.json()["owner_id"] == teammate.pk


def test_a_customer_out_of_reach_is_not_found(caller, teammate):
    other = CustomerFactory(owner=teammate)

    answers = [caller.get(f"customers/{other.pk}"), caller.patch(f"customers/{other.pk}", {"name": "改"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Customer.objects.get(pk=other.pk).name == other.name


def test_changing_writes_only_what_was_sent(caller, owner):
    mine = CustomerFactory(owner=owner, name="杭州明达机械有限公司", city="杭州", tags=["重点"])

    response = caller.patch(f"customers/{mine.pk}", {"city": "宁波"})

    row = Customer.objects.get(pk=mine.pk)
    assert response.status_code == 200
    assert (row.name, row.city, row.version) == ("杭州明达机械有限公司", "宁波", 2)
    assert [tag.name for tag in row.tags.all()] == ["重点"]


def test_handing_over_keeps_the_history_of_owners(manager, owner, teammate):
    mine = CustomerFactory(owner=owner)

    response = Caller(manager).post(f"customers/{mine.pk}/assign", {"owner_id": teammate.pk, "reason": "换区"})

    assert response.json()["owner_id"] == teammate.pk
    assert OwnershipChange.objects.filter(customer=mine, after=teammate, reason="换区").count() == 1


def test_putting_away_and_taking_back(caller, owner):
    mine = CustomerFactory(owner=owner)

    away = caller.post(f"customers/{mine.pk}/archive")
    listed = caller.get("customers").json()["data"]
    back = caller.post(f"customers/{mine.pk}/restore")

    assert away.json()["archived_at"] is not None
    assert listed == []
    assert back.json()["archived_at"] is None


# --- many at once ---
def test_many_customers_are_written_together_and_refused_rows_told_one_by_one(caller):
    rows = [{"name": f"公司{n}", "code": f"B-{n}"} for n in range(6)]
    rows[1] = {"name": "", "code": "B-1"}
    rows[3] = {"name": "公司三", "code": "B-2"}  # the code of another row
    rows[4] = {"name": "公司四", "uscc": "123"}

    response = caller.post("customers/bulk", {"rows": rows})

    told = response.json()
    assert response.status_code == 207
    assert [row["status"] for row in told["data"]] == [201, 422, 201, 422, 422, 201]
    assert (told["written"], told["refused"]) == (3, 3)
    assert told["data"][3]["error"]["field"] == "code"
    assert told["data"][4]["error"]["field"] == "uscc"
    assert sorted(Customer.objects.values_list("code", flat=True)) == ["B-0", "B-2", "B-5"]


def test_a_whole_set_costs_as_many_statements_as_a_small_one(caller, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        response = caller.post("customers/bulk", {"rows": [{"name": f"公司{n}", "tags": ["新"]} for n in range(200)]})

    assert response.status_code == 200
    assert Customer.objects.count() == 200


@pytest.mark.parametrize("rows", [[], [{"name": "甲"}] * 501, "none"])
def test_an_empty_or_too_large_set_is_refused(caller, rows):
    assert caller.post("customers/bulk", {"rows": rows}).status_code == 422


# --- contacts ---
def test_people_are_added_changed_and_removed_one_by_one(caller, owner):
    mine = CustomerFactory(owner=owner, contacts=[{"name": "王敏"}])

    made = caller.post(
        f"customers/{mine.pk}/contacts", {"name": "李强", "phone": "13812341234", "birth_month": 5, "birth_day": 4}
    )
    key = made.json()["id"]
    changed = caller.patch(f"contacts/{key}", {"title": "采购"})
    removed = caller.delete(f"contacts/{key}")

    assert (made.status_code, changed.status_code, removed.status_code) == (201, 200, 204)
    assert changed.json()["title"] == "采购"
    assert changed.json()["birth_month"] == 5
    assert [person.name for person in Contact.objects.filter(customer=mine)] == ["王敏"]


def test_half_a_birthday_is_refused(caller, owner):
    mine = CustomerFactory(owner=owner, contacts=[{"name": "王敏", "birth_month": 5, "birth_day": 4}])

    response = caller.patch(f"contacts/{mine.contacts.get().pk}", {"birth_day": None})

    assert response.status_code == 422
    assert mine.contacts.get().birth_day == 4


def test_people_of_customers_out_of_reach_are_not_found(caller, teammate):
    other = CustomerFactory(owner=teammate, contacts=[{"name": "王敏"}])

    assert caller.get("contacts").json()["data"] == []
    assert caller.get(f"contacts/{other.contacts.get().pk}").status_code == 404


def test_expanding_brings_contacts_and_standing(caller, owner):
    mine = CustomerFactory(owner=owner, contacts=[{"name": "王敏", "phone": "13812341234"}])
    StandingFactory(customer=mine, stars=4)

    row = caller.get("customers?expand=contacts,standing").json()["data"][0]

    assert row["contacts"][0]["name"] == "王敏"
    assert row["standing"]["stars"] == 4
    assert "profit_12m_minor" not in row["standing"]
