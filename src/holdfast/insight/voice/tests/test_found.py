"""Found topics: proposed from many comments, accepted under a name, joined, put aside, taken back."""

import datetime as dt
from datetime import date

import pytest
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.insight.voice import queries, rules, services
from holdfast.insight.voice.models import FoundTopic, Mention
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]
INVOICE = ["发票抬头开错了", "发票的抬头又不对", "重开发票，抬头错了", "抬头写错，发票退回"]


@pytest.fixture
def keeper(department):
    return UserFactory(role="service_manager", department=department)


@pytest.fixture
def proposal():
    return FoundTopic.objects.create(
        key="found:发票·抬头#1", words=["发票", "抬头", "重开"], comments=4, customers=4, found_on=date(2026, 11, 20)
    )


@pytest.fixture
def invoices(say, read):
    said = [say(text) for text in INVOICE]
    read()
    return said


def about(code):
    return Mention.objects.filter(topic=code).count()


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [("发票抬头错了", ["发票", "抬头", "重开"], True), ("发票错了", ["发票", "抬头"], False), ("发票", ["发票"], True),
     ("Wrong INVOICE title", ["invoice", "title"], True), ("发票", [], False)],
)  # fmt: skip
def test_a_comment_is_about_a_topic_when_it_holds_two_of_its_words(text, words, told):
    assert rules.has_words(text, words) is told


@pytest.mark.slow
@pytest.mark.shows("VOC-07")
def test_topics_of_many_comments_are_proposed_with_words_that_several_customers_used(owner):
    customers = [CustomerFactory(owner=owner) for _ in range(8)]
    when = timezone.make_aware(dt.datetime(2026, 11, 1, 9))
    themes = ["发票抬头写错需要重开", "希望送货单标注物料编码方便仓库盘点", "仓库盘点时间改到上午收货"]
    feedback.add_comments(
        [
            {"customer": customers[n % 8], "said_at": when, "text": f"{themes[n % 3]}，第{n}次，张三丰说"}
            for n in range(240)
        ],
        by=owner,
    )
    services.read_comments()

    done = services.find_topics()

    assert done["read"] == 240
    assert done["proposed"] == FoundTopic.objects.count() > 0
    assert any({"发票", "抬头"} & set(row.words) for row in FoundTopic.objects.all())
    assert all(row.customers >= 3 and row.comments >= 5 for row in FoundTopic.objects.all())
    first = FoundTopic.objects.first()
    services.dismiss_topic(first, by=owner)
    services.find_topics()
    assert FoundTopic.objects.get(pk=first.pk).state == "dismissed"
    assert not FoundTopic.objects.filter(state="open", words=first.words).exists()


def test_of_few_comments_nothing_is_proposed(invoices):
    assert services.find_topics() == {"read": 4, "proposed": 0}


@pytest.mark.shows("VOC-07")
def test_an_accepted_topic_counts_in_what_was_said_and_what_will_be(invoices, proposal, keeper, say, read, owner):
    services.accept_topic(proposal, name="开票出错", by=keeper)

    topic = Topic.objects.get(name="开票出错")
    assert about(topic.code) == 4
    say("又要重开发票")
    read()
    assert about(topic.code) == 5
    assert "开票出错" in [row.name for row in queries.topic_board(owner, {}, until=date(2026, 11, 22)).rows]


@pytest.mark.shows("VOC-07")
def test_undoing_takes_the_topic_its_name_and_its_mentions_back(invoices, proposal, keeper):
    batch = services.accept_topic(proposal, name="开票出错", by=keeper)

    audit.undo(batch, by=keeper)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.topic) == ("open", None)
    assert not Topic.objects.filter(name="开票出错").exists()
    assert not Mention.objects.filter(topic__startswith="own-").exists()


@pytest.mark.shows("VOC-07")
def test_a_found_topic_joins_one_that_stands(invoices, proposal, keeper):
    into = feedback.add_topic("财务对接", by=keeper)

    services.accept_topic(proposal, into=into, by=keeper)

    assert about(into.code) == 4
    services.reopen_topic(proposal, by=keeper)
    assert about(into.code) == 0
    assert Topic.objects.filter(pk=into.pk).exists()


def test_what_a_person_said_of_a_comment_stays(invoices, proposal, keeper):
    feedback.confirm_reading(invoices[0], tone="neutral", is_complaint=False, topics=[], by=keeper)

    services.accept_topic(proposal, name="开票出错", by=keeper)

    assert about(Topic.objects.get(name="开票出错").code) == 3


def test_other_words_let_other_comments_count(invoices, proposal, keeper, say, read):
    say("对账单和送货单对不上")
    read()
    services.accept_topic(proposal, name="单据", by=keeper)
    services.accept_topic(proposal, name="单据", words=["对账单", "送货单"], by=keeper)

    assert about(Topic.objects.get(name="单据").code) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [([], "至少留一个词"), (["一"] * 1 + list("二三四五六七"), "最多 6 个词"), (["长" * 21], "20 个字")],
)
def test_words_that_cannot_be_are_refused(proposal, keeper, words, told):
    with pytest.raises(Refusal, match=told):
        services.accept_topic(proposal, name="开票出错", words=words, by=keeper)
    assert not Topic.objects.exists()


def test_a_topic_without_a_name_is_refused_and_nothing_is_written(proposal, keeper):
    with pytest.raises(Refusal, match="起个名字"):
        services.accept_topic(proposal, by=keeper)
    proposal.refresh_from_db()
    assert proposal.state == "open"


@pytest.mark.shows("VOC-07")
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "发票 · 抬头 · 重开"), ("en", "Found topics")])
def test_the_page_shows_proposals_with_examples_and_keeps_decisions(
    login, department, invoices, proposal, language, told
):
    admin = login(UserFactory(role="admin", department=department))
    admin.cookies["holdfast_language"] = language

    shown = admin.get("/voice/found/")

    assert told in shown.content.decode()
    (row,) = shown.context["waiting"]
    assert (row["comments"], len(row["examples"])) == (4, 3)
    assert len(admin.get(f"/voice/?found={proposal.pk}").context["rows"]) == 4
    admin.post(f"/voice/found/{proposal.pk}/accept/", {"name": "开票出错", "words": "发票 抬头", "into": ""})
    assert [row["name"] for row in admin.get("/voice/found/").context["accepted"]] == ["开票出错"]
    batch = Change.objects.get(model="voice.foundtopic", verb="accept").batch
    admin.post(f"/voice/found/undo/{batch.pk}/")
    admin.post(f"/voice/found/{proposal.pk}/dismiss/")
    assert len(admin.get("/voice/found/").context["dismissed"]) == 1
    admin.post(f"/voice/found/{proposal.pk}/reopen/")
    assert len(admin.get("/voice/found/").context["waiting"]) == 1


def test_examples_are_of_visible_customers_alone(login, stranger, invoices, proposal, keeper):
    (row,) = queries.found_topics(stranger)

    assert (row.examples, row.comments) == ([], 0)
    assert login(stranger).get("/voice/found/").status_code == 403
    assert login(stranger).post(f"/voice/found/{proposal.pk}/accept/", {"name": "x"}).status_code == 403


def test_looking_is_asked_for_once(login, keeper):
    from holdfast.foundation.jobs.models import Job

    page = login(keeper)
    page.post("/voice/found/search/")
    page.post("/voice/found/search/")

    assert Job.objects.filter(name="voice.find").count() == 1


@pytest.mark.shows("VOC-07")
def test_merging_is_told_with_who_when_and_whether_it_was_undone(login, department, invoices, owner):
    admin = UserFactory(role="admin", department=department, name="何苗")
    one, other = (feedback.add_topic(name, by=admin) for name in ("安装", "培训"))
    batch = feedback.merge_topics([one], into=other, by=admin)

    (merge,) = queries.merges()
    assert (merge.who, merge.what, merge.is_undone) == ("何苗", "「安装」并入「培训」", False)
    audit.undo(batch, by=admin)
    assert [one.is_undone for one in queries.merges() if "并入" in one.what] == [True]
    assert "合并的经过" in login(admin).get("/voice/topics/").content.decode()
    assert Comment.objects.count() == 4
