from datetime import date, timedelta
from types import SimpleNamespace as Row

import pytest
from django.utils import translation

from holdfast.doors.desk import rules

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("hour", "words"), [(4, "晚上好"), (5, "早上好"), (12, "下午好"), (17, "下午好"), (18, "晚上好")]
)
def test_the_greeting_follows_the_clock(hour, words):
    assert str(rules.greeting(hour)) == words


@pytest.mark.parametrize(
    ("name", "given"), [("林晚秋", "晚秋"), ("王芳", "王芳"), ("欧阳晚秋", "晚秋"), ("Lin Wanqiu", "Lin"), ("  ", "")]
)
def test_people_are_called_by_their_given_name(name, given):
    assert rules.given_name(name) == given


@pytest.mark.parametrize(
    ("name", "city", "letter"),
    [("苏州澄光精密", "苏州市", "澄"), ("苏州", "苏州", "苏"), ("acme", "", "A"), ("", "", "?")],
)
def test_the_monogram_is_not_the_place(name, city, letter):
    assert rules.monogram(name, city) == letter


@pytest.mark.parametrize(
    ("since", "year"), [("2018-11-26", 8), ("2018-11-22", 9), ("2026-11-22", 1), ("2027-01-01", 1)]
)
def test_years_on_file_count_from_one(since, year):
    assert rules.years_on_file(date.fromisoformat(since), TODAY) == year


def test_nothing_of_an_address_is_said_twice():
    assert rules.place_of("江苏", "苏州", "江苏苏州市凤里街 8 号") == "江苏苏州市凤里街 8 号"
    assert rules.place_of("上海", "上海", "") == "上海"
    assert rules.place_of("江苏", "苏州", "凤里街 8 号") == "江苏 苏州 凤里街 8 号"


# --- rhythm -------------------------------------------------------------------------------------------------------


def standing(*ago, usual=None, **fields):
    days = [(TODAY - timedelta(days=days)).isoformat() for days in ago]
    plain = {
        "recent_days": days, "purchase_days": len(days), "typical_gap_days": usual, "stage": "mature", "reasons": [],
        "last_on": max((date.fromisoformat(day) for day in days), default=None),
    }  # fmt: skip
    return Row(**{**plain, **fields})


@pytest.mark.shows("CHU-01")
def test_a_late_customer_is_measured_by_his_own_rhythm():
    beat = rules.beat_of(standing(110, 87, 64, 41, usual=23.2), TODAY)

    assert (beat.usual, beat.elapsed, beat.late, beat.is_act) == (23, 41, 18, True)
    assert beat.marks.window
    assert beat.marks.late


def test_there_is_no_rhythm_before_three_orders():
    beat = rules.beat_of(standing(100, 50, usual=50.0), TODAY)

    assert (beat.usual, beat.late, beat.marks.window) == (None, 0, None)


def test_a_customer_within_the_rhythm_is_not_late():
    beat = rules.beat_of(standing(70, 40, 10, usual=30.0), TODAY)

    assert (beat.late, beat.is_act, beat.marks.late) == (0, False, None)


def test_an_order_since_the_last_scoring_is_heard_at_once():
    scored = standing(110, 87, 64, 41, usual=23.0)
    days = [TODAY - timedelta(days=ago) for ago in (110, 87, 64, 41, 2)]

    beat = rules.live_beat(scored, days, TODAY)

    assert (beat.elapsed, beat.late, beat.purchases, beat.last_on) == (2, 0, 5, TODAY - timedelta(days=2))


def test_without_any_scoring_the_orders_speak_alone():
    days = [TODAY - timedelta(days=ago) for ago in (90, 60, 30)]

    beat = rules.live_beat(None, days, TODAY)

    assert (beat.purchases, beat.usual, beat.elapsed) == (3, None, 30)
    assert rules.live_beat(None, [], TODAY) is None
    assert rules.live_beat(standing(), [], TODAY) is None


def test_the_strip_reaches_back_to_a_customer_long_gone():
    beat = rules.beat_of(standing(420, 390, 360, usual=30.0), TODAY)

    assert beat.marks.orders
    assert (TODAY - beat.months[0]).days > 360


@pytest.mark.parametrize(
    ("ago", "span"),
    [((10, 5, 1), 200), ((500, 400, 10), 530), ((900, 10), 730), ((), 200), ((700, 9, 7, 5, 3, 2, 1), 200)],
)
def test_the_strip_is_long_enough_for_six_purchases_and_no_longer_than_two_years(ago, span):
    beat = rules.beat([TODAY - timedelta(days=days) for days in ago], len(ago), None, None, TODAY)

    assert (TODAY - beat.months[0]).days == span


def test_unreadable_days_are_left_out():
    assert rules.days_of(["2026-11-01", "", None, "gestern", date(2026, 10, 1)]) == [
        date(2026, 10, 1),
        date(2026, 11, 1),
    ]


# --- words --------------------------------------------------------------------------------------------------------


def test_the_reason_that_warns_comes_before_the_one_that_praises():
    row = standing(41, reasons=[["growing_90d", {"change": 0.5}], ["overdue", {"elapsed": 41, "usual": 23}]])

    assert rules.why(row, TODAY) == "通常每 23 天下一单，这次已经 41 天。"


def test_without_a_warning_the_stage_is_the_reason():
    row = standing(41, stage="declining", reasons=[["growing_90d", {"change": 0.5}]])

    assert rules.why(row, TODAY) == "阶段为「衰退」，上次下单在 41 天前。"


def test_without_anything_to_say_nothing_is_said():
    assert rules.why(standing(3), TODAY) == ""


@pytest.mark.parametrize(
    ("change", "words", "good"),
    [
        (("stars", "4", "5"), ("4 星", "5 星"), True),
        (("stars", "", "5"), ("未评星", "5 星"), None),
        (("risk", "low", "high"), ("低", "高"), False),
        (("stage", "silent", "won_back"), ("沉默", "已挽回"), True),
        (("stage", "mature", "declining"), ("成熟", "衰退"), False),
        (("movement", "rising", "stable"), ("上升", "平稳"), None),
        (("movement", "", "lost"), ("—", "本月未购"), None),
        (("movement", "", "declining"), ("—", "下降"), False),
    ],
)
def test_changes_are_told_in_words_with_their_direction(change, words, good):
    assert rules.change_words(*change) == words
    assert rules.is_good(*change) is good


@pytest.mark.parametrize(
    ("calendar", "zh", "en"),
    [("solar", "生日 8 月 3 日", "birthday 3 Aug"), ("lunar", "农历 8 月 3 日生日", "birthday lunar 8/3")],
)
def test_birthdays_read_in_both_languages_and_calendars(calendar, zh, en):
    contact = Row(birth_month=8, birth_day=3, birth_calendar=calendar)

    assert rules.birthday_word(contact) == zh
    with translation.override("en"):
        assert rules.birthday_word(contact) == en
    assert rules.birthday_word(Row(birth_month=None)) == ""
