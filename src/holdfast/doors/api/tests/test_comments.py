"""What customers say, through the API: kept once, corrected by who wrote it, confirmed by a person."""

from __future__ import annotations

import pytest

from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.shows("VOC-04", "ARC-14")]
AT = "2026-10-08T09:30:00+08:00"


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


def test_a_comment_is_kept_once_by_its_source_listed_and_corrected(caller, customer):
    body = {"customer_id": customer.pk, "said_at": AT, "text": "包装破了", "channel": "complaint", "source": "crm-7"}

    made, again = caller.post("comments", body), caller.post("comments", body)
    path = f"comments/{made.json()['id']}"
    changed = caller.patch(path, {"csat": 2}, If_Match=made["ETag"])
    listed = caller.get(f"comments?customer={customer.pk}&channel=complaint&confirmed=false&fields=text,csat")

    assert (made.status_code, changed.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    assert listed.json()["data"] == [{"id": made.json()["id"], "text": "包装破了", "csat": 2}]
    assert (made.json()["said_on"], made.json()["source"]) == ("2026-10-08", "api:crm-7")


def test_a_person_confirms_tone_complaint_and_topics(caller, customer):
    feedback.ensure_topics(["delivery"])
    comment = feedback.add_comment(customer, said_at=customer.created_at, text="包装破了", by=None)

    told = caller.post(
        f"comments/{comment.pk}/confirm", {"tone": "negative", "is_complaint": True, "topics": ["delivery"]}
    )
    unknown = caller.post(f"comments/{comment.pk}/confirm", {"tone": "negative", "topics": ["colour"]})

    assert told.status_code == 200
    assert (told.json()["confirmed_tone"], told.json()["confirmed_topics"]) == ("negative", ["delivery"])
    assert unknown.status_code in (400, 422)
    assert caller.get("comments?confirmed=true&fields=id").json()["data"] == [{"id": comment.pk}]


def test_many_are_kept_each_with_its_own_result(caller, customer):
    good = {"customer_id": customer.pk, "said_at": AT, "nps": 9, "channel": "survey"}

    told = caller.post("comments/bulk", {"rows": [good, {**good, "nps": 11}, {**good, "customer_id": 10**9}]})

    assert told.status_code in (200, 207)
    assert Comment.objects.count() == 1


def test_a_comment_without_words_or_score_is_refused(caller, customer):
    told = caller.post("comments", {"customer_id": customer.pk, "said_at": AT})

    assert told.status_code in (400, 422)
    assert not Comment.objects.exists()


def test_comments_of_somebody_elses_customer_are_neither_seen_nor_made(caller, stranger):
    foreign = CustomerFactory(owner=stranger)
    kept = feedback.add_comment(foreign, said_at=foreign.created_at, text="别人的", by=stranger)

    assert caller.get(f"comments/{kept.pk}").status_code == 404
    assert caller.get("comments").json()["data"] == []
    assert caller.post("comments", {"customer_id": foreign.pk, "said_at": AT, "text": "抢"}).status_code == 422


def test_words_that_another_wrote_down_stand(caller, customer):
    comment = feedback.add_comment(customer, said_at=customer.created_at, text="包装破了", by=None)

    assert caller.patch(f"comments/{comment.pk}", {"text": "包装很好"}).status_code == 403
