"""Situations of care: `star_customer(owner, 5)` is a customer that has been on file long enough."""

import datetime as dt

from django.utils import timezone

from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.timeline import services as timeline

LONG_AGO = dt.date(2024, 1, 5)


def at(day: dt.date, hour: int = 10) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def star_customer(owner, stars=5, *, hollow=False, **fields):
    """A customer with stars; `hollow` ones rest on too little."""
    fields.setdefault("first_seen_on", LONG_AGO)
    fields.setdefault("department", owner.department if owner else None)
    customer = CustomerFactory(owner=owner, **fields)
    stand = {"stars": None, "stars_hint": stars, "is_provisional": True} if hollow else {"stars": stars}
    StandingFactory(customer=customer, **stand)
    return customer


def set_stars(customer, stars):
    customer.standing.stars = stars
    customer.standing.save()


def visited(customer, *days, by=None, channel="visit", minutes=60, **fields):
    """Contacts of these days, written down."""
    for day in days:
        timeline.add_interaction(
            customer, channel=channel, at=at(day), minutes=minutes, by=by or customer.owner, **fields
        )


def called(customer, *days, **fields):
    visited(customer, *days, channel="call", minutes=12, **fields)
