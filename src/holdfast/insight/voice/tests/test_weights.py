"""How voices are weighed in the product: the rule, who sees which worth, the 80/20 line."""

from datetime import date

import pytest

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.models import WeightRule
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.feedback import services as feedback

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.fixture
def marked(say, owner):
    def made(customer, tone, *topics, is_complaint=False, **when):
        feedback.ensure_topics(topics)
        comment = say("一句话", customer=customer, **when)
        return feedback.confirm_reading(comment, tone=tone, is_complaint=is_complaint, topics=topics, by=owner)

    return made


def weights(viewer):
    return {row.code: row.weight for row in queries.topic_board(viewer, {}, until=TODAY).rows}


@pytest.mark.shows("VOC-08")
def test_the_published_example_comes_out_of_comments_of_four_customers(worth, marked, owner):
    """Values 50, 30, 15, 5; the importance 1–5 of three needs is told by steps of severity."""
    services.change_weights(by=owner, floor=0, neutral=1, positive=2, negative=4, complaint=5)
    steps = {1: ("neutral", False), 2: ("positive", False), 4: ("negative", False), 5: ("negative", True)}
    importance = {"a": (5, 4, 2, 1), "c": (1, 2, 5, 5)}
    customers = [worth(value * 100) for value in (50, 30, 15, 5)]

    for topic, rows in importance.items():
        for customer, step in zip(customers, rows, strict=True):
            tone, is_complaint = steps[step]
            marked(customer, tone, topic, is_complaint=is_complaint, day=22)

    found = weights(owner)
    # 4.05 and 2.10 of methods §7, the two needs whose steps can be told so.
    assert found["a"] / found["c"] == pytest.approx(4.05 / 2.10)
    board = queries.topic_board(owner, {}, until=TODAY)
    assert {row.heads for row in board.rows} == {0.5}


@pytest.mark.shows("VOC-08")
def test_a_fresh_complaint_outweighs_old_praise_of_the_same_worth(worth, marked, owner):
    marked(worth(100), "positive", "quality", month=5, day=26)  # 180 days before: half
    marked(worth(100), "negative", "delivery", day=22, is_complaint=True)

    found = weights(owner)

    assert found["delivery"] / found["quality"] == pytest.approx(3 / (0.5 * 0.5))


def test_a_machines_doubt_stands_between_the_tone_and_a_complaint(worth, say, read, owner):
    say("送来的包装破了", customer=worth(100), day=22)
    read()

    (one,) = queries.topic_board(owner, {}, until=TODAY).rows[0].said

    assert 0 < one.chance < 1 or one.chance in (0, 1)
    severity = queries.topics.severity_of(one, WeightRule())
    assert severity == pytest.approx(2 + one.chance * 1) if one.tone == "negative" else severity > 0


def test_margin_weighs_for_who_may_see_it_and_revenue_for_the_rest(marked, login, owner, department):
    boss = UserFactory(role="admin", department=department)
    rich, poor = (CustomerFactory(owner=owner) for _ in range(2))
    StandingFactory(customer=rich, revenue_12m_minor=900_00, profit_12m_minor=100_00, stars=4)
    StandingFactory(customer=poor, revenue_12m_minor=100_00, profit_12m_minor=900_00, stars=4)
    marked(rich, "negative", "price"), marked(poor, "negative", "delivery")

    seen, hidden = (queries.topic_board(viewer, {}, until=TODAY) for viewer in (boss, owner))

    assert (seen.basis, seen.by_weight[0].code) == ("profit", "delivery")
    assert (hidden.basis, hidden.by_weight[0].code) == ("revenue", "price")


@pytest.mark.shows("VOC-08")
def test_the_line_is_drawn_under_the_smallest_set_with_four_fifths_of_the_weight(worth, marked, owner, login):
    for topic, value in (("delivery", 700_00), ("price", 200_00), ("service", 50_00), ("quality", 50_00)):
        marked(worth(value), "negative", topic)

    board = queries.topic_board(owner, {}, until=TODAY)
    page = login(owner).get("/voice/topics/")

    assert [row.code for row in board.vital] == ["delivery", "price"]
    assert page.context["cut"]["code"] == "price"
    assert "4 个主题里，以上 2 个占了" in page.content.decode()


@pytest.mark.shows("VOC-08")
def test_who_keeps_the_topics_changes_the_rule_and_the_old_one_stays(login, owner, worth, marked):
    keeper = login(UserFactory(role="service_manager"))
    asked = {"basis": "revenue", "floor": "0.25", "half_life_days": "90", "complaint": "4", "negative": "2",
             "neutral": "1", "positive": "0.5", "note": "旺季变得快"}  # fmt: skip

    answer = keeper.post("/voice/weights/", asked)
    keeper.post("/voice/weights/", {**asked, "half_life_days": "60"})

    assert answer.status_code == 302
    assert queries.weight_rule().half_life_days == 60
    assert [one.half_life_days for one in queries.weight_rules()] == [60, 90]
    assert Change.objects.filter(model="voice.weightrule").count() == 2
    assert "旺季变得快" in keeper.get("/voice/weights/").content.decode()


def test_the_same_rule_again_is_no_new_version(owner):
    first = services.change_weights(by=owner, half_life_days=90)

    assert services.change_weights(by=owner, half_life_days=90) == first
    assert WeightRule.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("half_life_days", "0"), ("floor", "2"), ("complaint", "0"), ("basis", "x")]
)
def test_a_rule_that_makes_no_sense_is_refused_and_what_was_typed_stays(login, field, value):
    keeper = login(UserFactory(role="service_manager"))
    asked = {"basis": "revenue", "floor": "0.25", "half_life_days": "90", "complaint": "4", "negative": "2",
             "neutral": "1", "positive": "0.5", "note": ""}  # fmt: skip

    answer = keeper.post("/voice/weights/", {**asked, field: value})

    assert answer.status_code == 422
    assert answer.context["form"][field].value() == value
    assert not WeightRule.objects.exists()


def test_who_may_not_change_the_rule_reads_it(login, owner):
    page = login(owner)

    assert "多少天减半" in page.get("/voice/weights/").content.decode()
    page.post("/voice/weights/", {"half_life_days": "9"})
    assert not WeightRule.objects.exists()
