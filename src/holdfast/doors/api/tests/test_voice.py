"""Topics by weight and needs with what was decided, through the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from holdfast.doors.api.tests.callers import Caller
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.insight.quality.models import Process
from holdfast.insight.voice import services as voice
from holdfast.insight.voice.models import Need
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.shows("VOC-08", "VOC-09", "ARC-14")]


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


@pytest.fixture
def keeper(department):
    return UserFactory(role="admin", department=department)


def said(customer, *topics):
    feedback.ensure_topics(topics)
    comment = feedback.add_comment(customer, said_at=timezone.now(), text="一句话", by=None)
    return feedback.confirm_reading(comment, tone="negative", is_complaint=False, topics=topics, by=None)


def test_topics_come_by_weight_beside_heads(caller, owner, customer):
    StandingFactory(customer=customer, revenue_12m_minor=900_00)
    said(customer, "price")
    for _ in range(2):
        other = CustomerFactory(owner=owner)
        StandingFactory(customer=other, revenue_12m_minor=10_00)
        said(other, "delivery")

    rows = caller.get("voice/topics").json()["data"]

    assert [row["id"] for row in rows] == ["price", "delivery"]
    assert sum(row["weight"] for row in rows) == pytest.approx(1)
    assert [row["heads"] for row in rows] == pytest.approx([1 / 3, 2 / 3])
    assert rows[0]["is_vital"]
    assert caller.get("voice/topics?since=2020-01-01&until=2020-02-01").json()["data"] == []


def test_parts_of_satisfaction_are_kept(caller, customer):
    body = {
        "customer_id": customer.pk,
        "said_at": "2026-10-08T09:30:00+08:00",
        "csat": 4,
        "timeliness": 2,
        "quality": 5,
    }

    made = caller.post("comments", body)
    wrong = caller.post("comments", {**body, "timeliness": 6})

    assert made.status_code == 201
    assert (made.json()["timeliness"], made.json()["attitude"]) == (2, None)
    assert wrong.status_code == 422
    assert Comment.objects.get().quality == 5


def test_a_need_is_written_changed_and_listed(keeper):
    feedback.ensure_topics(["delivery"])
    process = Process.objects.create(name="交货", pair="order_delivered", target_days=7, limit_days=9, by=keeper)
    ask = Caller(keeper)

    made = ask.post(
        "voice/needs",
        {
            "topic": "delivery",
            "kind": "common",
            "text": "说好哪天到就哪天到",
            "decision": "process",
            "process_id": process.pk,
        },
    )
    path = f"voice/needs/{made.json()['id']}"
    changed = ask.patch(path, {"decision": "declined", "reason": "运费太贵"}, If_Match=made["ETag"])
    stale = ask.patch(path, {"text": "快"}, If_Match=made["ETag"])
    listed = ask.get("voice/needs?topic=delivery&decision=declined&fields=text,process_id")

    assert (made.status_code, changed.status_code, stale.status_code) == (201, 200, 412)
    assert listed.json()["data"] == [{"id": made.json()["id"], "text": "说好哪天到就哪天到", "process_id": None}]
    assert Change.objects.filter(model="voice.need").count() == 2


@pytest.mark.parametrize(
    "body",
    [
        {"topic": "nowhere", "kind": "common", "text": "快"},
        {"topic": "delivery", "kind": "common", "text": "快", "decision": "declined"},
        {"topic": "delivery", "kind": "common", "text": "快", "decision": "process"},
        {"topic": "delivery", "kind": "individual", "text": "快"},
        {"topic": "delivery", "kind": "common", "text": "快", "process_id": 10**9},
        {"topic": "delivery", "kind": "common", "text": ""},
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(keeper, body):
    feedback.ensure_topics(["delivery"])

    told = Caller(keeper).post("voice/needs", body)

    assert told.status_code in (400, 422)
    assert told.json()["error"]["message"]
    assert not Need.objects.exists()


def test_a_need_of_anothers_customer_is_not_found_and_writing_needs_its_word(caller, stranger, customer, keeper):
    feedback.ensure_topics(["delivery"])
    need = voice.keep_need(
        None, by=keeper, topic=Topic.objects.get(), kind="individual", customer=customer, text="装箱单"
    )

    assert caller.get(f"voice/needs/{need.pk}").json()["customer_id"] == customer.pk
    assert Caller(stranger).get(f"voice/needs/{need.pk}").status_code == 404
    assert Caller(stranger).get("voice/needs").json()["data"] == []
    assert caller.post("voice/needs", {"topic": "delivery", "kind": "common", "text": "快"}).status_code == 403
