"""Birthdays, festivals and thanks become tasks, some days before the day itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import translation
from django.utils.translation import gettext as _

from holdfast.actions.care.models import Switches
from holdfast.actions.care.queries.standards import shown_star, switches
from holdfast.actions.care.rules import Festival, festivals_between, spread, window_of, workday_on_or_before, workdays
from holdfast.common import formats
from holdfast.foundation.accounts.models import User
from holdfast.records.customers import queries as customers
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task

CHUNK = 500
THANK_DAYS = timedelta(days=30)
DAY = timedelta(days=1)


def open_birthdays(on: date) -> int:
    """A task on the birthday itself, some days ahead, for contacts of customers with stars enough; how many are due.

    Solar and lunar birthdays alike. Only for customers that have an owner at work.
    """
    switched = switches()
    if not switched.greet_birthdays:
        return 0
    found = customers.all_birthdays(on, on + switched.birthday_days * DAY)
    rows = [_birthday(one) for one in found if _is_greeted(one.customer, switched, switched.birthday_stars)]
    return _opened(rows)


def _is_greeted(customer: Customer, switched: Switches, least: int) -> bool:
    star = shown_star(getattr(customer, "standing", None), switched)
    return bool(star and star >= least and customer.owner and customer.owner.is_active)


def _birthday(birthday: customers.Birthday) -> timeline.TaskRow:
    contact, owner = birthday.contact, birthday.customer.owner
    assert owner is not None
    with translation.override(owner.language or "zh-hans"):
        words = _("%(name)s %(day)s 农历生日，送上祝福") if birthday.is_lunar else _("%(name)s %(day)s 生日，送上祝福")
        title = words % {"name": contact.name, "day": formats.day(birthday.on, "plain")}
    return {
        "customer": birthday.customer, "kind": "call", "title": title, "assignee": owner, "due_on": birthday.on,
        "source": f"care.birthday:{contact.pk}:{birthday.on}",
    }  # fmt: skip


def open_festivals(on: date) -> int:
    """Greetings before a festival, level over the working days left, for customers with stars enough."""
    switched = switches()
    if not switched.greet_festivals:
        return 0
    coming = festivals_between(on + DAY, on + switched.festival_days * DAY)
    return sum(_festival(day, one, on, switched) for day, one in coming if one.code in switched.festivals)


def _festival(day: date, festival: Festival, on: date, switched: Switches) -> int:
    days = workdays(on, workday_on_or_before(day)) or [day]
    opened, prefix, suffix = 0, "care.festival:", f":{festival.code}:{day.year}"
    least = switched.festival_stars
    for owner, some in _by_owner(_served(switched).filter(shown__gte=least), prefix, suffix):
        with translation.override(owner.language or "zh-hans"):
            words = _("%(festival)s（%(day)s）前问候") % {"festival": festival.name, "day": formats.day(day, "plain")}
        opened += _opened(_levelled(some, owner, days, words, "call", prefix, suffix))
    return opened


def open_thanks(on: date) -> int:
    """Once a quarter a call to those who brought most in twelve months: thanks, and what else we can do for them."""
    switched = switches()
    if not switched.thank:
        return 0
    quarter = window_of("quarter", on)
    prefix = f"care.thanks:{quarter.starts_on}:"
    left = switched.thank_count - Task.objects.filter(source__startswith=prefix).count()
    if left <= 0:
        return 0
    best = _served(switched).filter(standing__revenue_12m_minor__gt=0).order_by("-standing__revenue_12m_minor", "pk")
    keys = list(best.exclude(_asked(prefix, "")).values_list("pk", flat=True)[:left])
    days = workdays(on, min(quarter.ends_on, on + THANK_DAYS)) or [quarter.ends_on]
    opened = 0
    for owner, some in _by_owner(Customer.objects.filter(pk__in=keys), prefix, ""):
        with translation.override(owner.language or "zh-hans"):
            words = _("致谢电话：谢谢一直以来的信任，问一句还能做些什么")
        opened += _opened(_levelled(some, owner, days, words, "thank", prefix, ""))
    return opened


def _served(switched: Switches) -> Any:
    """Customers at work with an owner at work, with the star that counts as `shown`."""
    star = Coalesce("standing__stars", "standing__stars_hint") if switched.use_provisional else F("standing__stars")
    return Customer.objects.filter(archived_at=None, owner__is_active=True).annotate(shown=star)


def _asked(prefix: str, suffix: str) -> Exists:
    """Whether the customer's task stands already."""
    source = Concat(Value(prefix), Cast(OuterRef("pk"), CharField()), Value(suffix))
    return Exists(Task.objects.filter(source=source))


def _by_owner(found: Any, prefix: str, suffix: str) -> Iterator[tuple[User, list[Customer]]]:
    """Customers without the task, person by person."""
    waiting = found.exclude(_asked(prefix, suffix))
    for owner in User.objects.filter(pk__in=waiting.order_by().values("owner")).order_by("pk"):
        rows = list(waiting.filter(owner=owner).order_by("pk"))
        for start in range(0, len(rows), CHUNK):
            yield owner, rows[start : start + CHUNK]


def _levelled(
    some: list[Customer], owner: User, days: list[date], title: str, kind: str, prefix: str, suffix: str
) -> list[timeline.TaskRow]:
    load = _load(owner, days)
    return [
        {
            "customer": customer, "kind": kind, "title": title, "assignee": owner, "due_on": spread(1, days, load)[0],
            "source": f"{prefix}{customer.pk}{suffix}",
        }
        for customer in some
    ]  # fmt: skip


def _load(owner: User, days: list[date]) -> dict[date, int]:
    tasks = Task.objects.filter(assignee=owner, done_at=None, due_on__range=(days[0], days[-1])).order_by()
    return {row["due_on"]: row["n"] for row in tasks.values("due_on").annotate(n=Count("pk"))}


def _opened(rows: list[timeline.TaskRow]) -> int:
    for start in range(0, len(rows), CHUNK):
        timeline.open_tasks(rows[start : start + CHUNK], by=None)
    return len(rows)
