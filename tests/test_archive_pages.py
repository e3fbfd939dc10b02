"""Pages that hang on a customer: needs, relations, merging, hand-over, personal data; by whom they may be used."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
import time_machine
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.records.customers import services
from holdfast.records.customers.models import Consent, Customer, DuplicatePair, Need, PartCheck
from holdfast.records.customers.rules.upkeep import PARTS
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = dt.date(2026, 3, 2)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", contacts=[{"name": "王建国"}])


@pytest.fixture
def twin(owner):
    return CustomerFactory(owner=owner, name="澄光精密机械（苏州）", city="苏州")


def address(name, *keys):
    return reverse(f"customers:{name}", args=[getattr(key, "pk", key) for key in keys])


@pytest.mark.parametrize("name", ["needs", "relations", "consents", "address_add", "relation_add", "consent_add"])
def test_the_owner_opens_what_hangs_on_a_customer_and_a_stranger_finds_nothing(login, owner, stranger, customer, name):
    assert login(owner).get(address(name, customer)).status_code == 200
    assert login(stranger).get(address(name, customer)).status_code == 404


def test_who_may_only_look_gets_no_form_and_is_refused_a_post(login, customer):
    reader = UserFactory(role="auditor")

    page = login(reader).get(address("needs", customer)).content.decode()
    answer = login(reader).post(address("need_add", customer), {"text": "x", "kind": "need"})

    assert "<textarea" not in page
    assert answer.status_code == 403


@pytest.mark.shows("ARC-04", "ARC-03")
def test_a_requirement_noted_in_the_panel_stands_on_the_customer_page_at_once(login, owner, customer):
    client = login(owner)

    panel = client.post(
        address("need_add", customer), {"kind": "requirement", "text": "送货只走南门", "source": "visit"}, headers=HTMX
    ).content.decode()

    assert panel.strip().startswith('<section class="card o4" id="needs"')
    assert "送货只走南门" in panel
    assert "送货只走南门" in client.get(customer.get_absolute_url()).content.decode()
    assert Need.objects.get().author == owner


def test_a_statement_without_words_is_refused_on_its_field_and_nothing_typed_is_lost(login, owner, customer):
    answer = login(owner).post(address("need_add", customer), {"kind": "hobby", "text": " ", "source": "overheard"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<option value="hobby" selected>' in page
    assert '<option value="overheard" selected>' in page


def test_new_words_from_the_side_panel_supersede_the_old(login, owner, customer):
    need = services.add_need(customer, kind="preference", text="喝龙井", said_on=DAY, by=owner)
    client = login(owner)

    client.post(address("need", need), {"text": "只喝咖啡", "said_on": "2026-06-01"})

    page = client.get(address("needs", customer)).content.decode()
    need.refresh_from_db()
    assert need.superseded_by.text == "只喝咖啡"
    assert page.index("只喝咖啡") < page.index("不再有效的") < page.index("喝龙井")


@pytest.mark.shows("ARC-07", "ARC-08")
def test_the_page_asks_what_is_missing_and_confirms_what_is_old_in_one_tap(login, owner):
    with time_machine.travel("2024-01-05T09:00:00+08:00"):
        customer = CustomerFactory(owner=owner, phone="0512-62345678")
    client = login(owner)
    before = client.get(address("needs", customer)).content.decode()

    after = client.post(address("parts_confirm", customer), {"parts": "phone"}, headers=HTMX).content.decode()

    assert "平时由谁拍板" in before
    assert 'name="parts" value="phone"' in before
    assert 'name="parts" value="phone"' not in after
    assert PartCheck.objects.get().by == owner


def test_an_address_is_added_changed_and_taken_away(login, owner, customer):
    client, given = login(owner), {"kind": "delivery", "address": "工业路 1 号"}

    client.post(address("address_add", customer), given)
    row = customer.addresses.get()
    client.post(address("address", row), {**given, "address": "工业路 3 号"})
    changed = client.get(address("relations", customer)).content.decode()
    client.post(address("address", row), {"remove": "1"})

    assert "工业路 3 号" in changed
    assert not customer.addresses.exists()


def test_a_relation_is_made_by_code_and_shown_at_both_ends(login, owner, customer, twin):
    client = login(owner)

    client.post(address("relation_add", customer), {"kind": "parent", "other": twin.code})

    assert twin.name in client.get(address("relations", customer)).content.decode()
    assert "下属公司" in client.get(address("relations", twin)).content.decode()


def test_a_consent_is_noted_with_its_proof(login, owner, customer):
    given = {"is_given": "0", "purpose": "marketing", "channel": "phone", "on": "2026-03-02", "how": "电话里说"}

    login(owner).post(address("consent_add", customer), given)

    assert (Consent.objects.get().is_given, Consent.objects.get().author) == (False, owner)


@pytest.mark.shows("ARC-14", "ARC-06")
def test_a_merge_from_the_queue_leads_old_addresses_to_the_kept_one_and_can_be_undone(login, admin, customer, twin):
    DuplicatePair.objects.create(first=customer, second=twin, score=75, reasons=["similar"])
    client = login(admin)
    queue = client.get(address("duplicates")).content.decode()
    assert address("merge", customer, twin) in queue

    done = client.post(address("merge", customer, twin), {"seen": f"{customer.version},{twin.version}", "name": "drop"})

    assert done.headers["Location"] == customer.get_absolute_url()
    moved = client.get(twin.get_absolute_url())
    assert moved.headers["Location"] == customer.get_absolute_url()
    assert Customer.objects.get(pk=twin.pk).merged_into == customer
    undo = client.get(address("duplicates") + "?which=merged").content.decode()
    client.post(address("merge_undo", re.search(r"/customers/merges/(\d+)/", undo)[1]))
    assert client.get(twin.get_absolute_url()).status_code == 200


def test_a_merge_of_what_was_changed_meanwhile_is_refused_with_the_choices_kept(login, admin, customer, twin):
    answer = login(admin).post(address("merge", customer, twin), {"seen": "1,99", "city": "keep", "name": "drop"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有人改过" in page
    assert 'name="name" value="drop" checked' in page
    assert 'name="city" value="keep" checked' in page


def test_merging_asks_for_the_word_and_for_both_customers(login, owner, manager, customer, twin, stranger):
    far = CustomerFactory(owner=stranger)

    assert login(owner).get(address("merge", customer, twin)).status_code == 403
    assert login(manager).get(address("merge", customer, twin)).status_code == 200
    assert login(manager).get(address("merge", customer, far)).status_code == 404


def test_the_queue_takes_the_same_queries_however_many_pairs(login, admin, django_assert_max_num_queries):
    rows = [CustomerFactory() for _turn in range(8)]
    client = login(admin)
    for turn in range(7):
        DuplicatePair.objects.create(first=rows[turn], second=rows[turn + 1], score=50)
    client.get(address("duplicates"))

    with django_assert_max_num_queries(12):
        client.get(address("duplicates"))


@pytest.mark.shows("OWN-08")
def test_a_hand_over_shows_its_counts_first(login, admin, owner, teammate, customer):
    client, given = login(admin), {"from_user": owner.pk, "to_user": teammate.pk, "reason": "离职"}

    preview = client.post(address("handover"), given)
    assert Customer.objects.get(pk=customer.pk).owner == owner
    client.post(address("handover"), {**given, "confirmed": "1"})

    assert "将要交接" in preview.content.decode()
    assert Customer.objects.get(pk=customer.pk).owner == teammate
    page = client.get(address("handover")).content.decode()
    client.post(address("handover_undo", re.search(r"/customers/handover/(\d+)/", page)[1]))
    assert Customer.objects.get(pk=customer.pk).owner == owner


@pytest.mark.shows("SEC-02")
def test_personal_data_are_for_the_holder_of_the_word_alone(login, owner, admin, customer):
    assert login(owner).get(address("privacy", customer)).status_code == 403
    assert login(admin).get(address("privacy", customer)).status_code == 200


@pytest.mark.shows("SEC-02")
def test_an_access_request_is_answered_by_a_package(login, admin, customer):
    client = login(admin)
    client.post(address("privacy", customer), {"kind": "access", "asked_on": "2026-03-02", "identity_check": "身份证"})
    request = customer.privacy_requests.get()

    answer = client.post(address("privacy_answer", request))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert sorted(file.namelist()) == ["archive.html", "archive.json"]
    assert answer.headers["Content-Disposition"].endswith(f'archive-{customer.code}.zip"')


@pytest.mark.shows("SEC-02")
def test_an_erasure_asks_whether_one_is_sure_then_runs_and_tells_what_was_done(login, admin, customer):
    client = login(admin)
    client.post(address("privacy", customer), {"kind": "erase", "asked_on": "2026-03-02", "identity_check": "身份证"})
    request = customer.privacy_requests.get()

    client.post(address("privacy_answer", request))
    assert not Job.objects.filter(name="customers.erase").exists()
    client.post(address("privacy_answer", request), {"sure": "1"})
    jobs.run_now(Job.objects.get(name="customers.erase"))

    page = client.get(address("privacy", customer)).content.decode()
    assert "已在所有表中逐一查找，没有残留。" in page
    assert "苏州澄光精密机械" not in page


def test_the_weights_are_set_by_the_administrator_and_senseless_ones_come_back(login, admin, owner):
    client = login(admin)
    page = client.get(address("upkeep_rules"))
    rows = {f"{code}-{end}": "7" for code in PARTS for end in ("weight", "days")}

    wrong = client.post(address("upkeep_rules"), {**rows, "phone-weight": "many"})
    right = client.post(address("upkeep_rules"), rows)

    assert (page.status_code, wrong.status_code, right.status_code) == (200, 422, 302)
    assert 'value="many"' in wrong.content.decode()
    assert login(owner).get(address("upkeep_rules")).status_code == 403


@pytest.mark.shows("ARC-03")
def test_a_requirement_stands_wherever_the_customer_is_served(login, owner, customer):
    services.add_need(customer, kind="requirement", text="送货只走南门", said_on=DAY, by=owner)
    task = TaskFactory(customer=customer, assignee=owner, due_on=DAY)
    client = login(owner)

    for url in (
        reverse("timeline:log") + f"?customer={customer.pk}",
        reverse("timeline:task", args=[task.pk]),
        reverse("commerce:order_new") + f"?customer={customer.pk}",
    ):
        assert "送货只走南门" in client.get(url).content.decode(), url
