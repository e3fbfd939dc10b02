"""What satisfaction hangs on: derived importance beside performance, and the rows behind each figure."""

from datetime import date

import numpy as np
import pytest

from holdfast.insight.voice import queries
from holdfast.insight.voice.views.drivers import shown

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)]


@pytest.fixture
def answered(say):
    """`answered(40)`: satisfaction follows time closely, the rest hardly; time does badly, attitude well."""

    def made(count):
        rng = np.random.default_rng(3)
        for _ in range(count):
            mood = int(rng.integers(1, 6))
            say(
                csat=mood, timeliness=max(1, mood - 1), quality=int(rng.integers(3, 6)), attitude=int(rng.integers(4, 6)),
                communication=int(rng.integers(3, 6)), channel="survey",
            )  # fmt: skip

    return made


@pytest.mark.shows("SAT-02", "VOC-16")
def test_the_part_that_moves_satisfaction_and_scores_low_comes_first(answered, owner):
    answered(60)

    found = queries.drivers(owner, {})

    by_code = {row.code: row for row in found.rows}
    assert (found.answers, found.counted) == (60, 60)
    assert by_code["timeliness"].quadrant == "concentrate_here"
    assert by_code["timeliness"].share > 0.8
    assert found.explained == pytest.approx(sum(row.importance for row in found.rows))
    assert sum(row.share for row in found.rows) == pytest.approx(1)
    assert by_code["attitude"].performance > by_code["timeliness"].performance


@pytest.mark.shows("SAT-02")
def test_answers_of_one_customer_within_ninety_days_count_once(answered, say, owner):
    answered(30)
    again = queries.drivers(owner, {}).rows[0]
    customer = say(csat=3, attitude=3, quality=3, communication=3, timeliness=3).customer
    say(csat=4, attitude=4, quality=4, communication=4, timeliness=4, customer=customer, day=20)

    found = queries.drivers(owner, {})

    assert (found.answers, found.counted) == (32, 31)
    assert found.rows[0].performance != again.performance


def test_few_answers_show_nothing_but_how_many_are_needed(answered, owner, login):
    answered(12)

    found = queries.drivers(owner, {})

    assert (found.rows, found.missing) == ([], 18)
    assert "再有 18 份" in login(owner).get("/voice/satisfaction/").content.decode()


def test_answers_that_are_all_alike_tell_nothing(say, owner, login):
    for _ in range(30):
        say(csat=4, attitude=4, quality=4, communication=4, timeliness=4)

    assert shown(queries.drivers(owner, {}), {})["picture"] is None
    assert "看不出取决于什么" in login(owner).get("/voice/satisfaction/").content.decode()


@pytest.mark.shows("SAT-02", "VOC-16")
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "先改「时间」"), ("en", "Improve “Timeliness” first")])
def test_the_page_draws_the_quadrants_and_its_figures_open_their_answers(answered, owner, login, language, told):
    answered(60)
    page = login(owner)
    page.cookies["holdfast_language"] = language

    answer = page.get("/voice/satisfaction/")

    text = answer.content.decode()
    assert told in text
    assert text.count("<circle") == 4
    rows = {str(row["name"]): row for row in answer.context["drivers"]["rows"]}
    low = next(iter(rows.values()))["low_url"]
    assert "group=timeliness-low" in low
    listed = page.get(low).context["rows"]
    assert listed
    assert all(row.comment.timeliness <= 3 for row in listed)
    assert len(page.get("/voice/?scored=parts").context["rows"]) == 50


def test_others_answers_are_not_counted(answered, stranger):
    answered(31)

    assert queries.drivers(stranger, {}).counted == 0


def test_the_period_narrows(answered, say, owner):
    answered(30)
    say(csat=4, attitude=4, quality=4, communication=4, timeliness=4, month=3)

    assert queries.drivers(owner, {"since": date(2026, 11, 1)}).counted == 30
