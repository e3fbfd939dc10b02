"""After an erasure nothing tells of the person: not a table, not the journal, not the search."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.doors.intake.tests import making
from holdfast.doors.reports.models import MonthlyReport
from holdfast.doors.reports.rules import checksum
from holdfast.foundation.audit.models import Change, Export, Redaction
from holdfast.foundation.jobs.models import Job
from holdfast.records.commerce.models import Order
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Contact, Customer, Need, PrivacyRequest
from holdfast.records.customers.queries.relations import may_contact
from holdfast.records.customers.services.erasing import traces
from holdfast.records.customers.tests.factories import CustomerFactory
from tests.related import DAY, dump, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.shows("SEC-02")]
# What must be nowhere afterwards; the old number stands in the journal alone.
RAW = [
    "欧阳澄光",
    "13862116621",
    "13700001111",
    "ouyang@example.cn",
    "平江路 88 号",
    "wx_ouyang",
    "喜欢喝龙井",
    "南门卸货",
]


@pytest.fixture
def person(owner):
    customer = CustomerFactory(
        owner=owner, kind="person", name="欧阳澄光", phone="13700001111", email="ouyang@example.cn",
        address="平江路 88 号", special_requirements="南门卸货",
        contacts=[{"name": "欧阳澄光", "wechat": "wx_ouyang", "birth_month": 8, "birth_day": 3}],
    )  # fmt: skip
    services.change_customer(customer, by=owner, phone="13862116621")
    services.add_need(customer, kind="preference", text="喜欢喝龙井", said_on=DAY, by=owner)
    return customer


def everything() -> str:
    """Every value of every table, the journal too, as one text."""
    tables = dump() | {"audit.Change": list(Change.objects.values())}
    return json.dumps(tables, default=str, ensure_ascii=False)


def test_the_values_stand_in_many_places_before(person):
    assert all(value in everything() for value in RAW)
    assert traces(["13700001111"])["audit.change"] == 2


def test_after_an_erasure_a_search_of_every_table_finds_none_of_the_values(person, owner, admin):
    third = CustomerFactory(owner=owner, name="第三家客户有限公司")
    rows_of(person, third)
    Job.objects.create(name="x", error="欧阳澄光 13862116621 的资料有误")
    services.add_need(third, kind="need", text="由欧阳澄光介绍，电话 13862116621", said_on=DAY, by=owner)

    result = services.erase_customer(person, by=admin)

    told = everything()
    assert [value for value in RAW if value in told] == []
    assert result["left"] == {}
    assert result["erased"]["customers.need"] >= 1
    assert Redaction.objects.exists()
    assert queries.search_customers(admin, "欧阳澄光") == queries.search_customers(admin, "13862116621") == []


def test_the_nameless_row_stays_with_its_money_and_says_how_long(person, owner, admin):
    rows_of(person, CustomerFactory(owner=owner))

    result = services.erase_customer(person, by=admin)

    person.refresh_from_db()
    assert (person.name, person.is_archived) == (f"▇▇▇ {person.code}", True)
    assert person.erased_on is not None
    assert Order.objects.filter(customer=person).exists()
    assert result["kept"]["commerce.order"] > str(dt.date.today() + dt.timedelta(days=900))


def test_the_journal_still_tells_who_did_what_and_when(person, owner, admin):
    before = list(Change.objects.order_by("pk").values("pk", "at", "actor", "verb", "model", "object_id", "subject"))

    services.erase_customer(person, by=admin)

    after = Change.objects.order_by("pk").values("pk", "at", "actor", "verb", "model", "object_id", "subject")
    assert list(after)[: len(before)] == before
    first = Change.objects.filter(model="customers.customer", verb="add").order_by("pk").first()
    assert first.after["phone"] == "▇▇▇"
    assert first.after["contacts"][0]["name"] == "▇▇▇"
    assert "birth_day" not in first.after["contacts"][0] or first.after["contacts"][0]["birth_day"] is None


def test_a_number_that_another_customer_has_too_stays_there(person, owner, admin):
    other = CustomerFactory(owner=owner, name="别家客户有限公司", phone="13862116621")

    result = services.erase_customer(person, by=admin)

    other.refresh_from_db()
    assert other.phone == "13862116621"
    assert result["shared"] == 1


def test_one_contact_alone_can_be_erased(owner, admin):
    customer = CustomerFactory(
        owner=owner, name="苏州澄光精密机械有限公司",
        contacts=[{"name": "欧阳澄光", "phone": "13862116621"}, {"name": "李芳菲", "phone": "13912345678"}],
    )  # fmt: skip
    person = customer.contacts.get(name="欧阳澄光")
    services.add_need(customer, kind="hobby", text="喜欢喝龙井", said_on=DAY, by=owner, contact=person)
    services.add_need(customer, kind="need", text="欧阳澄光说要赶在年前", said_on=DAY, by=owner)

    result = services.erase_contact(person, by=admin)

    told = everything()
    assert [value for value in ("欧阳澄光", "13862116621", "喜欢喝龙井") if value in told] == []
    assert (result["left"], Contact.objects.get(pk=person.pk).name) == ({}, "▇▇▇")
    customer.refresh_from_db()
    assert (customer.name, customer.erased_on) == ("苏州澄光精密机械有限公司", None)
    assert Need.objects.get(kind="need").text == "▇▇▇说要赶在年前"
    assert queries.search_customers(admin, "13912345678") == [customer]


def test_an_import_does_not_revive_who_was_erased(person, owner, admin):
    services.erase_customer(person, by=admin)

    found = queries.find_duplicates([{"name": "新名字", "kind": "person", "phone": "138-6211-6621"}])

    assert [(match.customer_id, match.on) for match in found[0]] == [(person.pk, "erased")]


def test_a_request_has_its_clock_its_answer_and_its_entry(person, admin):
    request = services.open_request(
        person, kind="erase", asked_on=dt.date(2026, 11, 2), identity_check="回拨核对", by=admin
    )
    assert request.due_on == dt.date(2026, 11, 23)

    services.answer_erasure(request, by=admin)

    kept = PrivacyRequest.objects.get()
    assert kept.done_at is not None
    assert (kept.result["left"], kept.identity_check) == ({}, "")
    with pytest.raises(Refusal, match="已经办完"):
        services.answer_erasure(request, by=admin)


def test_who_wants_no_marketing_gets_none_whatever_was_agreed(person, owner, admin):
    services.add_consent(person, purpose="marketing", channel="any", is_given=True, on=DAY, how="合同第 3 页", by=owner)
    assert may_contact(person, purpose="marketing", channel="sms")

    services.open_request(person, kind="restrict", asked_on=DAY, identity_check="当面", by=admin)

    person.refresh_from_db()
    assert not may_contact(person, purpose="marketing", channel="sms")
    services.open_request(person, kind="release", asked_on=DAY, identity_check="当面", by=admin)
    person.refresh_from_db()
    assert may_contact(person, purpose="marketing", channel="sms")


def test_an_access_package_holds_everything_for_reading_and_for_machines_and_is_recorded(person, owner, admin):
    rows_of(person, CustomerFactory(owner=owner))
    request = services.open_request(person, kind="access", asked_on=DAY, identity_check="身份证", by=admin)

    package = services.access_package(request, by=admin)

    with zipfile.ZipFile(io.BytesIO(package)) as file:
        page, told = file.read("archive.html").decode(), json.loads(file.read("archive.json"))
    assert told["customers.customer"][0]["phone"] == "13862116621"
    assert told["customers.need"][0]["text"]
    assert {"commerce.order", "customers.contact", "timeline.task"} <= told.keys()
    assert "喜欢喝龙井" in page
    assert Export.objects.get().what == "customers.access"
    request.refresh_from_db()
    assert request.done_at is not None


def test_only_customers_erased_lose_their_name(person, owner, admin):
    other = CustomerFactory(owner=owner, name="别家客户有限公司")

    services.erase_customer(person, by=admin)

    assert Customer.objects.get(pk=other.pk).name == "别家客户有限公司"


def test_a_signed_report_loses_the_name_and_keeps_its_figures_under_a_new_seal(person, owner, admin):
    figures = {"rows": [{"name": "欧阳澄光", "revenue_minor": 1200}], "scores_sha256": "x"}
    report = MonthlyReport.objects.create(
        month="2026-10", figures=figures, sha256=checksum(figures), drafted_by=admin, drafted_at=timezone.now()
    )

    services.erase_customer(person, by=admin)

    report.refresh_from_db()
    assert report.figures["rows"] == [{"name": "▇▇▇", "revenue_minor": 1200}]
    assert report.sha256 == checksum(report.figures)


def test_uploads_that_brought_the_person_are_deleted_with_it(admin, settings, tmp_path):
    settings.DATA = tmp_path
    row = ["欧阳澄光有限公司", "欧阳澄光", "13862116621", *[""] * 7]
    imp = making.applied(making.csv_file(making.CUSTOMER_HEADINGS, [row]), "customers", admin, "a.csv")
    assert imp.path.exists()

    result = services.erase_customer(Customer.objects.get(name="欧阳澄光有限公司"), by=admin)

    assert result["hooks"]["uploads"] == 1
    assert not imp.path.exists()
