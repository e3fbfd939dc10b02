"""From voices to a promise: common and individual needs, who is behind them, what was decided, and back again."""

from datetime import date

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.insight.quality.models import Process
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.models import Need
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Topic

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.fixture
def keeper(department):
    """Keeps topics and service standards, and sees all customers."""
    return UserFactory(role="admin", department=department)


@pytest.fixture
def marked(say, owner):
    def made(customer, *topics, tone="negative", **when):
        feedback.ensure_topics(topics)
        comment = say(f"{customer.name}说的话", customer=customer, **when)
        return feedback.confirm_reading(comment, tone=tone, is_complaint=False, topics=topics, by=owner)

    return made


@pytest.fixture
def spoken(worth, marked):
    """Four customers on delivery, one of them large and alone with packing."""
    large, *small = [
        worth(minor, name=name) for minor, name in ((900_00, "大客户"), (50_00, "甲"), (30_00, "乙"), (20_00, "丙"))
    ]
    for customer in (large, *small):
        marked(customer, "delivery")
    marked(large, "content")
    return large, small


def topic(code):
    return Topic.objects.get(code=code)


def posted(**more):
    asked = {"text": "说好哪天到就哪天到", "kind": "common", "decision": "process", "review_on": "2027-02-20"}
    return {**asked, **more}


@pytest.mark.shows("VOC-09")
def test_common_and_individual_needs_stand_apart_with_who_is_behind_them(spoken, owner, login):
    large, _small = spoken

    found = queries.need_board(owner, {}, until=TODAY)

    (common,), (single,) = found.of_kind("common"), found.of_kind("individual")
    assert (common.topic.code, next(one.customer.name for one in common.behind)) == ("delivery", "大客户")
    assert (len(common.behind), common.others) == (3, 1)
    # 90 % of the worth against three customers at the floor of .25 ÷ 4.
    assert common.behind[0].share == pytest.approx(0.9 / (0.9 + 3 * 0.0625))
    assert common.only is None
    assert (single.topic.code, single.only) == ("content", large)
    shown = login(owner).get("/voice/needs/").content.decode()
    assert "只有一位" in shown
    assert shown.index("共性需求") < shown.index("个性需求")


@pytest.mark.shows("VOC-09", "VOC-10", "VOC-11")
def test_from_a_topic_one_form_makes_the_promise_and_the_promise_tells_its_voices(spoken, keeper, login):
    page = login(keeper)

    answer = page.post(
        "/voice/needs/new/?topic=delivery",
        posted(pair="order_delivered", target_days="7", limit_days="9", driver="仓库四点后不发货", owner=keeper.pk),
    )

    need, process = Need.objects.get(), Process.objects.get()
    assert answer.status_code == 302
    assert (need.process, need.decision, need.owner, need.kind) == (process, "process", keeper, "common")
    assert (process.pair, process.target_days, process.limit_days) == ("order_delivered", 7, 9)
    assert need.decided_at is not None
    chart = page.get(f"/quality/?kept={process.pk}").content.decode()
    assert "为什么有这条承诺" in chart
    assert "听 4 句原话" in chart
    assert need.get_absolute_url() in chart
    shown = page.get(need.get_absolute_url())
    assert shown.context["total"] == 4 == len(page.get(shown.context["voices_url"]).context["rows"])
    assert f"kept={process.pk}" in shown.content.decode()


def test_the_same_promise_is_not_made_twice(spoken, keeper):
    first, again = (
        services.promise_for(text, pair="order_delivered", target_days=7, limit_days=9, by=keeper)
        for text in ("一", "二")
    )
    other = services.promise_for("一", pair="order_delivered", target_days=5, limit_days=9, by=keeper)

    assert first == again
    assert other.name == "一 2"


@pytest.mark.shows("VOC-09")
def test_an_individual_need_is_agreed_with_its_customer_alone(spoken, keeper, login, owner, stranger):
    large, _small = spoken

    login(keeper).post(
        "/voice/needs/new/?topic=content",
        posted(text="单独的装箱单", kind="individual", customer=large.pk, decision="agreement", reason="年单 900 万"),
    )

    need = Need.objects.get()
    assert (need.customer, need.decision) == (large, "agreement")
    assert Change.objects.filter(subject=f"customers.customer:{large.pk}", model="voice.need").exists()
    assert login(owner).get(need.get_absolute_url()).status_code == 200
    assert login(stranger).get(need.get_absolute_url()).status_code == 404
    assert "单独的装箱单" not in login(stranger).get("/voice/needs/").content.decode()


@pytest.mark.shows("VOC-09")
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": " "}, "客户要的是什么"),
        ({"decision": "declined"}, "不做也要写明理由"),
        ({"decision": "agreement"}, "单独约定只对一位客户"),
        ({"kind": "individual"}, "选是哪一位客户"),
        ({"decision": "process"}, "请选一个流程"),
        ({"review_on": date(2026, 1, 1), "decision": ""}, "复核的日子已经过去"),
    ],
)
def test_a_need_that_cannot_stand_says_what_is_missing(spoken, keeper, more, told):
    with pytest.raises(Refusal, match=told):
        services.keep_need(None, by=keeper, topic=topic("delivery"), **{"text": "快", "kind": "common", **more})
    assert not Need.objects.exists()


def test_a_refused_form_keeps_what_was_typed_and_makes_no_process(spoken, keeper, login):
    page = login(keeper)

    late = page.post(
        "/voice/needs/new/?topic=delivery", posted(pair="order_delivered", target_days="9", limit_days="7")
    )
    half = page.post("/voice/needs/new/?topic=delivery", posted(pair="order_delivered", target_days="9"))
    alone = page.post(
        "/voice/needs/new/?topic=delivery",
        posted(kind="individual", pair="order_delivered", target_days="7", limit_days="9"),
    )

    assert [answer.status_code for answer in (late, half, alone)] == [422, 422, 422]
    assert "底线不能短于承诺" in late.content.decode()
    assert "新定承诺要写明几天" in half.content.decode()
    assert late.context["form"]["text"].value() == "说好哪天到就哪天到"
    assert not Process.objects.exists()


@pytest.mark.shows("VOC-09")
def test_a_no_stands_with_its_reason_and_without_a_measure(spoken, keeper):
    need = services.keep_need(
        None, by=keeper, topic=topic("delivery"), kind="common", text="快", decision="process", measure="到货率",
        unit="%", target=98.0, limit=95.0,
    )  # fmt: skip
    decided = need.decided_at

    services.keep_need(need, by=keeper, text="快一点")
    assert Need.objects.get().decided_at == decided
    services.keep_need(need, by=keeper, decision="declined", reason="运费太贵")

    need.refresh_from_db()
    assert (need.decision, need.reason, need.measure, need.target) == ("declined", "运费太贵", "", None)
    assert Change.objects.filter(model="voice.need").count() == 3


def test_what_a_need_is_measured_by_is_told_in_words(spoken, keeper, login):
    services.keep_need(
        None, by=keeper, topic=topic("delivery"), kind="common", text="快", decision="process", measure="到货率",
        unit="%", target=98.0, limit=95.0, review_on=TODAY,
    )  # fmt: skip

    shown = login(keeper).get("/voice/needs/").content.decode()

    assert "到货率：目标 98 %，底线 95 %" in shown
    assert "该复核了" in shown


def test_a_need_put_away_is_off_the_list_and_on_record(spoken, keeper, login):
    need = services.keep_need(None, by=keeper, topic=topic("delivery"), kind="common", text="要快")
    page = login(keeper)

    page.post(f"/voice/needs/{need.pk}/archive/")

    assert "要快" not in page.get("/voice/needs/").content.decode()
    assert page.get(need.get_absolute_url()).status_code == 404
    assert Change.objects.filter(model="voice.need", verb="archive").exists()


def test_a_need_under_a_merged_topic_shows_under_the_one_it_became(spoken, keeper, login):
    services.keep_need(None, by=keeper, topic=topic("content"), kind="common", text="装箱单")

    feedback.merge_topics([topic("content")], into=topic("delivery"), by=keeper)

    (row,) = queries.need_board(keeper, {}, until=TODAY).rows
    assert [need.text for need in row.needs] == ["装箱单"]


def test_a_need_nobody_speaks_of_any_more_is_still_listed(keeper, login):
    feedback.ensure_topics(["delivery"])
    services.keep_need(None, by=keeper, topic=topic("delivery"), kind="common", text="要快")

    assert [need.text for need in queries.need_board(keeper, {}, until=TODAY).silent] == ["要快"]
    assert "这一段没人再说的" in login(keeper).get("/voice/needs/").content.decode()


def test_writing_needs_its_word_and_a_promise_the_word_for_standards(spoken, login, owner):
    assert login(owner).get("/voice/needs/new/?topic=delivery").status_code == 403
    assert login(owner).post("/voice/needs/new/?topic=delivery", posted()).status_code == 403


def test_the_page_of_needs_costs_a_fixed_number_of_queries(
    spoken, marked, worth, owner, login, django_assert_max_num_queries
):
    for topic in ("price", "service", "quality", "room", "taste"):
        marked(worth(10), topic)
    page = login(owner)
    page.get("/voice/needs/")

    with django_assert_max_num_queries(16):
        page.get("/voice/needs/")


@pytest.mark.shows("VOC-09")
def test_erasing_a_customer_empties_what_was_agreed_with_it(spoken, keeper):
    from holdfast.records.customers.services.erasing import _erase

    large, _small = spoken
    need = services.keep_need(
        None, by=keeper, topic=topic("content"), kind="individual", customer=large, text="王总要的装箱单",
        driver="王总", decision="agreement", reason="王总签的",
    )  # fmt: skip

    _erase(Need, {need.pk})

    need.refresh_from_db()
    assert "王总" not in f"{need.text}{need.driver}{need.reason}"
