"""What customers talk about: counted once, by heads and by worth, over months, with merged topics as one."""

from datetime import date

import pytest

from holdfast.insight.voice import queries
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Topic

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


def board(owner, **params):
    return queries.topic_board(owner, params, until=TODAY)


@pytest.fixture
def marked(say, owner):
    """`marked(customer, "positive", "price", "delivery")`: a comment with a person's reading."""

    def made(customer, tone, *topics, is_complaint=False, **when):
        feedback.ensure_topics(topics)
        comment = say("一句话", customer=customer, **when)
        return feedback.confirm_reading(comment, tone=tone, is_complaint=is_complaint, topics=topics, by=owner)

    return made


@pytest.mark.shows("VOC-07")
def test_topics_are_counted_with_their_tones_months_and_complaints(worth, marked, owner):
    first, second = worth(100), worth(100)
    marked(first, "negative", "delivery", is_complaint=True, month=10)
    marked(first, "positive", "delivery")
    marked(second, "positive", "price")
    marked(second, "neutral")

    found = board(owner)

    delivery, price = found.rows
    assert (delivery.code, delivery.comments, delivery.complaints) == ("delivery", 2, 1)
    assert dict(delivery.tones) == {"negative": 1, "positive": 1}
    assert dict(delivery.months) == {"2026-10": 1, "2026-11": 1}
    assert (delivery.share, price.share) == (0.5, 0.25)
    assert (found.comments, found.without, found.customers) == (4, 1, 2)
    assert found.months[0] == "2025-12"


@pytest.mark.shows("VOC-08")
def test_weighted_by_value_one_large_customer_outranks_two_small_ones(worth, marked, owner):
    large, small, other = worth(9_000_00), worth(100_00), worth(100_00)
    marked(large, "negative", "price")
    for customer in (small, other):
        marked(customer, "negative", "delivery")

    rows = {row.code: row for row in board(owner).rows}

    assert (rows["delivery"].rank_heads, rows["delivery"].rank_value) == (1, 2)
    assert (rows["price"].rank_heads, rows["price"].rank_value, rows["price"].climb) == (2, 1, 1)
    # The floor of a quarter head: 900,000 : 2 × max(10,000, ⅓·¼ of the whole) = .9783 : .0833 each, normalised.
    assert rows["price"].weight == pytest.approx(0.978260869 / (0.978260869 + 2 / 12), abs=1e-6)
    assert (rows["price"].head_share, rows["price"].heads) == pytest.approx((1 / 3, 1 / 3))


@pytest.mark.shows("VOC-09")
def test_a_need_of_many_is_common_and_a_need_of_one_individual(worth, marked, owner):
    several = [worth(100) for _ in range(4)]
    for customer in several:
        marked(customer, "negative", "delivery")
    marked(several[0], "neutral", "content")

    kinds = {row.code: row.kind for row in board(owner).rows}

    assert kinds == {"delivery": "common", "content": "individual"}


@pytest.mark.shows("VOC-07")
def test_a_comment_that_names_two_merged_topics_counts_once(worth, marked, owner):
    marked(worth(100), "negative", "delivery", "speed")
    marked(worth(100), "negative", "speed")
    delivery, speed = Topic.objects.order_by("code")

    feedback.merge_topics([speed], into=delivery, by=owner)

    (row,) = board(owner).rows
    assert (row.code, row.comments, len(row.customers)) == ("delivery", 2, 2)


def test_filters_narrow_the_topics(worth, marked, owner):
    marked(worth(100), "negative", "delivery", month=3)
    marked(worth(100), "negative", "price")

    assert [row.code for row in board(owner, since=date(2026, 11, 1)).rows] == ["price"]
    assert board(owner, stars="1").rows == []


def test_comments_of_others_customers_are_not_counted(worth, marked, owner, stranger):
    marked(worth(100), "negative", "delivery")

    assert queries.topic_board(stranger, {}, until=TODAY).comments == 0


def test_the_board_costs_a_fixed_number_of_queries(worth, marked, owner, django_assert_num_queries):
    for _ in range(5):
        marked(worth(100), "negative", "delivery", "price")

    board(owner)
    with django_assert_num_queries(5):
        board(owner)
