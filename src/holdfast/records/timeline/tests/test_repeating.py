from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.records.timeline.rules import Repeat, next_due, repeat_from, repeat_words

DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))
RULES = st.one_of(
    st.builds(Repeat, st.just("day"), st.integers(1, 40), DAYS),
    st.builds(
        Repeat, st.just("week"), st.integers(1, 8), DAYS, st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple)
    ),
    st.builds(Repeat, st.just("month"), st.integers(1, 14), DAYS, st.just(()), st.integers(1, 31)),
)


def falls_on(rule, day):
    """Said again in plain words, to compare with."""
    if day < rule.start:
        return False
    if rule.unit == "day":
        return (day - rule.start).days % rule.n == 0
    if rule.unit == "week":
        monday = rule.start - timedelta(days=rule.start.weekday())
        return day.weekday() in rule.weekdays and (day - monday).days // 7 % rule.n == 0
    months = (day.year - rule.start.year) * 12 + day.month - rule.start.month
    last = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return months % rule.n == 0 and day.day == min(rule.day, last)


@pytest.mark.shows("SAL-02")
@settings(max_examples=300, deadline=None)
@given(rule=RULES, day=DAYS)
def test_the_next_day_is_the_first_after_the_day_on_which_the_rule_falls(rule, day):
    found = next_due(rule, day)

    assert found > day
    assert falls_on(rule, found)
    between = (day + timedelta(days=ahead) for ahead in range(1, min((found - day).days, 500)))
    assert not any(falls_on(rule, other) for other in between)


@given(rule=RULES)
def test_a_rule_comes_back_from_its_column_as_it_was(rule):
    assert repeat_from(rule.as_json()) == rule


def month(day, start, n=1):
    return Repeat("month", n, start, (), day)


@pytest.mark.parametrize(
    ("rule", "after", "found"),
    [
        (month(31, date(2026, 1, 31)), "2026-01-31", "2026-02-28"),
        (month(31, date(2026, 1, 31)), "2026-02-28", "2026-03-31"),
        (month(30, date(2028, 1, 30)), "2028-01-30", "2028-02-29"),
        (month(29, date(2024, 2, 29), 12), "2024-02-29", "2025-02-28"),
        (month(29, date(2024, 2, 29), 12), "2027-03-01", "2028-02-29"),
        (month(15, date(2026, 11, 15), 3), "2026-11-15", "2027-02-15"),
        (Repeat("week", 2, date(2026, 11, 18), (2, 4)), "2026-11-20", "2026-12-02"),
        (Repeat("week", 1, date(2026, 11, 18), (2,)), "2026-11-18", "2026-11-25"),
        (Repeat("day", 10, date(2026, 12, 28)), "2026-12-28", "2027-01-07"),
    ],
)
def test_month_ends_leap_days_and_every_second_week(rule, after, found):
    assert next_due(rule, date.fromisoformat(after)) == date.fromisoformat(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "fortnight", "n": 1}, {"unit": "day", "n": 0}, {"unit": "day", "n": 61}, {"unit": "week", "n": 1},
        {"unit": "week", "n": 1, "weekdays": (7,)}, {"unit": "month", "n": 1, "day": 0}, {"unit": "month", "n": 1, "day": 32},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="rule"):
        Repeat(start=date(2026, 11, 22), **wrong)


@pytest.mark.parametrize(
    ("rule", "chinese", "english"),
    [
        (Repeat("day", 1, date(2026, 1, 1)), "每天", "every day"),
        (Repeat("week", 2, date(2026, 1, 1), (2, 4)), "每 2 周的周三和周五", "every 2 weeks on Wed and Fri"),
        (month(31, date(2026, 1, 31)), "每月，月末最后一天", "every month on the last day"),
        (month(15, date(2026, 1, 15), 3), "每季度，15 日", "every quarter on day 15"),
        (month(15, date(2026, 1, 15), 12), "每年的1 月 15 日", "every year on 15 January"),
    ],
)
def test_a_rule_reads_in_both_languages(rule, chinese, english):
    assert repeat_words(rule) == chinese
    with translation.override("en"):
        assert repeat_words(rule) == english
