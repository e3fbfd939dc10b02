"""Complaints, reviews and survey answers from a file: scores checked, orders found, the same thing kept once."""

from __future__ import annotations

import pytest

from holdfast.doors.intake.models import WorkFile
from holdfast.doors.intake.tests import making
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback.models import Comment
from holdfast.records.timeline.models import Entry

pytestmark = pytest.mark.django_db
HEADINGS = ["客户编号", "评价时间", "渠道", "评价内容", "满意度", "推荐分", "订单号"]


@pytest.fixture
def customer(manager):
    return CustomerFactory(code="K1", owner=manager, department=manager.department)


def problems(imp):
    with WorkFile(imp.path) as work:
        return {problem.code for row in work.page("all") for problem in row.problems}


@pytest.mark.shows("VOC-06")
def test_survey_answers_go_in_with_their_scores_order_and_history(customer, manager):
    order = OrderFactory(customer=customer, number="SO-1")
    rows = [["K1", "2026-01-12 09:00", "问卷", "送货很快", "5", "9", "SO-1"]]

    making.applied(making.csv_file(HEADINGS, rows), "comments", manager)

    comment = Comment.objects.get()
    assert (comment.csat, comment.nps, comment.channel, comment.order) == (5, 9, "survey", order)
    assert Entry.objects.filter(source="feedback.comment", source_id=comment.pk).exists()


@pytest.mark.shows("SAT-02", "VOC-06")
def test_the_parts_of_satisfaction_go_in_and_wrong_ones_are_left_out(customer, manager):
    headings = [*HEADINGS, "服务态度", "产品质量", "沟通", "及时性"]
    rows = [["K1", "2026-01-12", "问卷", "还行", "4", "", "", "5", "4", "7", "2"]]

    imp = making.applied(making.csv_file(headings, rows), "comments", manager)

    comment = Comment.objects.get()
    assert (comment.attitude, comment.quality, comment.communication, comment.timeliness) == (5, 4, None, 2)
    assert "factor_range" in problems(imp)


def test_a_score_out_of_its_scale_is_left_out_and_said(customer, manager):
    rows = [["K1", "2026-01-12", "问卷", "还行", "9", "4.5", ""]]

    imp = making.applied(making.csv_file(HEADINGS, rows), "comments", manager)

    comment = Comment.objects.get()
    assert (comment.csat, comment.nps) == (None, None)
    assert {"csat_range", "nps_range"} <= problems(imp)


def test_a_row_without_words_and_score_is_kept_out(customer, manager):
    rows = [["K1", "2026-01-12", "问卷", "", "", "", ""], ["K1", "2026-01-12", "问卷", "", "77", "", ""]]

    imp = making.checked(making.csv_file(HEADINGS, rows), "comments", manager)

    assert imp.to_write == 0
    assert "no_voice" in problems(imp)


def test_an_order_of_another_customer_is_not_hung_on_the_comment(customer, manager):
    OrderFactory(number="SO-9")
    rows = [["K1", "2026-01-12", "投诉", "漏油", "", "", "SO-9"]]

    imp = making.applied(making.csv_file(HEADINGS, rows), "comments", manager)

    assert Comment.objects.get().order is None
    assert "lost_order_said" in problems(imp)


def test_an_unknown_channel_is_kept_as_another(customer, manager):
    rows = [["K1", "2026-01-12", "朋友圈", "漏油", "", "", ""]]

    making.applied(making.csv_file(HEADINGS, rows), "comments", manager)

    assert Comment.objects.get().channel == "other"
