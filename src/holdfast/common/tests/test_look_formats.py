"""How figures and dates read: the tables of the look, in both languages."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common import formats
from holdfast.common.months import Month

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("minor", "zh", "en"),
    [
        (68_200_000, "¥68.2 万", "¥682K"),
        (13_700_000_000, "¥1.37 亿", "¥137.00M"),
        (210_000_000_000, "¥21.00 亿", "¥2.10B"),
        (137_000_000, "¥137.0 万", "¥1.37M"),
        (860_000, "¥8,600", "¥8.6K"),
        (999_999_999, "¥1,000.0 万", "¥10.00M"),
        (9_999_960_00, "¥1,000.0 万", "¥10.00M"),
        (99_999_600_00, "¥1.00 亿", "¥100.00M"),
        (0, "¥0", "¥0"),
        (-4_480_000, "−¥4.5 万", "−¥44.8K"),
        (-40, "¥0", "¥0"),
        (99_99, "¥100", "¥100"),
    ],
)
def test_an_amount_on_a_panel_reads_in_the_units_of_its_language(minor, zh, en):
    assert formats.money(minor, "panel", language="zh") == zh
    assert formats.money(minor, "panel", language="en") == en


def test_an_exact_amount_reads_alike_in_both_languages():
    assert formats.money(12_400_000, language="zh") == formats.money(12_400_000, language="en") == "¥124,000.00"


def test_a_minus_is_a_minus_sign_and_never_stands_before_zero():
    assert formats.money(-12_345) == "−¥123.45"
    assert formats.money(-4, "whole") == "¥0"
    assert formats.percent(-0.00001) == "0.0%"


def test_a_table_shows_whole_yuan_with_commas_and_no_sign_of_the_currency():
    assert formats.money(68_200_049, "table") == "682,000"
    assert formats.money(50, "table") == "1"


def test_yen_have_no_cents():
    assert formats.money(12_400, currency="JPY") == "¥12,400"


@pytest.mark.parametrize(
    ("minor", "zh", "en"),
    [
        (75_400_000, "多 ¥75.4 万", "¥754K more"),
        (-800_000, "少 ¥8,000", "¥8.0K less"),
        (0, "持平", "unchanged"),
    ],
)
def test_a_change_is_said_in_words(minor, zh, en):
    assert formats.money_delta(minor, language="zh") == zh
    assert formats.money_delta(minor, language="en") == en


def test_nothing_known_is_a_dash():
    for read in (formats.money, formats.money_delta, formats.percent, formats.number, formats.day, formats.days):
        assert read(None) == "—"
    assert formats.percent(float("nan")) == "—"
    assert formats.phone_masked("") == "—"


@pytest.mark.parametrize(
    ("on", "zh", "en"),
    [
        (dt.date(2026, 11, 23), "今天", "today"),
        (dt.date(2026, 11, 22), "昨天", "yesterday"),
        (dt.date(2026, 11, 24), "明天", "tomorrow"),
        (dt.date(2026, 11, 3), "11-03", "3 Nov"),
        (dt.date(2025, 11, 23), "2025-11-23", "23 Nov 2025"),
    ],
)
def test_a_day_carries_its_year_only_when_it_is_not_this_one(on, zh, en):
    assert formats.day(on, today=TODAY, language="zh") == zh
    assert formats.day(on, today=TODAY, language="en") == en


def test_a_long_day_carries_the_lunar_date_in_chinese():
    assert formats.long_day(TODAY, language="zh") == "11月23日 星期一 · 农历十月十五"
    assert formats.long_day(TODAY, language="en") == "Monday, 23 November 2026"


@pytest.mark.parametrize("value", ["2026-10", dt.date(2026, 10, 5), (2026, 10), Month(2026, 10)])
def test_a_month_reads_the_same_however_it_is_given(value):
    assert formats.month(value, language="zh") == "2026 年 10 月"
    assert formats.month(value, language="en") == "October 2026"
    assert formats.month(value, "short", language="zh") == "10 月"


def test_lengths_choose_their_unit():
    assert [formats.length(m, language="zh") for m in (18, 444, 41 * 1440)] == ["18 分钟", "7.4 小时", "41 天"]
    assert [formats.length(m, language="en") for m in (18, 444, 1440)] == ["18 min", "7.4 h", "1 day"]


@pytest.mark.shows("SEC-01")
@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812346621", "138****6621"),
        ("+86 138 1234 6621", "138****6621"),
        ("0512-6288 1234", "****1234"),
        ("8812", "****"),
        ("+44 20 7946 0958", "****0958"),
    ],
)
def test_a_phone_number_keeps_its_middle_to_itself(number, shown):
    assert formats.phone_masked(number) == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [("林晚秋", "晚秋"), ("何立", "何立"), ("苏州澄光精密", "苏州"), ("John Smith", "JS"), ("Ann", "A"), ("", "?")],
)
def test_an_avatar_shows_the_letters_people_call_each_other_by(name, letters):
    assert formats.initials(name) == letters


@given(st.integers(min_value=-(10**16), max_value=10**16))
def test_a_panel_amount_never_shows_ten_thousand_wan_or_a_thousand_thousands(minor):
    zh, en = formats.money(minor, "panel", language="zh"), formats.money(minor, "panel", language="en")

    assert "10,000.0 万" not in zh
    assert "1,000K" not in en
    assert "1,000.00M" not in en
    assert zh.startswith(("¥", "−¥"))
