"""Comments are read in sets, once a model; a person's word counts before the machine's."""

import pytest

from holdfast.foundation.audit.services import ERASED
from holdfast.foundation.jobs.models import Job
from holdfast.insight.voice import readers, services
from holdfast.insight.voice.models import Mention, Reading
from holdfast.insight.voice.services.reading import unread
from holdfast.records.customers import services as customers
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.mark.shows("VOC-07")
def test_a_comment_is_read_for_tone_complaint_aspects_and_topics(say, read):
    comment = say("送货太慢了，催了三次才到，包装也破了，要求赔偿")

    told = read()

    reading = Reading.objects.get(comment=comment)
    assert told["read"] == 1
    assert (reading.tone, reading.shown_tone) == ("negative", "negative")
    assert reading.shown_complaint
    assert reading.p_complaint > 0.5
    assert {found["polarity"] for found in reading.aspects} == {"negative"}
    assert all(found["opinion"] in comment.text for found in reading.aspects)
    assert set(Mention.objects.values_list("topic", flat=True)) == set(reading.topics) == {"delivery"}
    assert Topic.objects.filter(code="delivery", is_own=False).exists()


def test_what_was_read_is_not_read_again(say, read):
    say("很好")
    read()

    assert read()["read"] == 0


def test_all_is_read_again_when_the_model_changes(say, read, monkeypatch):
    say("很好")
    read()
    monkeypatch.setattr(readers, "_fingerprint", lambda: "another")

    told = read()

    assert told == {"read": 1, "model": "built-in another"}
    assert Reading.objects.get().model == "built-in another"


def test_new_words_are_asked_to_be_read_once(say):
    say("很好")
    say("不好")

    assert Job.objects.filter(name="voice.read").count() == 1


def test_a_score_without_words_waits_for_nobody(say, read):
    say(csat=5)

    assert read()["read"] == 0
    assert not Reading.objects.exists()


@pytest.mark.shows("VOC-07")
def test_a_persons_word_counts_and_the_machines_stays_beside_it(say, read, owner):
    comment = say("包装破了")
    read()
    topic = feedback.add_topic("仓库", by=owner)

    feedback.confirm_reading(comment, tone="neutral", is_complaint=False, topics=[topic.code], by=owner)

    reading = Reading.objects.get()
    assert (reading.shown_tone, reading.shown_complaint) == ("neutral", False)
    assert reading.tone == "negative"
    assert [mention.topic for mention in reading.mentions.all()] == [topic.code]


def test_a_persons_word_outlives_a_new_model(say, read, owner, monkeypatch):
    comment = say("包装破了")
    read()
    feedback.confirm_reading(comment, tone="positive", is_complaint=False, topics=[], by=owner)
    monkeypatch.setattr(readers, "_fingerprint", lambda: "another")

    read()

    reading = Reading.objects.get()
    assert (reading.tone, reading.shown_tone) == ("negative", "positive")


def test_a_withdrawn_word_brings_the_machines_back(say, read, owner):
    comment = say("包装破了")
    read()
    feedback.confirm_reading(comment, tone="positive", is_complaint=False, topics=[], by=owner)

    feedback.withdraw_reading(comment, by=owner)

    assert Reading.objects.get().shown_tone == "negative"


def test_a_person_may_read_a_score_and_take_it_back(say, owner):
    comment = say(csat=1)

    feedback.confirm_reading(comment, tone="negative", is_complaint=True, topics=[], by=owner)
    assert Reading.objects.get().shown_complaint
    feedback.withdraw_reading(comment, by=owner)

    assert not Reading.objects.exists()


def test_new_words_are_read_anew(say, read, owner):
    comment = say("包装破了")
    read()

    feedback.correct_comment(comment, text="包装很好", by=owner)
    assert not Reading.objects.exists()
    read()

    assert Reading.objects.get().tone == "positive"


@pytest.mark.shows("ARC-15")
def test_an_erasure_takes_the_words_out_of_readings_too(say, read, admin):
    comment = say("张建国说包装破了")
    read()
    assert Reading.objects.get().aspects

    customers.erase_customer(comment.customer, by=admin)

    comment.refresh_from_db()
    assert comment.text == ERASED
    assert Reading.objects.get().aspects == []
    assert not unread("another model").exists()


def test_five_hundred_comments_are_read_with_few_queries(say, read, django_assert_max_num_queries):
    first = say("包装破了")
    rows = [{"customer": first.customer, "said_at": first.said_at, "text": f"第 {n} 箱破了"} for n in range(60)]
    feedback.add_comments(rows, by=None)

    with django_assert_max_num_queries(20):
        told = services.read_comments()

    assert told["read"] == Comment.objects.count() == 61
