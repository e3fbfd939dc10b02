"""Addresses, relations, consent, merges, files, duties and gifts through the API."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from holdfast.actions.care import services as care
from holdfast.common.months import Month, today
from holdfast.doors.api.rooms import PREFIX
from holdfast.doors.api.tests.callers import Caller, check
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Address, Consent, Customer, DuplicatePair, Relation
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.shows("ARC-14")]
DAY = "2026-10-08"


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="杭州明达机械有限公司", contacts=[{"name": "王敏"}])


@pytest.fixture
def other(owner):
    return CustomerFactory(owner=owner, name="杭州明达集团有限公司")


@pytest.fixture
def foreign(stranger):
    return CustomerFactory(owner=stranger, name="别人的客户")


# --- addresses ---
def test_an_address_is_added_changed_and_taken_away(caller, customer):
    person = customer.contacts.get()
    made = caller.post(
        "addresses", {"customer_id": customer.pk, "kind": "delivery", "address": "3 号库", "contact_id": person.pk}
    )
    path = f"addresses/{made.json()['id']}"

    changed = caller.patch(path, {"city": "杭州", "contact_id": None}, If_Match=made["ETag"])
    stale = caller.patch(path, {"city": "宁波"}, If_Match=made["ETag"])
    listed = caller.get(f"addresses?customer={customer.pk}&kind=delivery&fields=city").json()["data"]
    gone = caller.delete(path)

    assert (made.status_code, changed.status_code, stale.status_code, gone.status_code) == (201, 200, 412, 204)
    assert listed == [{"id": made.json()["id"], "city": "杭州"}]
    assert changed.json()["contact_id"] is None
    assert not Address.objects.exists()


def test_an_address_of_somebody_elses_customer_is_neither_seen_nor_made(caller, foreign, stranger):
    kept = customers.add_address(foreign, kind="office", address="远处", by=stranger)

    seen = caller.get(f"addresses/{kept.pk}")
    made = caller.post("addresses", {"customer_id": foreign.pk, "kind": "office", "address": "x"})

    assert (seen.status_code, made.status_code) == (404, 422)
    assert caller.get("addresses").json()["data"] == []


def test_who_may_only_look_may_not_add_an_address(owner, customer):
    looker = Caller(owner, words=["customer_view"])

    assert looker.post("addresses", {"customer_id": customer.pk, "kind": "office", "address": "x"}).status_code == 403


# --- relations ---
def test_a_relation_stands_at_both_ends_and_its_rules_hold(caller, customer, other):
    body = {"customer_id": customer.pk, "other_id": other.pk, "kind": "parent", "since_on": "2020-01-01"}
    made = caller.post("relations", body)
    circle = caller.post("relations", {"customer_id": other.pk, "other_id": customer.pk, "kind": "parent"})

    seen = caller.get(f"relations?customer={other.pk}").json()["data"]
    gone = caller.delete(f"relations/{made.json()['id']}")

    assert (made.status_code, circle.status_code, gone.status_code) == (201, 422, 204)
    assert [(row["customer_id"], row["other_id"]) for row in seen] == [(customer.pk, other.pk)]
    assert not Relation.objects.exists()


def test_a_relation_with_somebody_elses_customer_is_refused(caller, customer, foreign):
    response = caller.post("relations", {"customer_id": customer.pk, "other_id": foreign.pk, "kind": "partner"})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "other_id")


# --- consent ---
def test_consent_is_only_ever_added_to(caller, customer):
    body = {"customer_id": customer.pk, "purpose": "marketing", "channel": "sms", "on": DAY, "how": "电话里说的"}
    yes, no = caller.post("consents", {**body, "is_given": True}), caller.post("consents", {**body, "is_given": False})

    listed = caller.get(f"consents?customer={customer.pk}&purpose=marketing").json()["data"]

    assert (yes.status_code, no.status_code) == (201, 201)
    assert [row["is_given"] for row in listed] == [False, True]
    assert caller.get(f"consents/{yes.json()['id']}").json()["how"] == "电话里说的"
    assert Consent.objects.count() == 2


def test_a_consent_of_a_day_to_come_is_refused_with_the_sentence_of_the_page(caller, customer):
    body = {"customer_id": customer.pk, "purpose": "care", "channel": "any", "is_given": True, "how": "x"}

    response = caller.post("consents", {**body, "on": str(today() + dt.timedelta(days=1))})

    assert (response.status_code, response.json()["error"]["field"]) == (422, "on")


# --- merging ---
@pytest.fixture
def merger(manager):
    return Caller(manager)


@pytest.mark.shows("ARC-13")
def test_two_customers_are_looked_at_merged_and_parted_again(merger, manager):
    keep, drop = (
        CustomerFactory(owner=manager, name=name, phone=phone) for name, phone in (("甲", ""), ("甲厂", "13800000001"))
    )
    preview = merger.get(f"customers/{keep.pk}/merge-preview?drop={drop.pk}").json()

    merged = merger.post(f"customers/{keep.pk}/merge", {"drop_id": drop.pk, "versions": preview["versions"]})
    standing = merger.get("merges").json()["data"]
    undone = merger.post(f"merges/{merged.json()['id']}/undo")

    phone = next(row for row in preview["choices"] if row["name"] == "phone")
    assert (phone["chosen"], phone["differs"]) == ("drop", True)
    assert [row["id"] for row in standing] == [merged.json()["id"]]
    assert (merged.status_code, undone.status_code) == (200, 200)
    assert undone.json()["undone_at"]
    assert Customer.objects.get(pk=drop.pk).merged_into is None


def test_a_merge_of_what_changed_meanwhile_is_refused_and_changes_nothing(merger, manager):
    keep, drop = CustomerFactory(owner=manager), CustomerFactory(owner=manager)
    body = {"drop_id": drop.pk, "versions": [keep.version, drop.version]}
    customers.change_customer(drop, by=manager, city="宁波")

    response = merger.post(f"customers/{keep.pk}/merge", body)

    assert response.status_code == 422
    assert Customer.objects.get(pk=drop.pk).merged_into is None


def test_merging_needs_its_word_and_both_customers(merger, manager, owner, customer, foreign):
    mine = CustomerFactory(owner=manager)
    outside = CustomerFactory(owner=UserFactory(login="far", role="sales"))

    assert Caller(owner).post(f"customers/{customer.pk}/merge", {"drop_id": mine.pk}).status_code == 403
    assert merger.post(f"customers/{mine.pk}/merge", {"drop_id": outside.pk}).status_code == 422
    assert merger.post(f"customers/{outside.pk}/merge", {"drop_id": mine.pk}).status_code == 404


def test_a_likely_pair_is_listed_dismissed_and_taken_back(caller, customer, other):
    first, second = sorted((customer, other), key=lambda row: row.pk)
    pair = DuplicatePair.objects.create(first=first, second=second, score=80, reasons=["name"])

    listed = caller.get("duplicates").json()["data"]
    dismissed = caller.post(f"duplicates/{pair.pk}/dismiss").json()
    after = caller.get("duplicates").json()["data"]
    reopened = caller.post(f"duplicates/{pair.pk}/reopen").json()

    assert [(row["id"], row["score"]) for row in listed] == [(pair.pk, 80)]
    assert (dismissed["state"], after, reopened["state"]) == ("dismissed", [], "open")


# --- files ---
TEXT = "合同正文".encode()


def upload(caller, content=TEXT, name="合同.txt", **form):
    response = caller.client.post(
        f"{PREFIX}documents", {"file": SimpleUploadedFile(name, content), **form}, headers=caller.headers
    )
    check("POST", "documents", response)
    return response


@pytest.mark.shows("ARC-12")
def test_a_file_goes_up_comes_down_and_is_taken_away(caller, customer):
    made = upload(caller, customer_id=customer.pk, folder="contract", note="双方已签")
    path = f"documents/{made.json()['id']}"

    again = upload(caller, customer_id=customer.pk, folder="contract")
    newer = upload(caller, "第二版".encode(), customer_id=customer.pk, folder="contract")
    bytes_back = b"".join(caller.get(f"{path}/versions/1").streaming_content)
    gone = caller.delete(path)

    assert (made.status_code, made.json()["note"], gone.status_code) == (201, "双方已签", 204)
    assert [len(row.json()["versions"]) for row in (again, newer)] == [1, 2]
    assert bytes_back.decode() == "合同正文"
    assert caller.get(path).status_code == 404


@pytest.mark.parametrize(
    ("form", "status"), [({}, 422), ({"customer_id": "x"}, 422), ({"customer_id": 10**9}, 422), ({"oops": "1"}, 422)]
)
def test_a_form_that_cannot_stand_keeps_nothing(caller, customer, form, status):
    response = upload(caller, **({"customer_id": customer.pk} if "oops" in form else {}), **form)

    assert response.status_code == status
    assert not Document.objects.exists()


def test_what_a_page_refuses_a_program_cannot_send(caller, customer, foreign):
    program = upload(caller, b"MZ\x90\x00" + b"\x00" * 64, name="setup.exe", customer_id=customer.pk)
    elsewhere = upload(caller, customer_id=foreign.pk)

    assert (program.status_code, elsewhere.status_code) == (422, 422)
    assert not Document.objects.exists()


def test_a_file_sent_as_json_or_far_too_large_is_refused_unread(caller, customer, settings):
    as_json = caller.post("documents", {"customer_id": customer.pk})
    settings.FILE_LIMIT_BYTES = 1000
    large = upload(caller, b"x" * (2 << 20), customer_id=customer.pk)

    assert (as_json.status_code, large.status_code) == (415, 413)


def test_a_form_that_breaks_off_is_told_as_one(caller):
    response = caller.client.post(
        f"{PREFIX}documents", b"--x\r\nrubbish", content_type="multipart/form-data", headers=caller.headers
    )

    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]


# --- care ---
@pytest.fixture
def five_stars(owner):
    from holdfast.records.customers.tests.factories import StandingFactory

    row = CustomerFactory(owner=owner, name="五星客户", department=owner.department)
    StandingFactory(customer=row, stars=5)
    return row


@pytest.mark.shows("TIE-06")
def test_duties_and_execution_are_what_the_pages_show(caller, five_stars, foreign):
    month = Month.of(today())
    care.open_duties(month)

    duties = caller.get(f"duties?customer={five_stars.pk}&missing=true").json()["data"]
    found = caller.get(f"execution/{month}").json()

    assert {row["kind"] for row in duties} >= {"visit", "contact"}
    assert all(row["missing"] == row["due"] - row["kept"] > 0 for row in duties)
    assert found["total"]["due"] == sum(row["due"] for row in duties if row["kind"] != "minutes")
    assert [line["key"] for line in found["stars"]] == [5]
    assert [line["key"] for line in found["owners"]] == [five_stars.owner_id]


def test_a_month_that_is_none_is_refused(caller):
    assert caller.get("execution/2026-13").status_code == 422
    assert caller.get("duties?month=oct").status_code == 422


@pytest.mark.shows("TIE-07")
def test_a_gift_over_the_budget_needs_a_reason_and_waits(caller, five_stars):
    body = {"customer_id": five_stars.pk, "item": "龙井", "cost_minor": 99_000_000, "on": str(today())}

    refused = caller.post("gifts", body)
    made = caller.post("gifts", {**body, "reason": "十周年"})

    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "reason")
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    assert [row["id"] for row in caller.get("gifts?pending=true").json()["data"]] == [made.json()["id"]]
    assert caller.get("gifts?pending=false").json()["data"] == []
    assert caller.get(f"gifts/{made.json()['id']}").json()["item"] == "龙井"


def test_a_gift_to_somebody_elses_customer_is_refused(caller, foreign):
    response = caller.post("gifts", {"customer_id": foreign.pk, "item": "x", "cost_minor": 1, "on": DAY})

    assert response.status_code == 422
