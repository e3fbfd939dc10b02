"""The company's own model: trained on what people confirmed, shown with how it did, used only where it does better."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import run_now
from holdfast.insight.voice import readers, services
from holdfast.insight.voice.models import CompanyModel, Reading
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]
# House words that no built-in list knows: 蓝票 is good news here, 黄票 bad.
THINGS = ["一号线", "二号线", "三号线", "东厂", "西厂", "南库", "北库", "新楼", "老楼", "食堂", "机修", "配电"]
WHEN = ["今天", "昨天", "周一", "周二", "周三", "上周", "月初", "月底", "早班"]


@pytest.fixture
def labelled(owner):
    """216 comments in the company's own words, each confirmed by a person."""
    rows = [(f"{when}{thing}给了{note}", tone) for when, thing in product(WHEN, THINGS)
            for note, tone in (("蓝票", "positive"), ("黄票", "negative"))]  # fmt: skip
    customer = CustomerFactory(owner=owner)
    when = timezone.make_aware(dt.datetime(2026, 11, 2, 9))
    made = feedback.add_comments([{"customer": customer, "said_at": when, "text": text} for text, _ in rows], by=owner)
    for comment, (_text, tone) in zip(made, rows, strict=True):
        comment.confirmed_tone, comment.confirmed_complaint = tone, tone == "negative"
        comment.confirmed_topics, comment.confirmed_by, comment.confirmed_at = [], owner, timezone.now()
    Comment.objects.bulk_update(
        made, ["confirmed_tone", "confirmed_complaint", "confirmed_topics", "confirmed_by", "confirmed_at"]
    )
    return made


@pytest.mark.shows("VOC-07")
@pytest.mark.slow
def test_a_model_learns_the_companys_own_words_and_is_measured_on_unseen_comments(labelled, owner):
    made = services.train(by=owner)

    assert made.labelled == 216
    assert made.measured["held_out"] > 20
    assert made.measured["company"]["tone"] > 0.95 > made.measured["built_in"]["tone"]
    assert made.is_better
    assert made.file.is_file()
    assert readers.model_in_use().version.startswith("built-in"), "nobody has said to use it"


@pytest.mark.slow
def test_a_better_model_reads_once_somebody_says_so_until_they_take_it_back(labelled, owner):
    made = services.train(by=owner)
    fresh = feedback.add_comment(labelled[0].customer, said_at=labelled[0].said_at, text="刚才门口给了黄票", by=owner)

    services.use_model(made, by=owner)
    services.read_comments()

    assert Reading.objects.get(comment=fresh).tone == "negative"
    assert Reading.objects.get(comment=fresh).model == made.version
    services.stop_using(CompanyModel.objects.get(), by=owner)
    assert readers.model_in_use().version.startswith("built-in")


def test_a_model_that_is_no_better_is_not_used(owner):
    made = CompanyModel.objects.create(version="own 1", labelled=200, path="voice/none.npz", is_better=False)

    with pytest.raises(Refusal, match="不比自带的准"):
        services.use_model(made, by=owner)


def test_a_model_whose_file_is_gone_gives_way_to_the_built_in_one(owner):
    CompanyModel.objects.create(
        version="own 1", labelled=200, path="voice/none.npz", is_better=True, used_since=timezone.now()
    )

    assert readers.model_in_use().version.startswith("built-in")


def test_too_few_or_one_sided_labels_are_refused(labelled, owner):
    Comment.objects.update(confirmed_tone="positive")
    with pytest.raises(Refusal, match="语气都一样"):
        services.train(by=owner)

    Comment.objects.filter(pk__gt=labelled[10].pk).delete()
    with pytest.raises(Refusal, match="至少要有 200 条"):
        services.train(by=owner)


@pytest.mark.slow
def test_the_page_trains_in_the_background_shows_how_it_did_and_adopts(labelled, login):
    keeper = login(UserFactory(role="service_manager"))

    keeper.post("/voice/model/train/")
    run_now(Job.objects.get(name="voice.train"))

    made = CompanyModel.objects.get()
    shown = keeper.get("/voice/model/").content.decode()
    assert "216" in shown
    assert "采用" in shown
    keeper.post(f"/voice/model/{made.pk}/use/")
    made.refresh_from_db()
    assert made.used_since is not None
    keeper.post(f"/voice/model/{made.pk}/stop/")
    made.refresh_from_db()
    assert made.used_since is None


def test_training_with_too_few_is_refused_on_the_page(login):
    keeper = login(UserFactory(role="service_manager"))

    answer = keeper.post("/voice/model/train/", follow=True)

    assert "至少要有 200 条" in answer.content.decode()
    assert not Job.objects.filter(name="voice.train").exists()
