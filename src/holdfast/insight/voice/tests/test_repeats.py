"""The same said again: grouped, listed once a customer, and counted once, unless different customers say it."""

from datetime import date

import pytest

from holdfast.insight.voice import queries, services
from holdfast.insight.voice.models import Reading
from holdfast.records.customers.tests.factories import CustomerFactory

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]
TOLD = "送来的包装破了，油漏了一地，要求赔偿"


@pytest.fixture
def again(say, read, owner):
    """One customer says it three times, another once, a third something else."""
    first, second = CustomerFactory(owner=owner), CustomerFactory(owner=owner)
    said = [say(TOLD, customer=first, day=day) for day in (3, 5, 9)]
    said.append(say(f"{TOLD}！！", customer=second, day=7))
    other = say("服务态度很好，下次还来", customer=second, day=8)
    read()
    services.group_repeats()
    return said, other


@pytest.mark.shows("VOC-07")
def test_almost_equal_comments_share_the_key_of_the_first(again):
    said, other = again

    assert {Reading.objects.get(pk=one.pk).same_as for one in said} == {said[0].pk}
    assert Reading.objects.get(pk=other.pk).same_as is None
    assert services.group_repeats() == 0


@pytest.mark.shows("VOC-07")
def test_rankings_count_a_customer_once_and_different_customers_each(again, owner):
    (topic,) = [row for row in queries.topic_board(owner, {}, until=TODAY).rows if row.code == "delivery"]

    assert (topic.comments, len(topic.customers)) == (2, 2)
    assert queries.topic_board(owner, {}, until=TODAY).repeats == 2


@pytest.mark.shows("VOC-07")
def test_the_list_shows_what_the_figure_counted_and_says_how_many_more(again, owner, login):
    said, _other = again
    page = login(owner)

    listed = page.get("/voice/?topic=delivery")

    assert {row.comment.pk for row in listed.context["rows"]} == {said[2].pk, said[3].pk}
    assert "同样的话还有 3 条" in listed.content.decode()
    assert len(page.get(f"/voice/?alike={said[0].pk}").context["rows"]) == 4
    assert len(page.get("/voice/?every=1").context["rows"]) == 5
    assert [row.comment.pk for row in page.get("/voice/?until=2026-11-04").context["rows"]] == [said[0].pk]


@pytest.mark.shows("VOC-07")
def test_the_page_of_groups_names_comments_customers_and_days(again, owner, login):
    (group,) = queries.alike_groups(owner)

    assert (group.comments, group.customers, group.repeated) == (4, 2, 2)
    assert (group.first, group.last) == (date(2026, 11, 3), date(2026, 11, 9))
    assert "1 组，共 4 条" in login(owner).get("/voice/alike/").content.decode()


def test_others_customers_are_neither_counted_nor_shown(again, stranger, login):
    assert queries.alike_groups(stranger) == []
    assert TOLD[:6] not in login(stranger).get("/voice/alike/").content.decode()


def test_new_words_leave_the_group(again, owner, read):
    from holdfast.records.feedback import services as feedback

    said, _other = again
    feedback.correct_comment(said[3], text="价格太贵了", by=owner)
    read()
    services.group_repeats()

    assert Reading.objects.get(pk=said[3].pk).same_as is None


def test_grouping_waits_for_the_night_when_there_are_many(again, monkeypatch):
    monkeypatch.setattr(services.repeats, "MOST_AT_ONCE", 3)

    assert services.group_if_few() is None
    monkeypatch.setattr(services.repeats, "MOST_AT_ONCE", 30)
    assert services.group_if_few() == 0
