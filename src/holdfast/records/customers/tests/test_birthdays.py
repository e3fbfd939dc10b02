"""Birthdays of the people one sees."""

import datetime as dt

import pytest

from holdfast.records.customers import queries, rules
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
DAY = dt.date


def test_solar_and_lunar_birthdays_of_a_week_come_by_day(owner, stranger):
    customer = CustomerFactory(
        owner=owner,
        contacts=[
            {"name": "公历", "birth_month": 9, "birth_day": 28, "birth_year": 1980},
            {"name": "农历中秋", "birth_month": 8, "birth_day": 15, "birth_calendar": "lunar", "birth_year": 1990},
            {"name": "下月", "birth_month": 10, "birth_day": 28},
            {"name": "没说"},
        ],
    )

    found = queries.birthdays(owner, DAY(2026, 9, 24), DAY(2026, 9, 30))

    assert [(birthday.on, birthday.contact.name, birthday.age) for birthday in found] == [
        (DAY(2026, 9, 25), "农历中秋", 36),
        (DAY(2026, 9, 28), "公历", 46),
    ]
    assert [birthday.is_lunar for birthday in found] == [True, False]
    assert found[0].customer == customer
    assert queries.birthdays(stranger, DAY(2026, 9, 24), DAY(2026, 9, 30)) == []


@pytest.mark.slow
@pytest.mark.parametrize("calendar", ["solar", "lunar"])
def test_no_birthday_is_missed_on_any_day_of_two_years(owner, calendar):
    last_days = (29, 30) if calendar == "lunar" else (29,)
    births = [rules.Birth(month, day, calendar) for month in range(1, 13) for day in (1, 28, *last_days)]
    people = [
        {
            "name": f"{birth.month}-{birth.day}",
            "birth_month": birth.month,
            "birth_day": birth.day,
            "birth_calendar": calendar,
        }
        for birth in births
    ]
    CustomerFactory(owner=owner, contacts=people)
    start, end = DAY(2027, 12, 1), DAY(2029, 2, 28)

    weeks = [start + dt.timedelta(days=offset) for offset in range(0, (end - start).days + 1, 5)]
    found = [
        (birthday.on, birthday.contact.name)
        for day in weeks
        for birthday in queries.birthdays(owner, day, min(day + dt.timedelta(days=4), end))
    ]

    expected = [
        (day, f"{each.month}-{each.day}") for each in births for day in rules.birthdays_between(each, start, end)
    ]
    assert sorted(found) == sorted(expected)


def test_archived_customers_keep_no_birthday(owner):
    CustomerFactory(owner=owner, archived=True, contacts=[{"name": "王", "birth_month": 9, "birth_day": 28}])

    assert queries.birthdays(owner, DAY(2026, 9, 24), DAY(2026, 9, 30)) == []


def test_a_weeks_birthdays_take_one_query(owner, django_assert_num_queries):
    CustomerFactory(owner=owner, contacts=[{"name": f"王{n}", "birth_month": 9, "birth_day": 28} for n in range(5)])
    owner.scope  # noqa: B018 - roles are read once per request

    with django_assert_num_queries(1):
        found = queries.birthdays(owner, DAY(2026, 9, 24), DAY(2026, 9, 30))
        assert [birthday.customer.owner.name for birthday in found] == [owner.name] * 5
