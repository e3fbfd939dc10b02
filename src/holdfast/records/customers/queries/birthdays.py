"""Whose birthday it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer

LONGEST_DAYS = 400


@dataclass(frozen=True)
class Birthday:
    """A contact's birthday falling on a day; `age` if the year is known (by the calendar it was entered in)."""

    on: date
    contact: Contact
    age: int | None

    @property
    def customer(self) -> Customer:
        return self.contact.customer

    @property
    def is_lunar(self) -> bool:
        return self.contact.birth_calendar == "lunar"


def birthdays(viewer: User, start: date, end: date) -> list[Birthday]:
    """Birthdays of contacts of visible customers from start to end, both included, by day."""
    end = min(end, start + timedelta(days=LONGEST_DAYS))
    found = [
        Birthday(day, contact, _age(birth, day))
        for contact in _candidates(viewer, start, end)
        for birth in [birth_of(contact)]
        for day in rules.birthdays_between(birth, start, end)
    ]
    return sorted(found, key=lambda birthday: (birthday.on, birthday.contact.pk))


def birth_of(contact: Contact) -> rules.Birth:
    return rules.Birth(
        month=contact.birth_month or 1,
        day=contact.birth_day or 1,
        calendar=contact.birth_calendar,
        is_leap_month=contact.birth_is_leap_month,
        year=contact.birth_year,
    )


def _candidates(viewer: User, start: date, end: date) -> QuerySet[Contact]:
    """Contacts whose month can fall into the window; a lunar month begins three to eight weeks after its number."""
    solar = Q(birth_calendar="solar", birth_month__in=_months(start, end))
    lunar = Q(birth_calendar="lunar", birth_month__in=_months(start - timedelta(days=70), end))
    seen = Customer.objects.visible_to(viewer).filter(archived_at=None).order_by().values("pk")
    found = Contact.objects.filter(solar | lunar, birth_day__isnull=False, customer__in=seen)
    return found.select_related("customer", "customer__owner", "customer__standing")


def _months(start: date, end: date) -> set[int]:
    months, day = set(), start
    while (day.year, day.month) <= (end.year, end.month):
        months.add(day.month)
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return months


def _age(birth: rules.Birth, day: date) -> int | None:
    if birth.year is None:
        return None
    years = [year for year in (day.year - 1, day.year) if rules.birthday_in(birth, year) == day]
    return years[0] - birth.year if years else None
