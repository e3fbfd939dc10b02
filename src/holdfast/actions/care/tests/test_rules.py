import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.actions.care import rules
from holdfast.actions.care.rules import Window, owed, progress_of, spread, window_of

D = dt.date
days = st.dates(D(2020, 1, 1), D(2035, 12, 31))


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        ("month", D(2026, 2, 28), D(2026, 2, 1), D(2026, 2, 28)),
        ("month", D(2026, 12, 1), D(2026, 12, 1), D(2026, 12, 31)),
        ("quarter", D(2026, 11, 22), D(2026, 10, 1), D(2026, 12, 31)),
        ("quarter", D(2026, 3, 31), D(2026, 1, 1), D(2026, 3, 31)),
    ],
)
def test_a_window_is_the_calendar_month_or_quarter(every, day, first, last):
    assert window_of(every, day) == Window(first, last)


@given(st.sampled_from(["month", "quarter"]), days)
def test_a_window_holds_its_day_and_touches_the_next(every, day):
    window = window_of(every, day)

    following = window_of(every, window.ends_on + dt.timedelta(days=1))

    assert window.starts_on <= day <= window.ends_on
    assert following.starts_on == window.ends_on + dt.timedelta(days=1)


@pytest.mark.shows("TIE-06")
@pytest.mark.parametrize(
    ("count", "starts", "due"),
    [
        (2, D(2026, 11, 1), 2),
        (2, D(2026, 11, 16), 1),
        (1, D(2026, 11, 16), 1),
        (1, D(2026, 11, 17), 0),
        (4, D(2026, 11, 23), 1),
    ],
)
def test_who_comes_during_the_month_is_owed_the_share_of_the_days_left(count, starts, due):
    assert owed(count, "month", starts, D(2026, 11, 30)) == due


@given(st.integers(0, 60), st.sampled_from(["month", "quarter"]), days, st.integers(0, 91))
def test_a_share_is_never_negative_nor_more_than_the_whole_and_a_whole_window_owes_all(count, every, day, later):
    whole = window_of(every, day)
    ends = min(whole.ends_on, day + dt.timedelta(days=later))

    assert 0 <= owed(count, every, day, ends) <= count
    assert owed(count, every, whole.starts_on, whole.ends_on) == count


@given(st.integers(0, 60), days)
def test_two_parts_of_a_quarter_owe_what_the_whole_does_give_or_take_one(count, day):
    whole = window_of("quarter", day)
    if day == whole.starts_on:
        return
    before = owed(count, "quarter", whole.starts_on, day - dt.timedelta(days=1))

    assert abs(before + owed(count, "quarter", day, whole.ends_on) - count) <= 1


@pytest.mark.shows("T8", "TIE-07")
def test_two_due_and_one_done_is_a_gap_of_one_with_days_left():
    november = window_of("month", D(2026, 11, 22))

    progress = progress_of(2, 1, november, D(2026, 11, 22))

    assert (progress.due, progress.done, progress.missing, progress.days_left) == (2, 1, 1, 9)
    assert (progress.state, progress.kept) == ("open", 1)


@pytest.mark.parametrize(
    ("done", "today", "state"),
    [
        (2, D(2026, 11, 22), "done"), (5, D(2026, 12, 22), "done"), (1, D(2026, 11, 23), "open"),
        (1, D(2026, 11, 24), "soon"), (1, D(2026, 11, 30), "soon"), (1, D(2026, 12, 1), "missed"),
    ],
)  # fmt: skip
def test_a_gap_is_told_by_how_long_there_is_left(done, today, state):
    assert progress_of(2, done, window_of("month", D(2026, 11, 1)), today).state == state


def test_more_than_the_standard_makes_up_for_nobody_else():
    assert progress_of(2, 9, window_of("month", D(2026, 11, 1)), D(2026, 11, 5)).kept == 2


# --- spreading ----------------------------------------------------------------------------------------------------


workday_lists = st.lists(days, min_size=1, max_size=66, unique=True).map(sorted)


@given(st.integers(0, 40), workday_lists, st.dictionaries(days, st.integers(0, 9), max_size=20))
def test_work_is_laid_on_given_days_only_and_counted_into_the_load(count, given_days, load):
    before = dict(load)

    chosen = spread(count, given_days, load)

    assert len(chosen) == count
    assert set(chosen) <= set(given_days)
    assert chosen == sorted(chosen)
    assert {day: load[day] - before.get(day, 0) for day in set(chosen)} == Counter(chosen)


@given(st.integers(1, 40), workday_lists, st.dictionaries(days, st.integers(0, 9), max_size=20))
def test_no_day_is_taken_twice_while_there_are_others(count, given_days, load):
    chosen = spread(count, given_days, load)

    assert max(Counter(chosen).values()) <= -(-count // len(given_days))


@given(st.integers(1, 12), st.lists(days, min_size=12, max_size=66, unique=True).map(sorted))
def test_work_stands_one_in_each_equal_stretch_of_days(count, given_days):
    chosen = spread(count, given_days, {})

    size = len(given_days)
    for number, day in enumerate(chosen):
        assert number * size // count <= given_days.index(day) < (number + 1) * size // count


@given(st.integers(1, 120), workday_lists)
def test_the_load_of_one_person_stays_level_over_many_customers(customers, given_days):
    load = {}

    for _customer in range(customers):
        spread(1, given_days, load)

    counts = [load.get(day, 0) for day in given_days]
    assert max(counts) - min(counts) <= 1


def test_without_a_day_nothing_can_be_laid():
    with pytest.raises(ValueError, match="no day"):
        spread(1, [], {})


# --- the calendar -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (D(2026, 11, 20), True), (D(2026, 11, 21), False), (D(2026, 10, 1), False), (D(2026, 10, 10), True),
        (D(2026, 2, 14), True), (D(2026, 2, 17), False), (D(2026, 4, 6), False),
    ],
)  # fmt: skip
def test_published_holidays_and_their_make_up_days_are_known(day, is_workday):
    assert rules.is_workday(day) is is_workday


@pytest.mark.parametrize("day", [D(2029, 1, 1), D(2029, 2, 12), D(2029, 2, 13), D(2029, 4, 4), D(2029, 10, 2)])
def test_in_years_not_published_yet_the_days_fixed_by_law_are_free(day):
    assert not rules.is_workday(day)


def test_working_days_of_a_month_leave_out_the_golden_week():
    october = rules.workdays(D(2026, 10, 1), D(2026, 10, 31))

    assert october[0] == D(2026, 10, 8)
    assert len(october) == 18


def test_a_greeting_goes_out_on_the_last_working_day_before_the_festival():
    assert rules.workday_on_or_before(D(2026, 10, 4)) == D(2026, 9, 30)


@pytest.mark.shows("CAR-02")
def test_festivals_move_with_the_moon():
    year = {one.code: day for day, one in rules.festivals_between(D(2026, 1, 1), D(2026, 12, 31))}

    assert year["spring"] == D(2026, 2, 17)
    assert year["dragon_boat"] == D(2026, 6, 19)
    assert year["mid_autumn"] == D(2026, 9, 25)
    assert year["new_year"] == D(2026, 1, 1)
    assert list(year.values()) == sorted(year.values())
