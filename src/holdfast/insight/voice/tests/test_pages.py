"""客户之声 on pages: what is shown, to whom, and what a tap writes."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Batch, Change, Export
from holdfast.insight.voice.models import Reading
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.fixture
def client(owner, login):
    return login(owner)


def words(response):
    return response.content.decode()


@pytest.mark.shows("VOC-04")
@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", ["客户之声", "不满", "投诉", "物流与包装", "包装破了"]),
     ("en", ["Customer voice", "Dissatisfied", "Complaint", "Delivery and packing", "包装破了"])],
)  # fmt: skip
def test_comments_are_listed_with_tone_and_topics_in_both_languages(client, say, read, language, told):
    say("送来的包装破了，要求赔偿", channel="complaint")
    read()
    client.cookies["holdfast_language"] = language

    shown = words(client.get("/voice/"))

    assert all(word in shown for word in told)


def test_filters_find_by_tone_topic_channel_words_and_score(client, say, read):
    bad, good = say("包装破了", channel="complaint"), say("服务态度很好", nps=9)
    read()

    def listed(query):
        shown = words(client.get(f"/voice/?{query}"))
        return [comment for comment in (bad, good) if comment.text in shown]

    assert listed("tone=negative") == [bad]
    assert listed("topic=delivery") == [bad]
    assert listed("channel=complaint") == [bad]
    assert listed("q=态度") == [good]
    assert listed("group=nps-promoters") == [good]
    assert listed("complaint=1&tone=positive") == []
    assert listed("owner=me&state=open") == [bad, good]
    assert listed("stars=none") == [bad, good]
    assert listed(f"customer={good.customer_id}") == [good]
    assert listed("tone=rubbish&stars=77&since=never") == [bad, good]


def test_scores_without_words_are_listed_where_scores_are_asked_for(client, say):
    say(csat=2), say("包装破了")

    assert len(client.get("/voice/").context["rows"]) == 1
    assert len(client.get("/voice/?group=csat-low").context["rows"]) == 1
    assert client.get("/voice/?scored=csat").context["rows"][0].comment.text == ""


def test_the_list_pages_by_key(client, say):
    customer = CustomerFactory(owner=say("第一句").customer.owner)
    feedback.add_comments(
        [{"customer": customer, "said_at": Comment.objects.get().said_at, "text": f"第 {n:02d} 句"} for n in range(60)],
        by=None,
    )

    first = client.get("/voice/")
    second = client.get("/voice/", {"after": first.context["page"].after})

    ids = [row.comment.pk for answer in (first, second) for row in answer.context["rows"]]
    assert len(ids) == len(set(ids)) == 61


def test_a_page_of_fifty_costs_as_many_queries_as_a_page_of_two(client, say, read, django_assert_max_num_queries):
    for _ in range(12):
        say("送货慢，包装破了", csat=2)
    read()

    with django_assert_max_num_queries(14):
        client.get("/voice/")


@pytest.mark.shows("VOC-07")
def test_one_tap_in_the_list_confirms_the_tone_and_keeps_the_rest(client, say, read, owner):
    comment = say("包装破了，要求赔偿")
    read()

    answer = client.post(
        f"/voice/comments/{comment.pk}/read/", {"part": "cell", "tone": "neutral"}, headers={"HX-Request": "true"}
    )

    comment.refresh_from_db()
    assert f'id="tone-{comment.pk}"' in words(answer)
    assert "<html" not in words(answer)
    assert (comment.confirmed_tone, comment.confirmed_topics) == ("neutral", ["delivery"])
    assert comment.confirmed_complaint
    assert comment.confirmed_by == owner
    assert Change.objects.filter(verb="confirm", subject=f"customers.customer:{comment.customer_id}").exists()


def test_the_page_of_a_comment_marks_opinions_and_takes_a_whole_reading(client, say, read):
    comment = say("这次包装破了")
    read()
    url = f"/voice/comments/{comment.pk}/"

    assert '<mark class="opinion negative">' in words(client.get(url))
    client.post(f"{url}read/", {"tone": "negative", "is_complaint": "1", "topics": ["delivery"]})
    assert Reading.objects.get().shown_complaint
    client.post(f"{url}unread/")

    comment.refresh_from_db()
    assert not comment.is_confirmed


def test_a_reading_that_cannot_be_is_refused_on_the_page(client, say, read):
    comment = say("包装破了")
    read()

    answer = client.post(f"/voice/comments/{comment.pk}/read/", {"tone": "furious"})

    assert answer.status_code == 422
    comment.refresh_from_db()
    assert not comment.is_confirmed


@pytest.mark.parametrize("page", ["", "read/", "unread/"])
def test_a_comment_of_anothers_customer_is_not_found(login, stranger, say, page):
    comment = say("包装破了")
    url = f"/voice/comments/{comment.pk}/{page}"

    answer = login(stranger).get(url) if not page else login(stranger).post(url, {"tone": "neutral"})

    assert answer.status_code == 404


def test_reading_needs_the_right_and_so_do_topics(login, say, department):
    comment = say("包装破了")
    auditor = login(UserFactory(role="auditor"))

    assert auditor.get("/voice/").status_code == 200
    assert auditor.post(f"/voice/comments/{comment.pk}/read/", {"tone": "neutral"}).status_code == 403
    assert auditor.post("/voice/topics/new/", {"name": "仓库"}).status_code == 403
    assert auditor.get("/voice/model/").status_code == 403
    assert auditor.get("/feedback/new/").status_code == 403


@pytest.mark.shows("VOC-04")
def test_a_comment_is_written_down_in_one_form(client, owner):
    customer = CustomerFactory(owner=owner)

    answer = client.post(
        f"/feedback/new/?customer={customer.pk}",
        {"text": "包装破了", "channel": "wechat", "said_on": "2026-11-20", "csat": "2", "nps": ""},
    )

    comment = Comment.objects.get()
    assert answer.status_code == 302
    assert (comment.customer, comment.text, comment.channel, comment.csat, comment.nps) == (
        customer, "包装破了", "wechat", 2, None,
    )  # fmt: skip


@pytest.mark.shows("SAT-02")
def test_the_parts_of_satisfaction_are_noted_in_the_form_and_corrected(client, owner):
    customer = CustomerFactory(owner=owner)
    said = {"text": "还行", "channel": "phone", "said_on": "2026-11-20", "csat": "4", "timeliness": "2", "quality": "5"}

    client.post(f"/feedback/new/?customer={customer.pk}", said)
    comment = Comment.objects.get()
    client.post(f"/feedback/comments/{comment.pk}/edit/", {**said, "timeliness": "3", "quality": ""})

    assert (comment.timeliness, comment.quality, comment.attitude) == (2, 5, None)
    comment.refresh_from_db()
    assert (comment.timeliness, comment.quality) == (3, None)
    wrong = client.post(f"/feedback/new/?customer={customer.pk}", {**said, "timeliness": "9"})
    assert wrong.status_code == 422


def test_a_comment_without_words_or_score_is_refused_and_what_was_typed_stays(client, owner):
    customer = CustomerFactory(owner=owner)

    answer = client.post(f"/feedback/new/?customer={customer.pk}", {"channel": "review", "said_on": "2026-11-20"})

    assert answer.status_code == 422
    assert "请写下客户说了什么" in words(answer)
    assert answer.context["form"]["channel"].value() == "review"


def test_who_wrote_it_down_corrects_it_and_nobody_else(client, login, say, owner, manager):
    comment = say("包装破了", by=owner)
    url = f"/feedback/comments/{comment.pk}/edit/"

    client.post(url, {"text": "包装很好", "channel": "phone", "said_on": "2026-11-10"})
    comment.refresh_from_db()

    assert comment.text == "包装很好"
    assert login(UserFactory(role="service_manager")).get(url).status_code == 403
    client.post(f"/feedback/comments/{comment.pk}/remove/")
    assert not Comment.objects.exists()


@pytest.mark.shows("VOC-08", "VOC-09")
def test_topics_are_renamed_merged_taken_apart_and_undone_on_their_page(login, say, read, owner):
    say("包装破了"), say("服务态度很差")
    read()
    keeper = login(UserFactory(role="service_manager"))

    keeper.post("/voice/topics/rename/", {"topic": "delivery", "name": "送货与包装"})
    keeper.post("/voice/topics/merge/", {"topic": "service", "into": "delivery"})

    shown = keeper.get("/voice/topics/")
    assert "送货与包装" in words(shown)
    assert [row.code for row in shown.context["board"].rows] == ["delivery"]
    keeper.post(f"/voice/topics/undo/{Batch.objects.get(kind='merge_topics').pk}/")
    assert len(keeper.get("/voice/topics/").context["board"].rows) == 2
    keeper.post("/voice/topics/merge/", {"topic": "service", "into": "delivery"})
    keeper.post("/voice/topics/split/", {"topic": "service"})
    assert not Topic.objects.filter(merged_into__isnull=False).exists()


def test_a_topic_that_cannot_be_merged_says_why(login, say, read):
    say("包装破了")
    read()
    keeper = login(UserFactory(role="service_manager"))

    answer = keeper.post("/voice/topics/merge/", {"topic": "delivery", "into": "delivery"}, follow=True)

    assert "两个不同的主题" in words(answer)


@pytest.mark.shows("SAT-03")
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "净推荐值 +100"), ("en", "Net promoter score +100")])
def test_satisfaction_is_told_with_its_interval_and_opens_its_answers(client, say, language, told):
    for _ in range(12):
        say(nps=10)
    client.cookies["holdfast_language"] = language

    shown = words(client.get("/voice/satisfaction/"))

    assert told in shown
    assert "scored=nps" in shown
    assert len(client.get("/voice/?scored=nps&since=2026-11-01").context["rows"]) == 12


def test_pages_without_anything_say_what_to_do(client):
    assert "还没有记下客户的话" in words(client.get("/voice/"))
    assert "这一段没有读过的话" in words(client.get("/voice/topics/"))
    assert "没有人打过分" in words(client.get("/voice/satisfaction/"))


@pytest.mark.shows("VOC-04")
def test_the_customers_page_shows_what_he_said(client, say, read):
    comment = say("包装破了")
    read()

    whole = words(client.get(f"/voice/customers/{comment.customer_id}/"))
    part = words(client.get(f"/voice/customers/{comment.customer_id}/", headers={"HX-Request": "true"}))

    assert "包装破了" in part
    assert part.strip() in whole
    assert f"/voice/customers/{comment.customer_id}/" in words(client.get(comment.customer.get_absolute_url()))


def test_the_list_leaves_as_a_registered_export(login, say, read):
    say("包装破了", csat=2)
    read()
    manager = login(UserFactory(role="service_manager"))

    answer = manager.post("/voice/export/?tone=negative")

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert (rows[1][5], rows[1][6], rows[1][8], rows[1][10]) == ("包装破了", "不满", "物流与包装", 2)
    export = Export.objects.get()
    assert (export.what, export.rows, export.filters) == ("voice.comments", 1, {"tone": "negative"})


def test_an_export_needs_its_right(client, say):
    say("包装破了")

    assert client.post("/voice/export/").status_code == 403
