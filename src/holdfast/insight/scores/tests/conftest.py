"""A small company whose figures can be added up by hand, on a fixed day, with files in a folder of its own."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import time_machine
from django.core.cache import cache

from holdfast.insight.scores import services
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.tests.factories import line_of
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services as timeline

NUMBERS = itertools.count(1)
TODAY = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.DATA = tmp_path
    cache.clear()
    return tmp_path


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield TODAY.date()


def buys(customer, *days, amount=1000, cost=600):
    """One order of `amount` yuan on each of these days (text or date), all written at once."""
    return commerce.add_orders(
        [
            {
                "customer": customer,
                "number": f"S{next(NUMBERS):06d}",
                "ordered_on": dt.date.fromisoformat(str(day)),
                "lines": [line_of((1, amount, cost))],
            }
            for day in days
        ],
        by=None,
    )


def every(start, step, count):
    """`count` days from a day on, `step` apart."""
    first = dt.date.fromisoformat(start)
    return [first + dt.timedelta(days=step * place) for place in range(count)]


@pytest.fixture
def shop(owner, teammate):
    """Five customers, named by what they do in October 2026. Owner has four of them, teammate one."""
    steady = CustomerFactory(name="恒稳机械", owner=owner)
    buys(steady, *every("2025-01-10", 30, 22), amount=1000)  # last on 2026-10-02
    riser = CustomerFactory(name="节节高电子", owner=owner)
    buys(riser, *every("2025-06-05", 30, 16), amount=500)  # last on 2026-08-29
    buys(riser, "2026-09-10", amount=800), buys(riser, "2026-10-08", amount=2000)
    fader = CustomerFactory(name="渐远化工", owner=owner)
    buys(fader, *every("2025-02-01", 20, 24), amount=3000)  # last on 2026-05-07
    newcomer = CustomerFactory(name="新来食品", owner=owner)
    buys(newcomer, "2026-10-20", amount=1500)
    skipper = CustomerFactory(name="隔月建材", owner=teammate)
    buys(skipper, *every("2025-01-15", 60, 11), amount=4000)  # last on 2026-09-07
    return {"steady": steady, "riser": riser, "fader": fader, "newcomer": newcomer, "skipper": skipper}


@pytest.fixture
def scored(shop):
    """September, October and the running November of the shop, scored in order."""
    return {month: services.score_month(month) for month in ("2026-09", "2026-10", "2026-11")}


def bills(customer, *, beyond, count=12, owner=None, start="2026-01-05", **fields):
    """An invoice of 1,000 yuan every 20 days, payable in 30, paid so many days beyond; None leaves it open."""
    first = dt.date.fromisoformat(start)
    rows = [
        {
            "customer": customer, "number": f"F{customer.pk}-{start}-{place}", "amount_minor": 1000_00,
            "issued_on": first + dt.timedelta(days=20 * place), "due_on": first + dt.timedelta(days=20 * place + 30),
            **fields,
        }
        for place in range(count)
    ]  # fmt: skip
    made = commerce.add_invoices(rows, by=owner)
    if beyond is not None:
        commerce.add_payments(
            [
                {
                    "customer": customer, "received_on": min(one.due_on + dt.timedelta(days=beyond), TODAY.date()),
                    "amount_minor": 1000_00, "allocations": [(one, 1000_00)],
                }
                for one in made
            ],
            by=owner,
        )  # fmt: skip
    return made


def spends(customer, owner, *minutes):
    """One visit a fortnight back from today, of so many minutes each; None was not noted."""
    timeline.add_interactions(
        [
            {
                "customer": customer, "channel": "visit", "at": TODAY - dt.timedelta(days=14 * (place + 1)),
                "minutes": spent, "summary": "拜访",
            }
            for place, spent in enumerate(minutes)
        ],
        by=owner,
    )  # fmt: skip


@pytest.fixture
def known(shop, owner):
    """The shop with invoices and visits: steady pays early, riser on the day, fader owes, skipper is late."""
    bills(shop["steady"], beyond=-20, owner=owner)
    bills(shop["riser"], beyond=0, owner=owner)
    bills(shop["skipper"], beyond=25, owner=owner)
    bills(shop["fader"], beyond=0, owner=owner, start="2025-06-01")
    bills(shop["fader"], beyond=None, count=1, owner=owner, start="2026-05-01")
    for name in ("steady", "riser", "fader", "skipper"):
        spends(shop[name], owner, 120, 60, None)
    return shop
