"""What customers say is kept once, checked, told in their history, and read by people beside the machine."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.foundation.audit.services import undo
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory
from holdfast.records.feedback import queries, services
from holdfast.records.feedback.facts import comments
from holdfast.records.feedback.models import Comment, Topic
from holdfast.records.feedback.tests.factories import CommentFactory
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.rules import wording_of
from holdfast.records.timeline.services import rebuild_entries

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)


@pytest.mark.shows("VOC-04")
def test_a_comment_is_kept_with_its_channel_order_and_score(owner):
    customer = CustomerFactory(owner=owner)
    order = OrderFactory(customer=customer)

    comment = services.add_comment(
        customer, said_at=NOON, text=" 包装破了 ", channel="complaint", nps=3, order=order, by=owner
    )

    assert (comment.text, comment.channel, comment.nps, comment.order) == ("包装破了", "complaint", 3, order)
    assert comment.said_on.isoformat() == "2026-11-10"
    assert comment.author == owner


@pytest.mark.shows("VOC-06")
def test_an_answer_to_a_survey_may_be_a_score_alone(owner):
    comment = services.add_comment(CustomerFactory(), said_at=NOON, csat=5, channel="survey", by=owner)

    assert (comment.text, comment.csat) == ("", 5)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"nps": 11}, "nps"),
        ({"csat": 0}, "csat"),
        ({"channel": "smoke"}, "channel"),
        ({"said_at": None}, "said_at"),
        ({"said_at": timezone.now() + timedelta(days=900)}, "said_at"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field_and_nothing_is_written(owner, fields, field):
    row = {"customer": CustomerFactory(), "said_at": NOON, "text": "好", **fields}

    with pytest.raises(Refusal) as refusal:
        services.add_comments([{"customer": row["customer"], "said_at": NOON, "text": "先到的"}, row], by=owner)

    assert refusal.value.field == field
    assert not Comment.objects.exists()


def test_a_contact_or_order_of_another_customer_is_refused(owner):
    customer, other = CustomerFactory(), CustomerFactory()

    with pytest.raises(Refusal, match="联系人"):
        services.add_comment(customer, said_at=NOON, text="好", contact=ContactFactory(customer=other), by=owner)
    with pytest.raises(Refusal, match="订单"):
        services.add_comment(customer, said_at=NOON, text="好", order=OrderFactory(customer=other), by=owner)


def test_the_same_source_is_kept_once_within_a_call_and_over_calls(owner):
    row = {"customer": CustomerFactory(), "said_at": NOON, "text": "好", "source": "intake:1"}

    first, second = services.add_comments([row, row], by=owner)
    (third,) = services.add_comments([row], by=owner)

    assert first.pk == second.pk == third.pk
    assert Comment.objects.count() == 1


def test_three_hundred_comments_cost_few_queries(owner, django_assert_max_num_queries):
    customer = CustomerFactory(owner=owner)
    rows = [{"customer": customer, "said_at": NOON, "text": f"第 {n} 句", "source": f"s:{n}"} for n in range(300)]

    with django_assert_max_num_queries(26):
        services.add_comments(rows, by=owner)

    assert Change.objects.filter(model="feedback.comment", verb="add").count() == 300


def test_a_comment_is_a_line_in_its_customers_history_in_both_languages(owner):
    comment = CommentFactory(channel="complaint", nps=2, by=owner)

    entry = Entry.objects.get(source="feedback.comment", source_id=comment.pk)
    told = wording_of("feedback.comment")

    assert (entry.customer, entry.text, entry.kind) == (comment.customer, comment.text, "service")
    assert str(told.words(entry.payload)) == "客户说 · 投诉 · 推荐分 2"
    assert told.tone(entry.payload) == "act"
    with translation.override("en"):
        assert "Complaint" in str(told.words(entry.payload))


def test_the_doctor_finds_the_history_of_comments_right():
    CommentFactory()

    assert rebuild_entries("feedback.comment", is_dry=True)["feedback.comment"] == {
        "missing": 0, "changed": 0, "extra": 0, "right": 1,
    }  # fmt: skip


@pytest.mark.shows("VOC-07")
def test_a_persons_reading_stands_apart_and_is_journalled(owner):
    comment = CommentFactory()
    services.ensure_topics(["delivery"])

    read = services.confirm_reading(comment, tone="negative", is_complaint=True, topics=["delivery"], by=owner)

    assert (read.confirmed_tone, read.confirmed_complaint, read.confirmed_topics) == ("negative", True, ["delivery"])
    assert read.confirmed_by == owner
    assert Change.objects.filter(model="feedback.comment", verb="confirm").count() == 1


def test_the_same_reading_again_writes_nothing(owner):
    comment = CommentFactory()
    services.confirm_reading(comment, tone="neutral", is_complaint=False, topics=[], by=owner)

    services.confirm_reading(comment, tone="neutral", is_complaint=False, topics=[], by=owner)

    assert Change.objects.filter(verb="confirm").count() == 1


def test_an_unknown_topic_or_tone_is_refused(owner):
    comment = CommentFactory()

    with pytest.raises(Refusal, match="没有「colour」这个主题"):
        services.confirm_reading(comment, tone="neutral", is_complaint=False, topics=["colour"], by=owner)
    with pytest.raises(Refusal, match="语气"):
        services.confirm_reading(comment, tone="furious", is_complaint=False, topics=[], by=owner)


def test_new_words_take_the_reading_of_the_old_ones_back(owner):
    comment = CommentFactory(by=owner)
    services.confirm_reading(comment, tone="positive", is_complaint=False, topics=[], by=owner)

    changed = services.correct_comment(comment, text="其实很慢", by=owner)

    assert not changed.is_confirmed
    assert Entry.objects.get(source="feedback.comment").text == "其实很慢"


def test_a_corrected_score_keeps_the_reading(owner):
    comment = CommentFactory(by=owner)
    services.confirm_reading(comment, tone="positive", is_complaint=False, topics=[], by=owner)

    changed = services.correct_comment(comment, nps=9, by=owner)

    assert changed.is_confirmed
    assert changed.nps == 9


def test_a_withdrawn_reading_leaves_the_machines(owner):
    comment = CommentFactory()
    services.confirm_reading(comment, tone="positive", is_complaint=False, topics=[], by=owner)

    assert not services.withdraw_reading(comment, by=owner).is_confirmed


def test_a_removed_comment_leaves_the_history_but_not_the_journal(owner):
    comment = CommentFactory(text="写错了", by=owner)

    services.remove_comment(comment, by=owner)

    assert not Entry.objects.filter(source="feedback.comment").exists()
    assert Change.objects.get(verb="delete").before["text"] == "写错了"


@pytest.mark.shows("VOC-07")
def test_topics_are_renamed_and_merged_and_a_merge_is_undone(owner):
    services.ensure_topics(["delivery", "speed", "price"])
    delivery, speed = Topic.objects.get(code="delivery"), Topic.objects.get(code="speed")

    services.rename_topic(delivery, " 送货 与时效 ", by=owner)
    batch = services.merge_topics([speed], into=delivery, by=owner)

    assert str(Topic.objects.get(code="delivery")) == "送货 与时效"
    assert queries.roots() == {"delivery": "delivery", "speed": "delivery", "price": "price"}
    undo(batch, by=owner)
    assert queries.roots()["speed"] == "speed"


def test_merging_a_topic_into_itself_or_a_merged_one_is_refused(owner):
    services.ensure_topics(["a", "b", "c"])
    a, b, c = Topic.objects.order_by("code")
    services.merge_topics([a], into=b, by=owner)

    with pytest.raises(Refusal, match="两个不同"):
        services.merge_topics([b], into=b, by=owner)
    with pytest.raises(Refusal, match="已并入"):
        services.merge_topics([c], into=a, by=owner)


def test_chains_of_merges_lead_to_the_last(owner):
    services.ensure_topics(["a", "b", "c"])
    a, b, c = Topic.objects.order_by("code")

    services.merge_topics([a], into=b, by=owner)
    services.merge_topics([b], into=c, by=owner)

    assert queries.roots() == {"a": "c", "b": "c", "c": "c"}


def test_two_topics_cannot_have_one_name(owner):
    topic = services.add_topic("安装指导", by=owner)
    services.ensure_topics(["price"])

    with pytest.raises(Refusal, match="用合并"):
        services.rename_topic(Topic.objects.get(code="price"), "安装指导", by=owner)
    assert services.add_topic("安装指导", by=owner) == topic
    with pytest.raises(Refusal, match="起个名字"):
        services.rename_topic(topic, "  ", by=owner)


def test_facts_say_what_a_person_confirmed_and_take_no_parameters(owner):
    comment = CommentFactory(nps=4)
    services.confirm_reading(comment, tone="negative", is_complaint=True, topics=[], by=owner)

    (row,) = comments()

    assert row["comment_id"] == comment.pk
    assert (row["nps"], row["is_complaint"], row["tone"]) == (4, True, "negative")
    assert comments().query.sql_with_params()[1] == ()


def test_who_sees_the_customer_sees_what_he_said(owner, stranger):
    comment = CommentFactory(customer=CustomerFactory(owner=owner))

    assert list(queries.visible_comments(owner)) == [comment]
    assert not queries.visible_comments(stranger)
