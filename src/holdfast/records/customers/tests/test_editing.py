"""The form of a customer and the people there."""

import pytest

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import services
from holdfast.records.customers.models import Collaborator, Contact, Customer
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
NEW = "/customers/new/"


def _form(people=(), **fields):
    data = {"name": "苏州澄光机械", "kind": "company", "channel": "end", **fields, "people-INITIAL_FORMS": "0"}
    data["people-TOTAL_FORMS"] = str(len(people))
    for number, person in enumerate(people):
        data |= {f"people-{number}-{name}": value for name, value in person.items()}
    return data


@pytest.mark.shows("ARC-01", "ARC-03")
def test_a_customer_is_put_on_file_with_everything_typed(login, owner):
    people = [
        {"name": "王建国", "phone": "138 6211 6621", "birth_calendar": "lunar", "birth_month": "8", "birth_day": "15"},
        {"name": "", "phone": ""},
    ]

    answer = login(owner).post(NEW, _form(people, city="苏州", tags="重点，老客户", special_requirements="走南门"))

    customer = Customer.objects.get()
    assert answer.headers["Location"] == customer.get_absolute_url()
    assert (customer.owner, customer.city, customer.special_requirements) == (owner, "苏州", "走南门")
    assert {tag.name for tag in customer.tags.all()} == {"重点", "老客户"}
    person = Contact.objects.get()
    assert (person.phone_key, person.birth_calendar, person.birth_month, person.birth_day) == (
        "13862116621",
        "lunar",
        8,
        15,
    )


def test_htmx_is_sent_on_by_a_header(login, owner):
    answer = login(owner).post(NEW, _form(), headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == Customer.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (_form(name=""), "请填写客户名称"),
        (_form(uscc="91350100M000100Y44"), "校验位不对"),
        (_form(email="nobody"), "这不像一个邮箱地址"),
        (_form(first_seen_on="yesterday"), "请写一个日期"),
        (_form(code="TAKEN"), "这个客户编号已有人用"),
        (_form([{"name": "", "phone": "13862116621"}]), "每位联系人都要有姓名"),
        (_form([{"name": "王", "birth_month": "2", "birth_day": "30", "birth_calendar": "solar"}]), "要有这一天"),
        (_form([{"name": "王", "birth_month": "5"}]), "要一起填"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(login, owner, data, sentence):
    CustomerFactory(code="TAKEN")

    answer = login(owner).post(NEW, data | {"address": "唯亭街道 668 号"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "唯亭街道 668 号" in html
    assert Customer.objects.count() == 1


def test_a_person_can_be_added_without_javascript(login, owner):
    answer = login(owner).post(NEW, _form([{"name": "王建国"}], add_person="1"))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count('class="person"') == 2
    assert 'value="王建国"' in html
    assert not Customer.objects.exists()


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 5000, "9999"])
def test_a_broken_count_of_people_breaks_nothing(login, owner, total):
    for more in ({}, {"add_person": "1"}):
        answer = login(owner).post(NEW, _form() | {"people-TOTAL_FORMS": total} | more)
        assert answer.status_code in (200, 302, 422)


@pytest.mark.shows("ARC-14")
def test_a_likely_duplicate_is_shown_first_and_saved_only_when_confirmed(login, owner, stranger):
    CustomerFactory(owner=stranger, name="苏州澄光机械有限公司")
    client = login(owner)

    first = client.post(NEW, _form())
    assert first.status_code == 422
    html = first.content.decode()
    assert "苏州**机械" in html
    assert stranger.name in html
    assert Customer.objects.count() == 1

    client.post(NEW, _form(is_confirmed="1"))
    assert Customer.objects.count() == 2


@pytest.mark.shows("ARC-14")
def test_duplicates_answer_while_typing(login, owner, teammate):
    mine = CustomerFactory(owner=owner, name="苏州澄光机械", contacts=[{"name": "王", "phone": "13862116621"}])

    ours = login(owner).post("/customers/check/", {"name": "苏州澄光机械有限公司"}).content.decode()
    theirs = login(teammate).post("/customers/check/", {"people-0-phone": "138-6211-6621"}).content.decode()
    nothing = login(teammate).post("/customers/check/", {"name": "无锡远帆"}).content.decode()

    assert mine.get_absolute_url() in ours
    assert mine.get_absolute_url() not in theirs
    assert "苏州**" in theirs
    assert nothing.strip() == ""


def test_the_days_limit_of_checks_is_said_calmly(login, owner, monkeypatch):
    monkeypatch.setattr("holdfast.records.customers.services.checking.ASKED_A_DAY", 0)

    assert "明天再查" in login(owner).post("/customers/check/", {"name": "苏州澄光机械"}).content.decode()


def test_without_the_right_there_is_no_form(login, owner):
    auditor = UserFactory(role="auditor")
    customer = CustomerFactory(owner=owner)

    for address in (NEW, f"/customers/{customer.pk}/edit/"):
        assert login(auditor).get(address).status_code == 403
    assert login(auditor).post("/customers/check/", {"name": "甲"}).status_code == 403


@pytest.mark.shows("ARC-12")
def test_owner_and_manager_edit_a_stranger_finds_nothing(login, owner, manager, stranger):
    customer = CustomerFactory(owner=owner)
    address = f"/customers/{customer.pk}/edit/"

    assert login(owner).get(address).status_code == login(manager).get(address).status_code == 200
    assert login(stranger).get(address).status_code == 404
    assert login(stranger).post(f"/customers/{customer.pk}/archive/").status_code == 404


def test_somebody_who_was_shown_a_customer_edits_only_when_allowed_to(login, owner, teammate):
    customer = CustomerFactory(owner=owner)
    seat = Collaborator.objects.create(customer=customer, user=teammate)
    address = f"/customers/{customer.pk}/edit/"

    assert login(teammate).get(address).status_code == 403
    seat.can_edit = True
    seat.save()
    assert login(teammate).get(address).status_code == 200


def _shown(client, customer):
    """The form as the page shows it, ready to be sent back."""
    form = client.get(f"/customers/{customer.pk}/edit/").context
    data = {
        name: value for name, value in form["form"].initial.items() if value is not None and name in form["form"].fields
    }
    people = [
        {name: value for name, value in each.initial.items() if value not in (None, False)} for each in form["people"]
    ]
    return _form(people, **data) | {"people-INITIAL_FORMS": str(len(people))}


def test_saving_the_form_as_it_stands_changes_nothing(login, owner):
    customer = CustomerFactory(
        owner=owner, tags=["甲", "乙"], uscc="91350100M000100Y43", first_seen_on="2020-01-05",
        contacts=[{"name": "王建国", "birth_month": 5, "birth_day": 6, "birth_year": 1980}, {"name": "单雪"}],
    )  # fmt: skip
    client = login(owner)

    answer = client.post(f"/customers/{customer.pk}/edit/", _shown(client, customer))

    assert answer.status_code == 302
    assert Customer.objects.get().version == 1


def test_people_are_changed_and_removed_in_place(login, owner):
    customer = CustomerFactory(owner=owner, contacts=[{"name": "王建国"}, {"name": "单雪"}])
    client = login(owner)
    data = _shown(client, customer) | {"people-0-title": "厂长", "people-1-DELETE": "on"}

    client.post(f"/customers/{customer.pk}/edit/", data)

    assert list(customer.contacts.values_list("name", "title")) == [("王建国", "厂长")]


@pytest.mark.shows("ARC-15")
def test_who_edits_an_outdated_page_is_told_and_loses_nothing(login, owner, manager):
    customer = CustomerFactory(owner=owner)
    client = login(owner)
    data = _shown(client, customer) | {"address": "唯亭街道 668 号"}
    services.change_customer(customer, by=manager, city="无锡")

    refused = client.post(f"/customers/{customer.pk}/edit/", data)

    html = refused.content.decode()
    assert refused.status_code == 422
    assert manager.name in html
    assert "唯亭街道 668 号" in html
    assert 'name="version" value="2"' in html
    again = client.post(f"/customers/{customer.pk}/edit/", data | {"version": "2"})
    assert again.status_code == 302
    assert Customer.objects.get().address == "唯亭街道 668 号"


def test_only_those_who_may_assign_choose_the_owner(login, owner, teammate, manager):
    customer = CustomerFactory(owner=owner)
    client = login(owner)
    client.post(f"/customers/{customer.pk}/edit/", _shown(client, customer) | {"owner": teammate.pk})
    assert Customer.objects.get().owner == owner

    client = login(manager)
    client.post(f"/customers/{customer.pk}/edit/", _shown(client, customer) | {"owner": teammate.pk})
    assert Customer.objects.get().owner == teammate


@pytest.mark.shows("ARC-06")
def test_a_customer_is_archived_and_brought_back_from_the_form(login, owner):
    customer = CustomerFactory(owner=owner)
    client = login(owner)

    client.post(f"/customers/{customer.pk}/archive/")
    assert Customer.objects.get().is_archived
    client.post(f"/customers/{customer.pk}/archive/")
    assert not Customer.objects.get().is_archived


def test_the_form_takes_a_fixed_number_of_queries(login, owner, django_assert_num_queries):
    customer = CustomerFactory(owner=owner, tags=["甲"], contacts=[{"name": f"王{n}"} for n in range(9)])
    client = login(owner)
    client.get(f"/customers/{customer.pk}/edit/")

    with django_assert_num_queries(10):
        client.get(f"/customers/{customer.pk}/edit/")
