"""Whose birthday it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from lunar_python import Solar

from holdfast.foundation.accounts.models import User
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer

LONGEST_DAYS = 400
SHORT_DAYS = 31


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


def birthdays(viewer: User, start: date, end: date, *, owner: User | None = None) -> list[Birthday]:
    """Birthdays of contacts of visible customers from start to end, both included, by day; `owner`: of hers alone."""
    seen = Customer.objects.visible_to(viewer)
    return _among(seen.filter(owner=owner) if owner else seen, start, end)


def all_birthdays(start: date, end: date) -> list[Birthday]:
    """The same of all customers; for writers, so without a viewer."""
    return _among(Customer.objects.all(), start, end)


def _among(seen: QuerySet[Customer], start: date, end: date) -> list[Birthday]:
    end = min(end, start + timedelta(days=LONGEST_DAYS))
    found = [
        Birthday(day, contact, _age(birth, day))
        for contact in _candidates(seen, start, end)
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


def _candidates(among: QuerySet[Customer], start: date, end: date) -> QuerySet[Contact]:
    """Contacts whose birthday can fall into the window: by day in a short one, by month in a long one."""
    is_short = (end - start).days <= SHORT_DAYS
    when = _by_day(start, end) if is_short else _by_month(start, end)
    seen = among.filter(archived_at=None, pk=OuterRef("customer_id")).order_by()
    found = Contact.objects.filter(when, Exists(seen), birth_day__isnull=False)
    return found.select_related("customer", "customer__owner", "customer__standing")


def _by_day(start: date, end: date) -> Q:
    """The very days, so that the index finds them; a day that its month may lack is looked for on the day before."""
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    wanted = {("solar", day.month, day.day) for day in days} | {("lunar", *_lunar(day)) for day in days}
    wanted |= {(calendar, month, 29) for calendar, month, day in wanted if (calendar, month, day) == ("solar", 2, 28)}
    wanted |= {(calendar, month, 30) for calendar, month, day in wanted if (calendar, day) == ("lunar", 29)}
    found = Q()  # no `pk=None` to begin with: beside "no key" no index of birthdays is used
    for calendar, month, day in sorted(wanted):
        found |= Q(birth_calendar=calendar, birth_month=month, birth_day=day)
    return found


def _lunar(day: date) -> tuple[int, int]:
    """Month (a leap month by its plain number) and day."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return abs(lunar.getMonth()), lunar.getDay()


def _by_month(start: date, end: date) -> Q:
    """A lunar month begins three to eight weeks after its number."""
    solar = Q(birth_calendar="solar", birth_month__in=_months(start, end))
    return solar | Q(birth_calendar="lunar", birth_month__in=_months(start - timedelta(days=70), end))


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
