"""Keys of duplicates, masks, birthdays and the words of a rhythm; without a database."""

import datetime as dt
from types import SimpleNamespace

import pytest
from lunar_python import Lunar

from holdfast.common.charts.rhythm import rhythm
from holdfast.records.customers import rules
from holdfast.records.customers.rules import Birth

DAY = dt.date


@pytest.mark.parametrize(
    ("birth", "year", "day"),
    [
        (Birth(5, 6), 2026, DAY(2026, 5, 6)),
        (Birth(2, 29), 2027, DAY(2027, 2, 28)),
        (Birth(2, 29), 2028, DAY(2028, 2, 29)),
        # 春节 and 中秋 as the calendar office gives them
        (Birth(1, 1, "lunar"), 2027, DAY(2027, 2, 6)),
        (Birth(8, 15, "lunar"), 2026, DAY(2026, 9, 25)),
        (Birth(12, 30, "lunar"), 2025, DAY(2026, 2, 16)),  # the twelfth month has 29 days: New Year's Eve all the same
        # 2028 has a leap fifth month, 2026 has none
        (Birth(5, 5, "lunar", is_leap_month=True), 2028, DAY(2028, 6, 27)),
        (Birth(5, 5, "lunar"), 2028, DAY(2028, 5, 28)),
        (Birth(5, 5, "lunar", is_leap_month=True), 2026, DAY(2026, 6, 19)),
        (Birth(5, 6, year=1990), 1989, None),
    ],
)
def test_a_birthday_is_kept_on(birth, year, day):
    assert rules.birthday_in(birth, year) == day


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028])
@pytest.mark.parametrize(("month", "day"), [(1, 1), (5, 5), (7, 7), (8, 15), (9, 9), (12, 8)])
def test_lunar_days_agree_with_the_other_way_round(year, month, day):
    solar = Lunar.fromYmd(year, month, day).getSolar()

    assert rules.birthday_in(Birth(month, day, "lunar"), year) == DAY(solar.getYear(), solar.getMonth(), solar.getDay())


def test_a_window_across_new_year_finds_both_years():
    found = rules.birthdays_between(Birth(1, 2), DAY(2026, 12, 20), DAY(2028, 1, 10))

    assert list(found) == [DAY(2027, 1, 2), DAY(2028, 1, 2)]


def test_a_lunar_birthday_late_in_the_year_falls_into_the_next_solar_year():
    found = rules.birthdays_between(Birth(12, 8, "lunar"), DAY(2027, 1, 1), DAY(2027, 1, 31))

    assert list(found) == [DAY(2027, 1, 15)]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("苏州澄光精密机械有限公司", "苏州**机械"),
        ("华为技术有限公司", "华**"),
        ("Acme Tools Co., Ltd.", "a**ls"),
        ("王芳", "王**"),
    ],
)
def test_a_masked_name_says_no_more_than_who_knows_it_already(name, masked):
    assert rules.masked_name(name) == masked


def test_the_name_of_a_person_alone_is_no_key():
    assert not rules.duplicate_keys({"name": "王伟", "kind": "person"})
    assert rules.duplicate_keys({"name": "王伟", "kind": "person", "phone": "13862116621"}).phones == {"13862116621"}


def _standing(**values):
    usual = {
        "last_on": DAY(2026, 11, 1),
        "stage": "mature",
        "movement": "stable",
        "typical_gap_days": 30.0,
        "purchase_days": 8,
    }
    return SimpleNamespace(**usual | {"recent_days": ["2026-08-31", "2026-10-01", "2026-11-01"]} | values)


@pytest.mark.parametrize(
    ("standing", "today", "text", "tone"),
    [
        (None, DAY(2026, 11, 22), "还没有下单", ""),
        (_standing(last_on=None), DAY(2026, 11, 22), "还没有下单", ""),
        (_standing(), DAY(2026, 11, 22), "每 30 天，准", ""),
        (_standing(), DAY(2026, 12, 12), "晚 11 天", "t-watch"),
        (_standing(), DAY(2026, 12, 22), "晚 21 天", "t-act"),
        (_standing(stage="silent"), DAY(2027, 1, 30), "停 90 天", "t-act"),
        (
            _standing(movement="returned", recent_days=["2026-06-04", "2026-11-01"]),
            DAY(2026, 11, 22),
            "隔 150 天回来",
            "t-plum",
        ),
        (_standing(purchase_days=2, typical_gap_days=None), DAY(2026, 11, 22), "新客户，2 单", ""),
    ],
)
def test_the_rhythm_in_words(standing, today, text, tone):
    days = [DAY.fromisoformat(day) for day in standing.recent_days] if standing else []
    marks = rhythm(days, today=today, usual_days=standing.typical_gap_days) if standing else None

    words = rules.rhythm_words(standing, marks, today=today)

    assert (words.text, words.tone) == (text, tone)
